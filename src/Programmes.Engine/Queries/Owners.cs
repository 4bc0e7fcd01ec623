using System.Linq.Expressions;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;
using OwnerTest = System.Linq.Expressions.Expression<System.Func<string?, string?, string?, bool>>;

namespace Programmes.Engine.Queries;

/// <summary>
/// Tests of an owner (its programme, its role, and its unit where the role is <c>unit</c>), written once for all tables that
/// name one. Every place is a constant of the query, so that each can use an index.
/// </summary>
internal static class Owners
{
    /// <summary>What the person itself serves, those units among it that have left.</summary>
    public static OwnerTest Served(Person person) => Any(PlaceGroup.Of(person.Places).Select(Served));

    /// <summary>What the person may act for.</summary>
    public static OwnerTest Acting(Person person) => Any(PlaceGroup.Of(person.Places.Where(place => !place.HasLeft)).Select(Served));

    /// <summary>What is below the offices that the person serves, and what it supervises, if that is not the whole.</summary>
    public static OwnerTest Overseen(ProgrammesDb db, Person person) => Any(
        PlaceGroup.Of(person.Places).Where(group => group.Offices.Count > 0).Select(group => Below(db, group.ProgrammeId, group.Offices))
            .Concat(person.IsSupervisor ? person.Scopes.Select(scope => Supervised(db, scope)) : []));

    public static Expression<Func<T, bool>> Of<T>(OwnerTest test, Expression<Func<T, string?>> programme, Expression<Func<T, string?>> role, Expression<Func<T, string?>> unit)
    {
        var row = programme.Parameters[0];
        var body = new Swap(new()
        {
            [test.Parameters[0]] = programme.Body,
            [test.Parameters[1]] = new Swap(new() { [role.Parameters[0]] = row }).Visit(role.Body),
            [test.Parameters[2]] = new Swap(new() { [unit.Parameters[0]] = row }).Visit(unit.Body),
        }).Visit(test.Body);
        return Expression.Lambda<Func<T, bool>>(body, row);
    }

    public static OwnerTest Or(OwnerTest first, OwnerTest second) => Join(first, second, Expression.OrElse);

    private static OwnerTest Served(PlaceGroup group)
    {
        var (offices, units) = (group.Offices, group.Units);
        OwnerTest own = (offices.Count, units.Count) switch
        {
            (_, 0) => (programme, role, unit) => offices.Contains(role!),
            (0, _) => (programme, role, unit) => role == Roles.Unit && units.Contains(unit!),
            _ => (programme, role, unit) => role == Roles.Unit && units.Contains(unit!) || offices.Contains(role!),
        };
        return In(group.ProgrammeId, own);
    }

    private static OwnerTest Supervised(ProgrammesDb db, SupervisionScope scope)
    {
        if (scope.OfficeRole is { } office) return Below(db, scope.ProgrammeId, [office]);
        if (scope.UnitId is { } one) return In(scope.ProgrammeId, (programme, role, unit) => role == Roles.Unit && unit == one);
        if (scope.Level is not { } level) return scope.ProgrammeId is null ? (programme, role, unit) => false : In(scope.ProgrammeId, (programme, role, unit) => true);
        return In(scope.ProgrammeId, (programme, role, unit) =>
            role == Roles.Unit && db.Units.Any(row => row.ProgrammeId == programme && row.UnitId == unit && row.Level == level)
            || db.Offices.Any(row => row.ProgrammeId == programme && row.Role == role && row.Level == level));
    }

    /// <summary>The offices themselves, the offices below them, and the units of all of these.</summary>
    private static OwnerTest Below(ProgrammesDb db, string? of, List<string> offices)
    {
        if (of is null)
            return (programme, role, unit) =>
                role == Roles.Unit && db.Units.Any(row => row.ProgrammeId == programme && row.UnitId == unit && db.OfficeLines.Any(line => line.ProgrammeId == row.ProgrammeId && line.Role == row.Superior && offices.Contains(line.Above)))
                || db.OfficeLines.Any(line => line.ProgrammeId == programme && line.Role == role && offices.Contains(line.Above));
        // Of one programme the database works out the list once, instead of looking for each row.
        var below = db.OfficeLines.Where(line => line.ProgrammeId == of && offices.Contains(line.Above)).Select(line => line.Role);
        var units = db.Units.Where(row => row.ProgrammeId == of && below.Contains(row.Superior!)).Select(row => row.UnitId);
        return In(of, (programme, role, unit) => role == Roles.Unit && units.Contains(unit!) || below.Contains(role!));
    }

    private static OwnerTest In(string? of, OwnerTest test) => of is null ? test : Join((programme, role, unit) => programme == of, test, Expression.AndAlso);

    private static OwnerTest Any(IEnumerable<OwnerTest> tests) => tests.Aggregate((OwnerTest?)null, (all, one) => all is null ? one : Or(all, one)) ?? ((programme, role, unit) => false);

    private static OwnerTest Join(OwnerTest first, OwnerTest second, Func<Expression, Expression, Expression> join)
    {
        var swaps = second.Parameters.Zip(first.Parameters).ToDictionary(pair => pair.First, pair => (Expression)pair.Second);
        return Expression.Lambda<Func<string?, string?, string?, bool>>(join(first.Body, new Swap(swaps).Visit(second.Body)), first.Parameters);
    }

    private sealed class Swap(Dictionary<ParameterExpression, Expression> swaps) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => swaps.GetValueOrDefault(node, node);
    }
}
