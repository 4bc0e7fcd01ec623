using System.Linq.Expressions;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Urging;

/// <summary>Who may urge whom: supervisors and the leading office everybody, an office the units below it.</summary>
public static class UrgingRights
{
    /// <summary>Whether there can be anything at all that the person may urge.</summary>
    public static bool MayUrgeSomebody(Person person) => MayUrgeEverybody(person) || person.OfficeRole is not null;

    public static bool MayUrgeEverybody(Person person) => person.CanManage || person.IsSupervisor;

    /// <param name="superior">The role of the office above the work item's unit; null: none, or no unit.</param>
    public static bool MayUrge(Person person, WorkItemRow item, string? superior) =>
        MayUrgeEverybody(person) || item.Role == Roles.Unit && superior is not null && person.Holds(superior, item.ProgrammeId, null);

    /// <summary>The same rule, as the database filters by it.</summary>
    internal static Expression<Func<WorkItemRow, bool>> Urgeable(ProgrammesDb db, Person person)
    {
        if (MayUrgeEverybody(person)) return row => true;
        var (programme, office) = (person.ProgrammeId, person.OfficeRole);
        return row => office != null && (programme == null || row.ProgrammeId == programme) && row.Role == Roles.Unit
            && db.Units.Any(unit => unit.ProgrammeId == row.ProgrammeId && unit.UnitId == row.UnitId && unit.Superior == office);
    }
}
