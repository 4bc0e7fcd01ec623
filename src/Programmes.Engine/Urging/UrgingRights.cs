using System.Linq.Expressions;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Urging;

/// <summary>Who may urge whom: the leading office everybody, supervisors what they see, an office what is below it.</summary>
public static class UrgingRights
{
    /// <summary>Whether there can be anything at all that the person may urge.</summary>
    public static bool MayUrgeSomebody(Person person) => person.CanManage || person.IsSupervisor || person.HasOffice;

    public static bool MayUrgeEverybody(Person person) => person.CanManage || person is { IsSupervisor: true, CanSeeAll: true };

    /// <summary>The rule, as the database filters by it. An office does not urge itself.</summary>
    internal static Expression<Func<WorkItemRow, bool>> Urgeable(ProgrammesDb db, Person person)
    {
        if (MayUrgeEverybody(person)) return row => true;
        var overseen = Owners.Of<WorkItemRow>(Owners.Overseen(db, person), row => row.ProgrammeId, row => row.Role, row => row.UnitId);
        return person.IsSupervisor ? overseen : Predicates.And(overseen, Predicates.Not(Visibility.Owed(person)));
    }
}
