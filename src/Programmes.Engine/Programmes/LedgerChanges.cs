using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Storage.Ledgers;
using Programmes.Storage.Mail;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <summary>What changes of a programme mean for its ledgers (问题台账).</summary>
internal static class LedgerChanges
{
    public static async Task<IReadOnlyList<OpenThing>> OpenOfAsync(ProgrammeOperation operation, string unit, CancellationToken cancellationToken) =>
        [.. (await EntriesOfAsync(operation, unit, cancellationToken).ConfigureAwait(false)).Select(Thing)];

    /// <summary>
    /// Open entries of a merged unit go on in the same ledger of the other, with numbers of that one; those of the merged unit stay
    /// as they were, in a ledger that ended with it. An entry for which the other has no open ledger stays listed only.
    /// </summary>
    public static async Task<IReadOnlyList<OpenThing>> MoveAsync(ProgrammeOperation operation, UnitRow from, UnitRow into, CancellationToken cancellationToken)
    {
        var (db, session) = (operation.Db, operation.Session);
        var entries = await EntriesOfAsync(operation, from.UnitId, cancellationToken).ConfigureAwait(false);
        var moved = new List<OpenThing>();
        foreach (var group in entries.GroupBy(entry => entry.LedgerId))
        {
            var activity = await db.Ledgers.Where(ledger => ledger.Id == group.Key).Select(ledger => ledger.Activity).SingleAsync(cancellationToken).ConfigureAwait(false);
            var instance = await db.Ledgers.Where(ledger => ledger.ProgrammeId == operation.Id && ledger.UnitId == into.UnitId && ledger.Activity == activity && (ledger.Status == LedgerStatus.Open || ledger.Status == LedgerStatus.Reopened))
                .OrderByDescending(ledger => ledger.Batch).Select(ledger => new { ledger.Id, ledger.InstanceId }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            if (instance is null) continue;
            await session.Transaction.LoadAsync(instance.InstanceId, cancellationToken).ConfigureAwait(false);
            var ledger = await db.Ledgers.SingleAsync(row => row.Id == instance.Id, cancellationToken).ConfigureAwait(false);
            foreach (var entry in group)
            {
                var row = new LedgerEntryRow
                {
                    Id = $"{ledger.Id}.{++ledger.LastNumber}", LedgerId = ledger.Id, ProgrammeId = operation.Id, UnitId = into.UnitId, Number = ledger.LastNumber,
                    Area = entry.Area, Problem = entry.Problem, Source = entry.Source, SourceReference = $"{from.Name}第 {entry.Number} 号", OpenedOn = entry.OpenedOn,
                    // What was submitted was not judged: it is handed in again by who goes on.
                    Status = entry.Office is null ? LedgerEntryStatus.Open : LedgerEntryStatus.Assigned,
                    Office = entry.Office, Post = entry.Post, DeadlineOn = entry.DeadlineOn, Done = entry.Done, Reopened = entry.Reopened, EvidenceFromAt = session.Now,
                };
                db.LedgerEntries.Add(row);
                Note(operation, ledger.Id, row.Id, LedgerEventKind.Opened, new { row.Area, row.Source, row.SourceReference, from = entry.Id });
                moved.Add(Thing(row));
            }
        }

        return moved;
    }

    /// <summary>The days of open ledgers and of their open entries come so much later, like all that lies after the suspension's first day.</summary>
    public static async Task DelayAsync(ProgrammeOperation operation, DateOnly from, int days, WorkingDayCalendar calendar, CancellationToken cancellationToken)
    {
        var ledgers = await operation.Db.Ledgers.Where(ledger => ledger.ProgrammeId == operation.Id && (ledger.Status == LedgerStatus.Open || ledger.Status == LedgerStatus.Reopened)).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var ledger in ledgers.Where(ledger => ledger.UntilOn >= from)) ledger.UntilOn = Suspensions.Move(ledger.UntilOn, days, calendar);
        var entries = await operation.Db.LedgerEntries.Where(entry => entry.ProgrammeId == operation.Id && entry.Status != LedgerEntryStatus.Closed && entry.DeadlineOn >= from).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in entries)
        {
            var before = entry.DeadlineOn!.Value;
            entry.DeadlineOn = Suspensions.Move(before, days, calendar);
            entry.Rearm(operation.Session.Today);
            Note(operation, entry.LedgerId, entry.Id, LedgerEventKind.Assigned, new { entry.Office, entry.Post, deadline = entry.DeadlineOn, before });
        }
    }

    private static Task<List<LedgerEntryRow>> EntriesOfAsync(ProgrammeOperation operation, string unit, CancellationToken cancellationToken) =>
        operation.Db.LedgerEntries.AsNoTracking().Where(entry => entry.ProgrammeId == operation.Id && entry.UnitId == unit && entry.Status != LedgerEntryStatus.Closed)
            .OrderBy(entry => entry.LedgerId).ThenBy(entry => entry.Number).Take(UnitDeparture.OpenMax).ToListAsync(cancellationToken);

    private static OpenThing Thing(LedgerEntryRow entry) => new("ledger-entry", entry.Id, Text.Same(entry.Problem), entry.DeadlineOn);

    private static void Note(ProgrammeOperation operation, string ledger, string entry, LedgerEventKind kind, object details) => operation.Db.LedgerEvents.Add(new()
    {
        LedgerId = ledger, EntryId = entry, Kind = kind, At = operation.Session.Now, HappenedOn = operation.Session.Today, Actor = operation.Session.Person.Name,
        Reason = operation.Reason, Details = JsonSerializer.Serialize(details, JsonSerializerOptions.Web),
    });
}
