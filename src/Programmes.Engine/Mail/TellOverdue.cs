using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Definitions;
using Programmes.Storage;
using Programmes.Storage.Instances;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Mail;

/// <summary>
/// Tells at once of work whose time is up during a day, where a programme's days end with business and not at 24:00:
/// one mail an address. What falls due at midnight is in the next morning's digest.
/// </summary>
public sealed class TellOverdue(InstanceStore store, IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library, CalendarSource calendars, MailComposer composer, TimeProvider time)
{
    /// <summary>Work items taken in one run of a clock.</summary>
    public const int ItemsMax = 20_000;

    internal const string Kind = "overdue";

    /// <summary>By clock, up to when it was looked at: only to spare looking again. What was told stands in the outbox.</summary>
    private readonly ConcurrentDictionary<long, DateTimeOffset> seen = new();

    /// <summary>Returns how many mails were queued.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var running = await (from programme in db.Programmes.AsNoTracking()
                             where programme.Status == ProgrammeStatus.Running && programme.SuspendedOn == null
                             join clock in db.Clocks on programme.ClockId equals clock.Id
                             where clock.Active && !(programme.BackfillUntil != null && clock.OffsetMicroseconds < 0)
                             select new { programme.Id, programme.LaunchRevision, Clock = clock.Id, clock.OffsetMicroseconds }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var queued = 0;
        foreach (var clock in running.GroupBy(programme => (programme.Clock, programme.OffsetMicroseconds)))
        {
            var now = time.GetUtcNow().AddMicroseconds(clock.Key.OffsetMicroseconds);
            var today = ChinaTime.DateOf(now);
            var from = seen.TryGetValue(clock.Key.Clock, out var until) && until > ChinaTime.StartOf(today) ? until : ChinaTime.StartOf(today);
            var ids = clock.Select(programme => programme.Id).ToList();
            var items = await db.WorkItems.AsNoTracking()
                .Where(row => ids.Contains(row.ProgrammeId!) && row.DueOn == today && row.DueAt > from && row.DueAt <= now && row.ClosedOn == null && !row.Suspended && row.Status != WorkItemStatus.Submitted)
                .OrderBy(row => row.Id).Take(ItemsMax).ToListAsync(cancellationToken).ConfigureAwait(false);
            var lines = new List<(Addressee To, string Programme, DigestItem Item)>();
            foreach (var programme in clock.Where(programme => items.Exists(item => item.ProgrammeId == programme.Id)))
            {
                var launch = await library.LaunchAsync(programme.Id, programme.LaunchRevision, cancellationToken).ConfigureAwait(false);
                var directory = await db.DirectoryAsync(programme.Id, launch, null, today, today, cancellationToken).ConfigureAwait(false);
                foreach (var item in items.Where(item => item.ProgrammeId == programme.Id))
                {
                    var policy = ReminderPolicies.Of(item.Reminders, item.Activity, launch);
                    if (policy.IsNone || !policy.OnRestDays && !calendars.Current.IsWorkingDay(today)) continue;
                    var told = new DigestItem(
                        item.Id, new(item.TitleZh, item.TitleEn), launch.Name, item.UnitId is { } unit ? directory.NameOf(Roles.Unit, unit) : null, item.Clause, item.DueOn, [], false,
                        $"/work/{Uri.EscapeDataString(item.Id)}", IsOver: true, Sequence: item.Version);
                    lines.AddRange(directory.Reach(item.Role, item.UnitId, MailOccasion.Pressing, today).Where(to => to.Address.Length > 0).Select(to => (to, programme.Id, told)));
                }
            }

            foreach (var page in lines.GroupBy(line => line.To.Address, StringComparer.OrdinalIgnoreCase).Chunk(SendDigests.AddressesMax))
                queued += await WriteAsync(clock.Key.Clock, today, page, cancellationToken).ConfigureAwait(false);
            seen[clock.Key.Clock] = now;
        }

        return queued;
    }

    private async Task<int> WriteAsync(long clock, DateOnly today, IGrouping<string, (Addressee To, string Programme, DigestItem Item)>[] addresses, CancellationToken cancellationToken)
    {
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), null, cancellationToken).ConfigureAwait(false);
        var db = transaction.Db;
        var queued = 0;
        foreach (var address in addresses)
        {
            var key = $"overdue|{address.Key.ToLowerInvariant()}|{today:yyyy-MM-dd}|{clock}";
            if (await db.Outbox.AnyAsync(row => row.DedupeKey == key, cancellationToken).ConfigureAwait(false)) continue;
            var digest = Digest.Compose(address.First().To, today, address.Select(line => line.Item), calendars.Current, "/work")!;
            var programmes = address.Select(line => line.Programme).Distinct().Take(2).ToList();
            db.Outbox.Add(OutboxRows.Of(composer.Compose(digest, key, transaction.Now), programmes.Count == 1 ? programmes[0] : null, Kind, key, transaction.Now));
            queued++;
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return queued;
    }
}
