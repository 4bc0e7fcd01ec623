using System.Linq.Expressions;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

/// <summary>Which rows a person may know of, as the database filters them. Whoever holds nothing sees nothing.</summary>
internal static class Visibility
{
    /// <summary>What the person's places owe and review, what is below its offices, and what it supervises.</summary>
    public static Expression<Func<WorkItemRow, bool>> Work(ProgrammesDb db, Person person)
    {
        if (person.CanSeeAll) return row => true;
        var owned = Owners.Or(Owners.Served(person), Owners.Overseen(db, person));
        return Predicates.Or(Owners.Of<WorkItemRow>(owned, row => row.ProgrammeId, row => row.Role, row => row.UnitId), Reviewed(person));
    }

    /// <summary>What the person's own places owe.</summary>
    public static Expression<Func<WorkItemRow, bool>> Owed(Person person) =>
        Owners.Of<WorkItemRow>(Owners.Acting(person), row => row.ProgrammeId, row => row.Role, row => row.UnitId);

    /// <summary>What the person's offices review.</summary>
    public static Expression<Func<WorkItemRow, bool>> Reviewed(Person person) => PlaceGroup.Of(person.Places).Where(group => group.Offices.Count > 0).Select(Reviewed)
        .Aggregate((Expression<Func<WorkItemRow, bool>>?)null, (all, one) => all is null ? one : Predicates.Or(all, one)) ?? (row => false);

    /// <summary>A unit knows the programmes that it takes part in, an office those that name its role, a supervisor those of its scopes.</summary>
    public static IQueryable<ProgrammeRow> ProgrammesOf(this ProgrammesDb db, Person person)
    {
        if (person.CanSeeAll || person.IsSupervisor && person.Scopes.Any(scope => scope is { ProgrammeId: null, Level: not null })) return db.Programmes;
        var scopes = person.IsSupervisor ? person.Scopes : [];
        List<string> known = [.. scopes.Select(scope => scope.ProgrammeId).OfType<string>().Distinct()];
        List<string> offices = [.. scopes.Where(scope => scope.ProgrammeId is null).Select(scope => scope.OfficeRole).OfType<string>().Distinct()];
        Expression<Func<ProgrammeRow, bool>> any = row => known.Contains(row.Id) || db.Offices.Any(one => one.ProgrammeId == row.Id && offices.Contains(one.Role));
        return db.Programmes.Where(PlaceGroup.Of(person.Places).Aggregate(any, (all, group) => Predicates.Or(all, Programmes(db, group))));
    }

    /// <summary>Null: the person sees the lines of all units of the programme; else of these only. Ids.</summary>
    public static IQueryable<string>? OnlyUnits(this ProgrammesDb db, Person person, string programme)
    {
        if (person.CanSeeAll || person.OfficesIn(programme).Any()) return null;
        List<string> own = [.. person.UnitsIn(programme)];
        var units = db.Units.Where(row => row.ProgrammeId == programme);
        return person is { IsSupervisor: true, Scopes.Count: > 0 }
            ? units.Where(Predicates.Or(row => own.Contains(row.UnitId), Owners.Of<UnitRow>(Owners.Overseen(db, person), row => row.ProgrammeId, row => Roles.Unit, row => row.UnitId))).Select(row => row.UnitId)
            : units.Where(row => own.Contains(row.UnitId)).Select(row => row.UnitId);
    }

    /// <summary>Knows the programme from a unit's side only: nothing is said that is not announced, and duties are told one by one.</summary>
    public static bool IsUnitOnly(Person person, string programme) => person is { CanSeeAll: false, IsSupervisor: false } && !person.OfficesIn(programme).Any();

    private static Expression<Func<WorkItemRow, bool>> Reviewed(PlaceGroup group)
    {
        var (programme, offices) = (group.ProgrammeId, group.Offices);
        return row => (programme == null || row.ProgrammeId == programme) && offices.Contains(row.Reviewer!);
    }

    private static Expression<Func<ProgrammeRow, bool>> Programmes(ProgrammesDb db, PlaceGroup group)
    {
        var (programme, offices, units) = (group.ProgrammeId, group.Offices, group.Units);
        return row => (programme == null || row.Id == programme)
            && (db.Units.Any(one => one.ProgrammeId == row.Id && units.Contains(one.UnitId)) || db.Offices.Any(one => one.ProgrammeId == row.Id && offices.Contains(one.Role)));
    }
}
