using System.Linq.Expressions;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

/// <summary>Which rows a person may know of, as the database filters them. Whoever holds nothing sees nothing.</summary>
internal static class Visibility
{
    /// <summary>The same rule as <see cref="WorkItems.WorkItemRights.MaySee"/>.</summary>
    public static Expression<Func<WorkItemRow, bool>> Work(Person person)
    {
        if (person.CanSeeAll) return row => true;
        return Predicates.Or(Owed(person), Reviewed(person));
    }

    /// <summary>What the person's own role owes.</summary>
    public static Expression<Func<WorkItemRow, bool>> Owed(Person person)
    {
        var (programme, unit, office) = (person.ProgrammeId, person.UnitId, person.OfficeRole);
        return row => (programme == null || row.ProgrammeId == programme)
            && (row.Role == "unit" ? unit != null && row.UnitId == unit : office != null && row.Role == office);
    }

    /// <summary>What the person's office reviews.</summary>
    public static Expression<Func<WorkItemRow, bool>> Reviewed(Person person)
    {
        var (programme, office) = (person.ProgrammeId, person.OfficeRole);
        return row => office != null && row.Reviewer == office && (programme == null || row.ProgrammeId == programme);
    }

    /// <summary>A unit knows the programmes that it takes part in, an office those that name its role.</summary>
    public static IQueryable<ProgrammeRow> ProgrammesOf(this ProgrammesDb db, Person person)
    {
        if (person.CanSeeAll) return db.Programmes;
        var (programme, unit, office) = (person.ProgrammeId, person.UnitId, person.OfficeRole);
        return db.Programmes.Where(row => (programme == null || row.Id == programme)
            && (unit != null && db.Units.Any(one => one.ProgrammeId == row.Id && one.UnitId == unit)
                || office != null && db.Offices.Any(one => one.ProgrammeId == row.Id && one.Role == office)));
    }

    /// <summary>Null: the person sees all units of the programmes that it knows; else its own only.</summary>
    public static string? OnlyUnit(Person person) => person.CanSeeAll || person.OfficeRole is not null ? null : person.UnitId ?? "";
}
