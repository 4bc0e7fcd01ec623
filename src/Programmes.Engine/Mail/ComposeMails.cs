using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Definitions;
using Programmes.Storage;
using Programmes.Storage.Copying;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Mail;

/// <summary>
/// Turns what is to be told at once into mails to the people whom the directory names. Notices of a workflow wait for the
/// next working morning; several for one address become one mail; beyond <see cref="PerDayMax"/> a day they wait for tomorrow.
/// </summary>
public sealed class ComposeMails(InstanceStore store, DefinitionLibrary library, CalendarSource calendars, MailComposer composer, TimeProvider time, ILogger<ComposeMails> log)
{
    public const int PageMax = 200;

    /// <summary>Mails an address gets on a day (Asia/Shanghai), digest and all. Official papers and urging, which somebody sends on purpose, come above it.</summary>
    public const int PerDayMax = 10;

    /// <summary>Of them at once: one is left for the morning's digest, and one for what falls overdue during the day.</summary>
    public const int AtOnceMax = PerDayMax - 2;

    private sealed record Sender(string Name, Launch Launch, long Clock, long OffsetMicroseconds, MailDirectory Directory);

    /// <summary>A mail before it is written: to one person, or a notice that may be bundled.</summary>
    /// <param name="Held">It waited in a backup that was restored.</param>
    private sealed record Draft(MailRequestRow Request, Sender Sender, Addressee To, DateOnly On, bool Held);

    /// <summary>Composes until nothing may be told now. Returns how many mails were queued.</summary>
    /// <param name="pagesMax">A bound for one run.</param>
    public async Task<int> RunAsync(int pagesMax = 1_000, CancellationToken cancellationToken = default)
    {
        var queued = 0;
        for (var page = 0; page < pagesMax; page++)
        {
            var (taken, written) = await ComposePageAsync(cancellationToken).ConfigureAwait(false);
            queued += written;
            if (taken < PageMax) break;
        }

        return queued;
    }

    private async Task<(int Taken, int Written)> ComposePageAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), null, cancellationToken).ConfigureAwait(false);
        var db = transaction.Db;
        var requests = await transaction.TakeMailRequestsAsync(PageMax, cancellationToken).ConfigureAwait(false);
        if (requests.Count == 0) return (0, 0);
        var senders = await SendersAsync(db, requests, transaction.Now, cancellationToken).ConfigureAwait(false);
        var over = await OverAsync(db, requests, cancellationToken).ConfigureAwait(false);
        var heldUntil = await DatabaseMarks.HeldUntilAsync(db, cancellationToken).ConfigureAwait(false);
        var drafts = new List<Draft>();
        foreach (var request in requests)
        {
            var sender = senders[request.ProgrammeId];
            var now = transaction.Now.AddMicroseconds(sender.OffsetMicroseconds);
            if (request.WorkItemId is { } item && over.Contains(item))
                db.MailRequests.Remove(request);
            else if (request.Kind == MailModel.Notify && ReminderPlan.Civil(now, calendars.Current) is var civil && civil > now)
                request.NotBefore = civil.AddMicroseconds(-sender.OffsetMicroseconds);
            else
                drafts.AddRange(sender.Directory.Reach(request.Role, request.UnitId, OccasionOf(request.Kind), ChinaTime.DateOf(now)).Select(to => new Draft(request, sender, to, ChinaTime.DateOf(now), request.RequestedAt <= heldUntil)));
        }

        await transaction.HoldAddressesAsync(CappedAddresses(drafts), cancellationToken).ConfigureAwait(false);
        var rows = await WithinCapAsync(db, drafts, transaction.Now, cancellationToken).ConfigureAwait(false);
        db.Outbox.AddRange(rows);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (rows.Count > 0) log.LogDebug(new EventId(3010, "MailsComposed"), "{Count} mails were composed", rows.Count);
        return (requests.Count, rows.Count);
    }

    private async Task<Dictionary<string, Sender>> SendersAsync(ProgrammesDb db, List<MailRequestRow> requests, DateTimeOffset realNow, CancellationToken cancellationToken)
    {
        var senders = new Dictionary<string, Sender>(StringComparer.Ordinal);
        foreach (var asked in requests.GroupBy(request => request.ProgrammeId, StringComparer.Ordinal))
        {
            var programme = await (from row in db.Programmes where row.Id == asked.Key join clock in db.Clocks on row.ClockId equals clock.Id select new { row.Name, row.LaunchRevision, row.ClockId, clock.OffsetMicroseconds })
                .SingleAsync(cancellationToken).ConfigureAwait(false);
            var launch = await library.LaunchAsync(asked.Key, programme.LaunchRevision, cancellationToken).ConfigureAwait(false);
            var units = asked.Select(request => request.UnitId).OfType<string>().Distinct().ToList();
            var today = ChinaTime.DateOf(realNow.AddMicroseconds(programme.OffsetMicroseconds));
            senders[asked.Key] = new(programme.Name, launch, programme.ClockId, programme.OffsetMicroseconds, await db.DirectoryAsync(asked.Key, launch, units, today, today, cancellationToken).ConfigureAwait(false));
        }

        return senders;
    }

    private static async Task<HashSet<string>> OverAsync(ProgrammesDb db, List<MailRequestRow> requests, CancellationToken cancellationToken)
    {
        var items = requests.Select(request => request.WorkItemId).OfType<string>().Distinct().ToList();
        return items.Count == 0 ? [] : [.. await db.WorkItems.Where(row => items.Contains(row.Id) && row.ClosedOn != null).Select(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false)];
    }

    /// <summary>The rows that may go today. A request of which one addressee has enough waits as a whole for the next morning.</summary>
    private async Task<List<OutboxRow>> WithinCapAsync(ProgrammesDb db, List<Draft> drafts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var counts = await CountedAsync(db, drafts, now, cancellationToken).ConfigureAwait(false);
        var bundles = drafts.Where(draft => draft.Request.Kind == MailModel.Notify && draft.To.Address.Length > 0).GroupBy(BundleOf).Where(group => group.Count() >= NoticeBundle.From).Select(group => group.Key).ToHashSet();
        var counted = new HashSet<(string, long, bool)>();
        var accepted = new List<Draft>();
        foreach (var request in drafts.GroupBy(draft => draft.Request))
        {
            if (IsCapped(request.Key.Kind))
            {
                if (request.FirstOrDefault(draft => !(IsBundled(draft) && counted.Contains(BundleOf(draft))) && counts.GetValueOrDefault(Folded(draft)) >= AtOnceMax) is { } full)
                {
                    request.Key.NotBefore = NextMorning(now, full.Sender.OffsetMicroseconds);
                    continue;
                }

                foreach (var draft in request.Where(draft => draft.To.Address.Length > 0 && (!IsBundled(draft) || counted.Add(BundleOf(draft))))) counts[Folded(draft)] = counts.GetValueOrDefault(Folded(draft)) + 1;
            }

            accepted.AddRange(request);
            db.MailRequests.Remove(request.Key);
        }

        return
        [
            .. accepted.Where(draft => !IsBundled(draft)).Select(draft => RowOf([draft], now)),
            .. accepted.Where(IsBundled).GroupBy(BundleOf).Select(bundle => RowOf([.. bundle], now)),
        ];

        bool IsBundled(Draft draft) => draft.Request.Kind == MailModel.Notify && bundles.Contains(BundleOf(draft));
        static string Folded(Draft draft) => draft.To.Address.ToLowerInvariant();
        static (string Address, long Clock, bool Held) BundleOf(Draft draft) => (Folded(draft), draft.Sender.Clock, draft.Held);
    }

    private DateTimeOffset NextMorning(DateTimeOffset now, long offset)
    {
        var tomorrow = ChinaTime.StartOf(ChinaTime.DateOf(now.AddMicroseconds(offset)).AddDays(1));
        return ReminderPlan.Civil(tomorrow, calendars.Current).AddMicroseconds(-offset);
    }

    /// <summary>What each address has been queued today, by real time.</summary>
    private static async Task<Dictionary<string, int>> CountedAsync(ProgrammesDb db, List<Draft> drafts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var addresses = CappedAddresses(drafts);
        var from = ChinaTime.StartOf(ChinaTime.DateOf(now));
        var counted = await db.Outbox.Where(row => row.ToAddress != null && addresses.Contains(row.ToAddress) && row.NotBefore >= from).GroupBy(row => row.ToAddress!)
            .Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return counted.GroupBy(one => one.Key.ToLowerInvariant()).ToDictionary(group => group.Key, group => group.Sum(one => one.Count), StringComparer.Ordinal);
    }

    /// <summary>One that cannot be written is a dead letter, and does not hold up those behind it.</summary>
    private OutboxRow RowOf(List<Draft> drafts, DateTimeOffset now)
    {
        try
        {
            var row = drafts.Count == 1 ? Row(drafts[0], now) : Bundle(drafts, now);
            if (drafts[0].Held && row.Status == OutboxStatus.Queued) row.Status = OutboxStatus.Held;
            return row;
        }
#pragma warning disable CA1031 // Whatever is wrong with it, the others must go.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var (request, to) = (drafts[0].Request, drafts[0].To);
            log.LogError(new EventId(3011, "MailNotComposed"), e, "Mail request {Request} of kind {Kind} cannot be composed", request.Id, request.Kind);
            return new()
            {
                MessageId = FrozenMail.MessageIdOf($"{request.Key}|{to.Address.ToLowerInvariant()}|{to.Name}", "not-composed.invalid"), ProgrammeId = request.ProgrammeId, ToName = to.Name,
                Subject = "（邮件未能生成）", Text = request.Payload, Kind = request.Kind, RequestKey = request.Key, QueuedAt = now, NotBefore = now, Status = OutboxStatus.Dead, LastError = e.GetType().Name,
            };
        }
    }

    private OutboxRow Row(Draft draft, DateTimeOffset now)
    {
        var (request, to) = (draft.Request, draft.To);
        var key = $"{request.Key}|{(to.Address.Length > 0 ? to.Address.ToLowerInvariant() : to.Name)}";
        var composed = request.Kind switch
        {
            MailModel.Notify => composer.Compose(Notice(draft), key, now),
            MailModel.Returned => composer.Compose(MailRequests.Read<ReturnedMail>(request) with { To = to }, key, now),
            MailModel.Objection => composer.Compose(MailRequests.Read<ObjectionMail>(request) with { To = to }, key, now),
            MailModel.Paper => composer.Compose(MailRequests.Read<PaperMail>(request) with { To = to }, key, now),
            MailModel.Urging => composer.Compose(MailRequests.Read<UrgingMail>(request) with { To = to }, key, now),
            _ => throw new InvalidOperationException($"Mail request {request.Id} is of the unknown kind {request.Kind}."),
        };
        var row = OutboxRows.Of(composed, request.ProgrammeId, request.Kind, null, now);
        (row.RequestKey, row.WorkItemId) = (request.Key, request.WorkItemId);
        return row;
    }

    private NotifyMail Notice(Draft draft)
    {
        var (request, sender, to, on, _) = draft;
        var words = MailRequests.Read<NotifyWords>(request);
        return new(to, request.Key, sender.Name, request.UnitId is { } unit ? sender.Directory.NameOf(Roles.Unit, unit) : null, on, words.Subject, words.Body, $"/programmes/{Uri.EscapeDataString(request.ProgrammeId)}");
    }

    private OutboxRow Bundle(List<Draft> drafts, DateTimeOffset now)
    {
        var (request, to) = (drafts[0].Request, drafts[0].To);
        var composed = composer.Compose(NoticeBundle.Of(drafts.ConvertAll(Notice)), $"{request.Key}|{to.Address.ToLowerInvariant()}|bundle", now);
        var row = OutboxRows.Of(composed, drafts.TrueForAll(draft => draft.Request.ProgrammeId == request.ProgrammeId) ? request.ProgrammeId : null, MailModel.Notify, null, now);
        row.RequestKey = request.Key;
        return row;
    }

    private static List<string> CappedAddresses(List<Draft> drafts) =>
        [.. drafts.Where(draft => IsCapped(draft.Request.Kind)).Select(draft => draft.To.Address).Where(address => address.Length > 0).Distinct()];

    private static bool IsCapped(string kind) => kind is MailModel.Notify or MailModel.Returned or MailModel.Objection;

    /// <summary>Heads are told of what was returned, objected to or urged.</summary>
    private static MailOccasion OccasionOf(string kind) => kind is MailModel.Notify or MailModel.Paper ? MailOccasion.Ordinary : MailOccasion.Pressing;
}
