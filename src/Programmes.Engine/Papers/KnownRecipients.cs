using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Engine.Papers;

/// <param name="Unit">Null: the office of the role.</param>
internal sealed record PaperRecipient(string Role, string? Unit, string Name);

/// <summary>Offices and those units of a programme that a paper names, by which its recipients are found.</summary>
internal sealed class KnownRecipients
{
    private readonly Dictionary<string, string> offices;
    private readonly Dictionary<string, (string Name, string? Superior)> units;
    private readonly List<string> everyUnit;

    private KnownRecipients(Dictionary<string, string> offices, Dictionary<string, (string Name, string? Superior)> units, List<string> everyUnit) =>
        (this.offices, this.units, this.everyUnit) = (offices, units, everyUnit);

    /// <param name="unitIds">The units that can be asked for; others are not known.</param>
    /// <param name="all">The paper goes to every unit that takes part: those are read as well, as many as a paper can have and one more.</param>
    public static async Task<KnownRecipients> LoadAsync(ProgrammesDb db, string programme, IEnumerable<string?> unitIds, bool all, CancellationToken cancellationToken)
    {
        var offices = await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == programme).ToDictionaryAsync(row => row.Role, row => row.Name, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
        var units = new Dictionary<string, (string Name, string? Superior)>(StringComparer.Ordinal);
        foreach (var some in unitIds.OfType<string>().Distinct().Take(IssuePaper.RecipientsMax + 1).Chunk(NamedMax))
            foreach (var row in await db.Units.AsNoTracking().Where(row => row.ProgrammeId == programme && some.Contains(row.UnitId)).Select(row => new { row.UnitId, row.Name, row.Superior }).ToListAsync(cancellationToken).ConfigureAwait(false))
                units[row.UnitId] = (row.Name, row.Superior);
        var every = all
            ? await db.Units.AsNoTracking().Where(row => row.ProgrammeId == programme && row.LeftOn == null).OrderBy(row => row.Ordinal).Take(IssuePaper.RecipientsMax + 1).Select(row => new { row.UnitId, row.Name, row.Superior }).ToListAsync(cancellationToken).ConfigureAwait(false)
            : [];
        foreach (var row in every) units[row.UnitId] = (row.Name, row.Superior);
        return new(offices, units, [.. every.Select(row => row.UnitId)]);
    }

    /// <summary>Units asked for by name in one statement.</summary>
    private const int NamedMax = 500;

    public bool HasUnit(string unit) => units.ContainsKey(unit);

    /// <exception cref="RefusedException">The programme has no such office, or needs a unit to know it.</exception>
    public PaperRecipient Resolve(string role, string? unit)
    {
        if (role is Roles.Unit or Roles.UnitSuperior)
        {
            if (unit is null || !units.TryGetValue(unit, out var own)) throw new RefusedException(new("请写明所涉参与单位", "Name the unit that it concerns"));
            if (role == Roles.Unit) return new(role, unit, own.Name);
            role = own.Superior ?? throw new RefusedException(new($"启动文件没有写明“{own.Name}”的上级单位", $"The launch names no superior of \"{own.Name}\""));
        }

        if (offices.TryGetValue(role, out var office)) return new(role, null, office);
        var hint = Spelling.Hint(role, offices.Keys);
        throw new RefusedException(new($"此专项工作没有角色“{role}”{hint.Zh}", $"The programme has no role \"{role}\"{hint.En}"));
    }

    public List<PaperRecipient> Resolve(IEnumerable<string> roles, IReadOnlyList<string> toUnits, string? unit)
    {
        var all = toUnits.Contains(NewPaper.AllUnits);
        roles = [.. roles];
        if (roles.Contains(Roles.AllUnits)) (all, roles) = (true, roles.Where(role => role != Roles.AllUnits));
        var named = all ? everyUnit : toUnits.AsEnumerable();
        return [.. roles.Select(role => Resolve(role, unit)).Concat(named.Select(id => Resolve(Roles.Unit, id))).Distinct()];
    }

    public string NameOf(string role, string? unit) => role == Roles.Unit && unit is not null
        ? units.TryGetValue(unit, out var found) ? found.Name : unit
        : offices.GetValueOrDefault(role, role);
}
