using System.Globalization;
using System.Text.Json;
using Programmes.Core.Programmes;
using Programmes.Engine.Definitions;
using Programmes.Engine.Launching;
using Programmes.Engine.People;

namespace Programmes.Engine.Programmes;

public enum AdmissionVerdict { Refused, Joins, AlreadyIn }

/// <summary>What would become of one row of a list of late joiners.</summary>
/// <param name="Row">As Excel counts, from 1.</param>
/// <param name="Unit">Its id: as given, as known by its name, or the one that it would get.</param>
/// <param name="Batch">The batch's name; null: none was found.</param>
/// <param name="From">Its first day there (inclusive, by the programme's clock); null unless it joins.</param>
/// <param name="IsNew">The programme does not know it yet.</param>
/// <param name="Superior">The name of the office above it.</param>
public sealed record AdmissionLine(int Row, string Unit, string Name, string? Batch, DateOnly? From, AdmissionVerdict Verdict, bool IsNew, string? Superior);

/// <summary>What would become of a whole list.</summary>
/// <param name="Rows">As they were sent.</param>
/// <param name="Lines">In the order of the rows.</param>
/// <param name="Problems">What stands against the refused rows, at the cell that mends it.</param>
public sealed record AdmissionPreview(IReadOnlyList<UnitRowRead> Rows, IReadOnlyList<AdmissionLine> Lines, IReadOnlyList<UnitRowProblem> Problems)
{
    public int Joining => Count(AdmissionVerdict.Joins);
    public int AlreadyIn => Count(AdmissionVerdict.AlreadyIn);
    public int Refused => Count(AdmissionVerdict.Refused);

    /// <summary>Somebody joins, and nobody is refused.</summary>
    public bool MayRun => Refused == 0 && Joining > 0;

    private int Count(AdmissionVerdict verdict) => Lines.Count(line => line.Verdict == verdict);
}

/// <summary>A list of late joiners, judged row by row by the rules of a single one; nothing is changed.</summary>
internal sealed class AdmissionList(AdmissionRules rules, DefinitionLibrary library, Launch launch)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Who joins, by the row's place in the list.</summary>
    public IReadOnlyList<(AdmitUnit.Joining Joining, BatchDoor Door)> Joining { get; private set; } = [];

    /// <param name="left">Units that left the programme; their names and ids are known still.</param>
    public async Task<AdmissionPreview> JudgeAsync(IReadOnlyList<UnitRowRead> rows, IReadOnlyCollection<Unit> left, CancellationToken cancellationToken)
    {
        var (named, problems) = Named(rows, left);
        var (asked, faults) = UnitImport.Ask(launch, named);
        problems.AddRange(faults);
        var known = await rules.KnownAsync([.. asked.Select(one => one.Unit.Id).Distinct()], cancellationToken).ConfigureAwait(false);
        // One answer for all that lack a superior: either the plan has work for it, or not.
        var needsSuperior = asked.FirstOrDefault(one => one.Unit.Superior is null && known.GetValueOrDefault(one.Unit.Id)?.Row.Superior is null) is { } without
            && await rules.MissingSuperiorAsync(library, without.Unit, cancellationToken).ConfigureAwait(false) is not null;
        var wrong = problems.Select(problem => problem.Row).ToHashSet();
        var lines = new List<AdmissionLine>(rows.Count);
        var joining = new List<(AdmitUnit.Joining, BatchDoor)>();
        foreach (var one in asked)
        {
            var member = known.GetValueOrDefault(one.Unit.Id);
            var door = one.Batch is { } number ? await rules.DoorAsync(number, cancellationToken).ConfigureAwait(false) : null;
            var verdict = wrong.Contains(one.Row.Number) || door is null ? AdmissionVerdict.Refused : Judge(one, member, door);
            var unit = one.Unit.Name.Length > 0 ? AdmitUnit.Described(MemberOf(one.Unit), member?.Row) : one.Unit;
            if (verdict == AdmissionVerdict.Joins) joining.Add((new(unit, one.Batch!.Value, member), door!));
            lines.Add(new(
                one.Row.Number, one.Unit.Id, one.Unit.Name, door?.Planned?.Name, verdict == AdmissionVerdict.Joins ? door!.From : null, verdict, member is null,
                unit.Superior is { } role ? launch.Offices.GetValueOrDefault(role)?.Name is { Length: > 0 } name ? name : role : null));
        }

        Joining = joining;
        return new(rows, lines, [.. problems.OrderBy(problem => problem.Row)]);

        AdmissionVerdict Judge(UnitAsked one, KnownUnit? member, BatchDoor door)
        {
            if (member is { Row.LeftOn: null } && member.Places.Any(place => place.Batch == one.Batch)) return AdmissionVerdict.AlreadyIn;
            if (rules.OfUnit(MemberOf(one.Unit), member) is { } ofUnit) Say(one, UnitColumn.Name, ofUnit);
            else if ((door.Refusal ?? AdmissionRules.OfPlace(member, door.Planned!)) is { } ofBatch) Say(one, UnitColumn.Batch, ofBatch);
            else if (needsSuperior && one.Unit.Superior is null && member?.Row.Superior is null)
                Say(one, UnitColumn.Superior, new(new("方案有步骤由单位的上级办理，请填写上级单位", "The plan has steps for the unit's superior; name it"), UnitDeparture.UnitsRule));
            else return AdmissionVerdict.Joins;
            return AdmissionVerdict.Refused;
        }

        void Say(UnitAsked one, UnitColumn column, AdmissionRefusal refusal) =>
            problems.Add(new(one.Row.Number, column, UnitImport.CellOf(one.Row, column), UnitImport.Short(one.Row[column]), Deciding.Refusals.Of(refusal.Words, refusal.Rule).Words));
    }

    /// <summary>As text that a form carries to the next page and back.</summary>
    public static string Pack(IReadOnlyList<UnitRowRead> rows) => JsonSerializer.Serialize(rows, Options);

    /// <exception cref="RefusedException">It is not what <see cref="Pack"/> wrote.</exception>
    public static IReadOnlyList<UnitRowRead> Unpack(string? packed)
    {
        List<UnitRowRead?>? rows = null;
        try
        {
            rows = string.IsNullOrEmpty(packed) ? null : JsonSerializer.Deserialize<List<UnitRowRead?>>(packed, Options);
        }
        catch (JsonException)
        {
            // As if none had been sent.
        }

        var columns = Enum.GetValues<UnitColumn>().Length;
        return rows is { Count: > 0 and <= AdmitUnits.RowsMax }
            && rows.TrueForAll(row => row is { Number: > 0, Values.Count: var count } && count >= columns - 1 && count <= columns && row.Values.All(value => value is not null))
            ? [.. rows.OfType<UnitRowRead>()]
            : throw new RefusedException(new("没有收到名单，请重新上传", "The list has not arrived; send it again"));
    }

    private static NewMember MemberOf(Unit unit) => new(unit.Id, unit.Name, unit.Mail, unit.Responsible, unit.Superior, unit.Level);

    /// <summary>Rows without an id get that of the unit of this name, else a new one that nobody has or had.</summary>
    private (IReadOnlyList<UnitRowRead> Rows, List<UnitRowProblem> Problems) Named(IReadOnlyList<UnitRowRead> rows, IReadOnlyCollection<Unit> left)
    {
        var problems = new List<UnitRowProblem>();
        var taken = rows.Select(row => row[UnitColumn.Id]).Concat(launch.Units.Select(unit => unit.Id)).Concat(left.Select(unit => unit.Id)).ToHashSet(StringComparer.Ordinal);
        var byName = launch.Units.Concat(left).ToLookup(unit => unit.Name, StringComparer.Ordinal);
        var next = 0;
        return ([.. rows.Select(row => row[UnitColumn.Id].Length > 0 ? row : row with { Values = [.. row.Values.Select((value, column) => column == (int)UnitColumn.Id ? IdOf(row) : value)] })], problems);

        string IdOf(UnitRowRead row)
        {
            var known = byName[row[UnitColumn.Name]].DistinctBy(unit => unit.Id).ToList();
            // Stations of two counties may bear one name; the office above tells them apart.
            if (known.Count > 0 && row[UnitColumn.Superior] is { Length: > 0 } above)
                known = known.FindAll(unit => unit.Superior is null || unit.Superior == above || launch.Offices.GetValueOrDefault(unit.Superior)?.Name == above);
            if (known.Count > 1)
                problems.Add(new(row.Number, UnitColumn.Id, UnitImport.CellOf(row, UnitColumn.Id), "", new(
                    $"本专项工作有 {known.Count} 个单位叫“{UnitImport.Short(row[UnitColumn.Name])}”，请填写标识：{string.Join('、', known.Take(5).Select(unit => unit.Id))}；新单位请另取标识",
                    $"{known.Count} units of the programme bear this name; give the id: {string.Join(", ", known.Take(5).Select(unit => unit.Id))}, or a new one for a new unit")));
            if (known.Count > 0) return known[0].Id;
            string id;
            // Bounded: one more than the ids that are taken is free.
            do id = string.Create(CultureInfo.InvariantCulture, $"u{++next:00000}");
            while (taken.Contains(id));
            return id;
        }
    }
}
