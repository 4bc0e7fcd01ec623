using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <param name="Unit">Its id: a new one, or that of a unit of the launch that is in no running batch.</param>
/// <param name="Name">Needed for a new unit; null: as known.</param>
/// <param name="Superior">The role of the office above it; null: as known, or none.</param>
/// <param name="Level">Null: as known, or none.</param>
public sealed record NewMember(string Unit, string? Name = null, string? Mail = null, string? Responsible = null, string? Superior = null, AdministrativeLevel? Level = null);

/// <summary>
/// A late joiner: its workflow starts at once where the batch has started, and it takes its lines in the steps that are open.
/// After the intake's last day this needs the document that approves it.
/// </summary>
public sealed class AdmitUnit(PersonDoor doors, DefinitionLibrary library, CalendarSource calendars)
{
    /// <exception cref="RefusedException">The unit or the batch does not fit; the words name the rule.</exception>
    public async Task<ChangeOutcome> RunAsync(Person person, string programme, int batch, NewMember member, string reason, string? document = null, CancellationToken cancellationToken = default)
    {
        await using var operation = await ProgrammeOperation.OpenAsync(doors, library, programme, person, "programme.unit-admitted", reason, document, evenSuspended: false, cancellationToken).ConfigureAwait(false);
        var rules = new AdmissionRules(operation.Db, programme, operation.Launch, operation.Document, operation.Session.Today, calendars.Current);
        var known = (await rules.KnownAsync([member.Unit], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(member.Unit);
        var refusal = rules.OfUnit(member, known);
        var door = await rules.DoorAsync(batch, cancellationToken).ConfigureAwait(false);
        refusal ??= door.Refusal ?? AdmissionRules.OfPlace(known, door.Planned!);
        if (refusal is not null) throw await operation.RefuseAsync(refusal.Words, refusal.Rule, cancellationToken).ConfigureAwait(false);

        var joining = new Joining(Described(member, known?.Row), batch, known);
        await JoinAsync(operation, door.Instance!, [joining], cancellationToken).ConfigureAwait(false);
        await operation.ReviseAsync(With(operation.Launch, [joining]), cancellationToken).ConfigureAwait(false);
        if (await rules.MissingSuperiorAsync(library, joining.Unit, cancellationToken).ConfigureAwait(false) is { } missing)
            throw await operation.RefuseAsync(missing, UnitDeparture.UnitsRule, cancellationToken).ConfigureAwait(false);
        await StoreAsync(operation, [joining], cancellationToken).ConfigureAwait(false);
        return await operation.CommitAsync(
            ProgrammeChangeKind.UnitAdmitted, joining.Unit.Id, joining.Title(door.Planned!), joining.Details, [], batch, joining.Unit.Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Who joins, as it will be known.</summary>
    internal sealed record Joining(Unit Unit, int Batch, KnownUnit? Known)
    {
        public object Details => new { unit = Unit, batch = Batch, from = Known?.From };

        public Core.Text Title(Batch planned) => new($"{Unit.Name}加入{planned.Name}", $"{Unit.Name} joins {planned.Name}");
    }

    /// <summary>The batch takes them in, as one decision under its lock.</summary>
    internal static async Task JoinAsync(ProgrammeOperation operation, string instance, IReadOnlyList<Joining> joining, CancellationToken cancellationToken)
    {
        if (await operation.Session.Transaction.LoadAsync(instance, cancellationToken).ConfigureAwait(false) is { } locked)
            await operation.Session.DecideAsync(locked, [.. joining.Select(one => new UnitJoins(one.Unit.Id, one.Known?.From))], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The rows of units: new ones after the last, known ones as they are described now.</summary>
    internal static async Task StoreAsync(ProgrammeOperation operation, IReadOnlyList<Joining> joining, CancellationToken cancellationToken)
    {
        var last = await operation.Db.Units.Where(row => row.ProgrammeId == operation.Id).MaxAsync(row => (int?)row.Ordinal, cancellationToken).ConfigureAwait(false) ?? -1;
        foreach (var one in joining)
        {
            var row = one.Known?.Row;
            if (row is null) operation.Db.Units.Add(row = new() { ProgrammeId = operation.Id, UnitId = one.Unit.Id, Name = one.Unit.Name, Ordinal = ++last });
            (row.Name, row.Mail, row.Responsible, row.Superior, row.Level, row.LeftOn) = (one.Unit.Name, one.Unit.Mail, one.Unit.Responsible, one.Unit.Superior, one.Unit.Level, null);
        }
    }

    internal static Unit Described(NewMember member, UnitRow? known) => new(
        member.Unit, Filled(member.Name) ?? known!.Name, Filled(member.Mail) ?? known?.Mail, Filled(member.Responsible) ?? known?.Responsible, Filled(member.Superior) ?? known?.Superior, member.Level ?? known?.Level);

    /// <summary>The launch with the units. One that is planned in one batch and taken into a later one stands in the plan once; its membership says where it is.</summary>
    internal static Launch With(Launch launch, IReadOnlyList<Joining> joining)
    {
        var described = joining.ToDictionary(one => one.Unit.Id, one => one.Unit, StringComparer.Ordinal);
        var planned = launch.Batches.SelectMany(batch => batch.Units).ToHashSet(StringComparer.Ordinal);
        var listed = launch.Units.Select(unit => unit.Id).ToHashSet(StringComparer.Ordinal);
        var added = joining.Where(one => !planned.Contains(one.Unit.Id)).ToLookup(one => one.Batch, one => one.Unit.Id);
        return launch with
        {
            Units = [.. launch.Units.Select(unit => described.GetValueOrDefault(unit.Id, unit)), .. joining.Where(one => !listed.Contains(one.Unit.Id)).Select(one => one.Unit)],
            Batches = [.. launch.Batches.Select(batch => added[batch.Number].Any() ? batch with { Units = [.. batch.Units, .. added[batch.Number]] } : batch)],
        };
    }

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
