using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Ledgers;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage.Instances;
using Programmes.Storage.Ledgers;

namespace Programmes.Engine.Ledgers;

/// <summary>A ledger under its instance's lock, perhaps with one entry of it.</summary>
internal sealed class LedgerSession(DoorSession door, LedgerRow ledger, LedgerEntryRow? entry) : IAsyncDisposable
{
    private readonly LedgerEntryRow? entry = entry;

    public DoorSession Door { get; } = door;
    public LedgerRow Ledger { get; } = ledger;
    public LedgerEntryRow Entry => entry!;

    /// <exception cref="RefusedException">There is no such ledger, or the person may not know of it.</exception>
    public static async Task<LedgerSession> OpenAsync(PersonDoor doors, string ledgerId, Person person, CancellationToken cancellationToken)
    {
        var door = await doors.TryOpenAsync(InstanceKey.OfLedger(ledgerId), person, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此台账", "The ledger");
        return await LoadAsync(door, ledgerId, null, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="RefusedException">There is no such entry, or the person may not know of it.</exception>
    public static async Task<LedgerSession> OpenEntryAsync(PersonDoor doors, string entryId, Person person, CancellationToken cancellationToken)
    {
        var door = await doors.TryOpenAsync(InstanceKey.OfLedgerEntry(entryId), person, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此问题", "The ledger's entry");
        return await LoadAsync(door, null, entryId, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<LedgerSession> LoadAsync(DoorSession door, string? ledgerId, string? entryId, CancellationToken cancellationToken)
    {
        try
        {
            var entry = entryId is null ? null : await door.Db.LedgerEntries.SingleAsync(row => row.Id == entryId, cancellationToken).ConfigureAwait(false);
            ledgerId ??= entry!.LedgerId;
            var ledger = await door.Db.Ledgers.SingleAsync(row => row.Id == ledgerId, cancellationToken).ConfigureAwait(false);
            if (!LedgerRights.MaySee(door.Person, ledger)) throw RefusedException.Forbidden();
            return new(door, ledger, entry);
        }
        catch
        {
            await door.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public bool IsOpen => Ledger.Status is LedgerStatus.Open or LedgerStatus.Reopened;

    /// <summary>Where the rule stands that a refusal about this ledger names.</summary>
    public Text Source => Ledger.Clause is { } clause
        ? new($"方案{clause}，“{Ledger.TitleZh}”", $"paragraph {clause} of the plan, \"{Ledger.TitleEn}\"")
        : new($"“{Ledger.TitleZh}”", $"\"{Ledger.TitleEn}\"");

    public void MustKeep()
    {
        if (!LedgerRights.MayKeep(Door.Person, Ledger)) throw RefusedException.Forbidden();
    }

    public void MustReview()
    {
        if (!LedgerRights.MayReview(Door.Person, Ledger)) throw RefusedException.Forbidden();
    }

    /// <exception cref="RefusedException">The entry is closed.</exception>
    public void MustBeOpenEntry()
    {
        if (Entry.Status == LedgerEntryStatus.Closed)
            throw new RefusedException(new($"问题 {Entry.Number} 已于 {Entry.ClosedOn:yyyy-MM-dd} 销号；检查发现未解决的，请重新打开", $"Entry {Entry.Number} was closed on {Entry.ClosedOn:yyyy-MM-dd}; reopen it if a check finds it unsolved"));
    }

    public void Note(LedgerEventKind kind, LedgerEntryRow? about, string? reason = null, object? details = null)
    {
        Door.Db.LedgerEvents.Add(new()
        {
            LedgerId = Ledger.Id, EntryId = about?.Id, Kind = kind, At = Door.Now, HappenedOn = Door.Today, Actor = Door.Person.Name, Reason = reason,
            Details = details is null ? null : JsonSerializer.Serialize(details, JsonSerializerOptions.Web),
        });
        Door.Audit($"ledger.{kind}", about?.Id ?? Ledger.Id, reason);
    }

    /// <summary>The workflow that waits for this ledger learns of the change; a reopened ledger has none any more.</summary>
    public Task CommitChangedAsync(CancellationToken cancellationToken) =>
        Ledger.Status == LedgerStatus.Open ? Door.DecideAsync(new LedgerChanged(Ledger.Id), cancellationToken) : Door.CommitAsync(cancellationToken);

    public ValueTask DisposeAsync() => Door.DisposeAsync();
}

/// <summary>Who may do what to a ledger.</summary>
public static class LedgerRights
{
    /// <summary>A unit sees its own, whoever keeps it.</summary>
    public static bool MaySee(Person person, LedgerRow ledger) =>
        person.CanSeeAll || MayKeep(person, ledger) || MayReview(person, ledger) || person.Knows(Core.Programmes.Roles.Unit, ledger.ProgrammeId, ledger.UnitId);

    /// <summary>The role that keeps it; the leading office does so for it, recorded as such.</summary>
    public static bool MayKeep(Person person, LedgerRow ledger) => person.CanManage || person.Holds(ledger.Role, ledger.ProgrammeId, ledger.UnitId);

    /// <summary>Closes, returns and reopens entries.</summary>
    public static bool MayReview(Person person, LedgerRow ledger) =>
        person.CanManage || ledger.Reviewer is not null && person.Holds(ledger.Reviewer, ledger.ProgrammeId, ledger.UnitId);
}

/// <summary>Texts that people type into a ledger.</summary>
internal static class LedgerTexts
{
    /// <summary>Longest problem, or account of what was done, in characters.</summary>
    public const int TextLengthMax = 2_000;

    /// <summary>Longest name of an area, office, post or source, in characters.</summary>
    public const int NameLengthMax = 200;

    public static string Required(string? text, Text name) =>
        Optional(text, name, TextLengthMax) ?? throw new RefusedException(new($"请写明{name.Zh}", $"Give {name.En}"));

    public static string? Optional(string? text, Text name, int lengthMax = NameLengthMax)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var trimmed = text.Trim();
        return trimmed.Length <= lengthMax ? trimmed : throw new RefusedException(new($"{name.Zh}最长 {lengthMax} 字", $"{name.En} has at most {lengthMax} characters"));
    }
}
