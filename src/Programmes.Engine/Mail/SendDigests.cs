using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Programmes.Core.Calendars;
using Programmes.Core.Reminders;
using Programmes.Engine.Definitions;
using Programmes.Storage;
using Programmes.Storage.Instances;
using Programmes.Storage.Ledgers;
using Programmes.Storage.Mail;
using Programmes.Storage.Papers;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Mail;

/// <summary>
/// The morning's digests: one mail an address a day over all programmes of a clock, with its work items, ledger entries and
/// papers to answer, owed, reviewed or supervised. On rest days only for steps whose policy says so. After a stop there is one
/// current digest and no flood.
/// </summary>
public sealed class SendDigests(InstanceStore store, IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library, CalendarSource calendars, MailComposer composer, MailChoices choices, TimeProvider time, ILogger<SendDigests> log)
{
    /// <summary>Things of one kind gathered in one run of a clock; the rest follows in the next.</summary>
    public const int ItemsMax = 20_000;

    /// <summary>Addresses written in one transaction.</summary>
    public const int AddressesMax = 100;

    /// <summary>Things whose next morning is set in one transaction.</summary>
    public const int PageMax = 500;

    internal const string Kind = "digest";

    private sealed record Clock(long Id, long OffsetMicroseconds);

    /// <summary>A piece of work whose turn has come.</summary>
    private sealed record Morning(RemindedThing Thing, MorningPlan Plan, IReadOnlyList<(Addressee To, bool ForSupervision)> To)
    {
        public IReminded Row => Thing.Row;
        public DigestItem Item => Thing.Item;
    }

    private sealed record ToQueue(OutboxRow Row, IReadOnlyList<ReminderRow> Reminders);

    private sealed record Line(Morning Morning, Addressee To, bool ForSupervision);

    /// <summary>Returns how many digests were queued.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        List<Clock> clocks;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
            clocks = await (from programme in db.Programmes
                            where programme.Status == ProgrammeStatus.Running && programme.SuspendedOn == null
                            join clock in db.Clocks on programme.ClockId equals clock.Id
                            where clock.Active && !(programme.BackfillUntil != null && clock.OffsetMicroseconds < 0)
                            select new Clock(clock.Id, clock.OffsetMicroseconds)).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        var queued = 0;
        foreach (var clock in clocks)
        {
            var now = time.GetUtcNow().AddMicroseconds(clock.OffsetMicroseconds);
            var today = ChinaTime.DateOf(now);
            if (now < ChinaTime.StartOf(today) + ReminderPlan.Morning) continue;
            queued += await RunClockAsync(clock.Id, today, cancellationToken).ConfigureAwait(false);
        }

        return queued;
    }

    private async Task<int> RunClockAsync(long clock, DateOnly today, CancellationToken cancellationToken)
    {
        var mornings = await GatherAsync(clock, today, cancellationToken).ConfigureAwait(false);
        if (mornings.Count == 0) return 0;
        var lines = mornings.Where(morning => morning.Plan.Tells).SelectMany(morning => morning.To.Select(to => new Line(morning, to.To, to.ForSupervision)));
        // Told already this morning, before this came up: it waits for the next working day instead of a second mail.
        var late = new HashSet<Morning>(ReferenceEqualityComparer.Instance);
        var failed = new HashSet<Morning>(ReferenceEqualityComparer.Instance);
        var pages = lines.GroupBy(line => line.To.Address.Length > 0 ? line.To.Address : $"none:{line.To.Name}", StringComparer.OrdinalIgnoreCase).Chunk(AddressesMax).ToList();
        var queued = await QueueAsync(clock, today, pages, late, failed, cancellationToken).ConfigureAwait(false);

        // Only when everybody was told: a node that dies before this tells nobody twice, since a digest is unique by address and day.
        var nextDay = calendars.Current.AddWorkingDays(today, 1);
        var moves = mornings.Where(morning => !failed.Contains(morning)).GroupBy(morning =>
            (From: morning.Row.NextReminderOn!.Value, To: late.Contains(morning) ? nextDay : morning.Plan.NextOn, Sent: morning.Plan.Tells && !late.Contains(morning) ? 1 : 0));
        foreach (var move in moves)
            foreach (var page in move.Chunk(PageMax))
                await MoveOnAsync(page, move.Key.From, move.Key.To, move.Key.Sent, cancellationToken).ConfigureAwait(false);
        return queued;
    }

    /// <summary>Composing costs the processor and writing the disk: while one page is written, the next is composed.</summary>
    private async Task<int> QueueAsync(long clock, DateOnly today, List<IGrouping<string, Line>[]> pages, HashSet<Morning> late, HashSet<Morning> failed, CancellationToken cancellationToken)
    {
        var queued = 0;
        Task<List<ToQueue>>? ahead = null;
        try
        {
            for (var i = 0; i < pages.Count; i++)
            {
                var composing = ahead ?? ComposeAsync(clock, today, pages[i], late, cancellationToken);
                ahead = null;
                try
                {
                    var digests = await composing.ConfigureAwait(false);
                    if (i + 1 < pages.Count)
                    {
                        var next = pages[i + 1];
                        ahead = Task.Run(() => ComposeAsync(clock, today, next, late, cancellationToken), cancellationToken);
                    }

                    queued += await WriteAsync(digests, cancellationToken).ConfigureAwait(false);
                }
                catch (DbException)
                {
                    // Another node told one of them in this moment; the next run finds the rest.
                    log.LogInformation(new EventId(3001, "DigestRetried"), "A page of digests of clock {Clock} is composed again", clock);
                    failed.UnionWith(pages[i].SelectMany(address => address).Select(line => line.Morning));
                }
            }
        }
        finally
        {
            if (ahead is not null) await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return queued;
    }

    private async Task<List<Morning>> GatherAsync(long clock, DateOnly today, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var restDay = !calendars.Current.IsWorkingDay(today);
        var running = db.Programmes.AsNoTracking().Where(programme => programme.ClockId == clock && programme.Status == ProgrammeStatus.Running && programme.SuspendedOn == null);
        // On a rest day only what is planned for it: the rest waits for a working day, and need not be read again and again until then.
        var things = await RemindedWork.LoadAsync(db, library, running, restDay ? today : DateOnly.MinValue, today, today, ItemsMax, cancellationToken).ConfigureAwait(false);
        if (things.Count == 0) return [];
        var chosen = await db.DigestChoicesAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. things.Where(thing => !restDay || thing.OnRestDays).Select(thing =>
            {
                var plan = thing.PlanOn(today, thing.Row.NextReminderOn!.Value, thing.Row.RemindersSent, calendars.Current);
                return new Morning(thing, plan, Chosen(thing.Item, [.. thing.Reach(plan, today)], chosen, today));
            }),
        ];
    }

    /// <summary>Without those who chose not to be told of it, as long as anybody is.</summary>
    private List<(Addressee To, bool ForSupervision)> Chosen(DigestItem item, List<(Addressee To, bool ForSupervision)> reached, Dictionary<string, DigestChoice> choiceOf, DateOnly today)
    {
        var pressing = Digest.UrgencyOf(item, today, calendars.Current) is Urgency.Overdue or Urgency.DueToday;
        var chosen = reached.Where(to => choiceOf.GetValueOrDefault(to.To.Address) switch
        {
            DigestChoice.None => false,
            DigestChoice.Pressing => pressing,
            _ => true,
        }).ToList();
        // A duty reaches somebody, whatever its people chose.
        return chosen.Exists(to => !to.ForSupervision) ? chosen : reached;
    }

    /// <summary>The digests of a page that were not queued yet. What came up too late for one that was, is added to <paramref name="late"/>.</summary>
    private async Task<List<ToQueue>> ComposeAsync(long clock, DateOnly today, IGrouping<string, Line>[] addresses, HashSet<Morning> late, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var told = await ToldAsync([.. addresses.Select(KeyOf)], cancellationToken).ConfigureAwait(false);
        var digests = new List<ToQueue>(addresses.Length);
        foreach (var address in addresses)
        {
            var key = KeyOf(address);
            if (told.TryGetValue(key, out var known))
            {
                late.UnionWith(address.Where(line => !known.Contains(line.Morning.Item.WorkItemId)).Select(line => line.Morning));
                continue;
            }

            var to = address.First().To;
            var choose = to.Address.Length > 0 ? await choices.LinkForAsync(to.Address, cancellationToken).ConfigureAwait(false) : null;
            var digest = Digest.Compose(to, today, address.Select(line => line.Morning.Item with { ForSupervision = line.ForSupervision }), calendars.Current, "/work")!;
            var programmes = address.Select(line => line.Morning.Thing.ProgrammeId).Distinct().Take(2).ToList();
            var row = OutboxRows.Of(composer.Compose(digest, key, now, choose), programmes.Count == 1 ? programmes[0] : null, Kind, key, now);
            digests.Add(new(row, [.. address.GroupBy(line => line.Morning.Item.WorkItemId).Select(subject => new ReminderRow
            {
                SubjectId = subject.Key, DueForOn = subject.First().Morning.Row.NextReminderOn!.Value, Escalated = subject.All(line => line.ForSupervision), MessageId = row.MessageId, RecordedAt = now,
            })]));
        }

        return digests;

        string KeyOf(IGrouping<string, Line> address) => $"digest|{address.Key.ToLowerInvariant()}|{today:yyyy-MM-dd}|{clock}";
    }

    /// <summary>Fails as a whole where another node queued one of them since.</summary>
    private async Task<int> WriteAsync(List<ToQueue> digests, CancellationToken cancellationToken)
    {
        if (digests.Count == 0) return 0;
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), null, cancellationToken).ConfigureAwait(false);
        await OutboxStore.QueueAsync(transaction, digests.Select(digest => digest.Row), digests.SelectMany(digest => digest.Reminders), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return digests.Count;
    }

    /// <summary>Of the digests that were queued already, what they told of.</summary>
    private async Task<Dictionary<string, HashSet<string>>> ToldAsync(List<string> keys, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var told = await db.Outbox.AsNoTracking().Where(row => row.DedupeKey != null && keys.Contains(row.DedupeKey)).ToDictionaryAsync(row => row.DedupeKey!, row => row.MessageId, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
        if (told.Count == 0) return [];
        var messages = told.Values.ToList();
        var subjects = (await db.Reminders.AsNoTracking().Where(row => messages.Contains(row.MessageId)).Select(row => new { row.MessageId, row.SubjectId }).ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(row => row.MessageId, row => row.SubjectId);
        return told.ToDictionary(one => one.Key, one => subjects[one.Value].ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>Sets the next morning, except where somebody set another one in between.</summary>
    private async Task MoveOnAsync(Morning[] page, DateOnly from, DateOnly? to, int sent, CancellationToken cancellationToken)
    {
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), null, cancellationToken).ConfigureAwait(false);
        var db = transaction.Db;
        var items = page.Select(morning => morning.Row).OfType<WorkItemRow>().Select(row => row.Id).ToList();
        await MoveOnAsync(db.WorkItems.Where(row => items.Contains(row.Id) && row.NextReminderOn == from)).ConfigureAwait(false);
        var entries = page.Select(morning => morning.Row).OfType<LedgerEntryRow>().Select(row => row.Id).ToList();
        await MoveOnAsync(db.LedgerEntries.Where(row => entries.Contains(row.Id) && row.NextReminderOn == from)).ConfigureAwait(false);
        foreach (var paper in page.Select(morning => morning.Row).OfType<PaperRecipientRow>())
            await MoveOnAsync(db.PaperRecipients.Where(row => row.PaperId == paper.PaperId && row.Ordinal == paper.Ordinal && row.NextReminderOn == from)).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);

        Task MoveOnAsync<T>(IQueryable<T> rows) where T : class, IReminded =>
            rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.NextReminderOn, to).SetProperty(row => row.RemindersSent, row => row.RemindersSent + sent), cancellationToken);
    }
}
