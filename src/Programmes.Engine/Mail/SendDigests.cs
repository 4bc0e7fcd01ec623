using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Storage;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Mail;

/// <summary>
/// The morning's digests: one mail an address a day, over all programmes of a clock, on working mornings only. What is told
/// is taken from <see cref="WorkItemRow.NextReminderOn"/>; after a stop there is one current digest and no flood.
/// </summary>
public sealed class SendDigests(InstanceStore store, IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library, CalendarSource calendars, MailComposer composer, TimeProvider time, ILogger<SendDigests> log)
{
    /// <summary>Digests go out from this time of the day on (Asia/Shanghai).</summary>
    public static readonly TimeSpan Morning = TimeSpan.FromHours(8.5);

    /// <summary>Work items gathered in one run of a clock; the rest follows in the next.</summary>
    public const int ItemsMax = 20_000;

    /// <summary>Addresses written in one transaction.</summary>
    public const int AddressesMax = 100;

    private sealed record Clock(long Id, long OffsetMicroseconds);

    private sealed record Reminder(WorkItemRow Item, Launch Launch, Unit? Unit, ReminderDay? Current, Addressee To, bool ForSupervision);

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
            if (!calendars.Current.IsWorkingDay(today) || now < ChinaTime.StartOf(today) + Morning) continue;
            queued += await RunClockAsync(clock.Id, today, cancellationToken).ConfigureAwait(false);
        }

        return queued;
    }

    private async Task<int> RunClockAsync(long clock, DateOnly today, CancellationToken cancellationToken)
    {
        var reminders = await GatherAsync(clock, today, cancellationToken).ConfigureAwait(false);
        var queued = 0;
        foreach (var page in reminders.GroupBy(reminder => reminder.To.Address.Length > 0 ? reminder.To.Address : $"none:{reminder.To.Name}", StringComparer.OrdinalIgnoreCase).Chunk(AddressesMax))
        {
            try
            {
                queued += await WriteAsync(clock, today, page, cancellationToken).ConfigureAwait(false);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Somebody worked on one of the items in between; the next run finds the rest as it is then.
                log.LogInformation(new EventId(3001, "DigestRetried"), "A page of digests of clock {Clock} is composed again", clock);
            }
        }

        return queued;
    }

    private async Task<List<Reminder>> GatherAsync(long clock, DateOnly today, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var items = await (from item in db.WorkItems.AsNoTracking()
                           join programme in db.Programmes on item.ProgrammeId equals programme.Id
                           where programme.ClockId == clock && programme.Status == ProgrammeStatus.Running && programme.SuspendedOn == null
                               && item.NextReminderOn != null && item.NextReminderOn <= today && item.ClosedOn == null && !item.Suspended
                           orderby item.NextReminderOn, item.Id
                           select new { Item = item, programme.LaunchRevision }).Take(ItemsMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var gathered = new List<Reminder>();
        var units = new Dictionary<Launch, Dictionary<string, Unit>>(ReferenceEqualityComparer.Instance);
        foreach (var one in items)
        {
            var launch = await library.LaunchAsync(one.Item.ProgrammeId!, one.LaunchRevision, cancellationToken).ConfigureAwait(false);
            if (!units.TryGetValue(launch, out var byId)) units[launch] = byId = launch.Units.ToDictionary(member => member.Id, StringComparer.Ordinal);
            var unit = one.Item.UnitId is { } id ? byId.GetValueOrDefault(id) : null;
            var due = one.Item.DueOn;
            var current = due is null ? null : Policies.Of(one.Item.Reminders, launch).Next(one.Item.OpenedOn, due.Value, one.Item.NextReminderOn!.Value.AddDays(-1), calendars.Current);
            gathered.Add(new(one.Item, launch, unit, current, To(launch, one.Item.Role, unit), false));
            if (current is { Escalates: true } && launch.Offices.ContainsKey(Recipients.Supervisor)) gathered.Add(new(one.Item, launch, unit, current, To(launch, Recipients.Supervisor, null), true));
        }

        return gathered;
    }

    private static Addressee To(Launch launch, string role, Unit? unit)
    {
        if (role == "unit" && unit is not null) return new(unit.Mail ?? "", unit.Name);
        return launch.Offices.TryGetValue(role, out var office) ? new(office.Mail ?? "", office.Name) : new("", role);
    }

    private async Task<int> WriteAsync(long clock, DateOnly today, IGrouping<string, Reminder>[] addresses, CancellationToken cancellationToken)
    {
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), null, cancellationToken).ConfigureAwait(false);
        var db = transaction.Db;
        var queued = 0;
        foreach (var address in addresses)
        {
            var (to, programme) = (address.First().To, address.First().Item.ProgrammeId);
            var key = $"digest|{address.Key.ToLowerInvariant()}|{today:yyyy-MM-dd}|{clock}";
            var told = await db.Outbox.AnyAsync(row => row.DedupeKey == key, cancellationToken).ConfigureAwait(false);
            if (!told)
            {
                db.Outbox.Add(Compose(to, today, address, key, programme, transaction.Now, clock));
                queued++;
            }

            foreach (var reminder in address.Where(reminder => !reminder.ForSupervision))
            {
                var item = reminder.Item;
                db.WorkItems.Attach(item);
                // Told already this morning: it waits for the next working day instead of a second mail.
                if (told)
                {
                    item.NextReminderOn = calendars.Current.AddWorkingDays(today, 1);
                    continue;
                }

                db.Reminders.Add(new() { WorkItemId = item.Id, DueForOn = item.NextReminderOn!.Value, Escalated = reminder.Current?.Escalates ?? false, RecordedAt = transaction.Now });
                item.RemindersSent++;
                item.NextReminderOn = item.DueOn is { } due ? Policies.Of(item.Reminders, reminder.Launch).Next(item.OpenedOn, due, today, calendars.Current)?.On : null;
            }
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return queued;
    }

    private OutboxRow Compose(Addressee to, DateOnly today, IEnumerable<Reminder> reminders, string key, string? programme, DateTimeOffset now, long clock)
    {
        var items = reminders.Select(reminder => new DigestItem(
            reminder.Item.Id, new(reminder.Item.TitleZh, reminder.Item.TitleEn), reminder.Launch.Name,
            reminder.Unit?.Name,
            reminder.Item.Clause, reminder.Item.DueOn, WhyOf(reminder.Item.Why), reminder.Item.RemindersSent == 0, $"/work/{Uri.EscapeDataString(reminder.Item.Id)}", reminder.ForSupervision)).ToList();
        var digest = Digest.Compose(to, today, items, calendars.Current, "/work")!;
        if (to.Address.Length > 0 && composer.TryFreeze(digest, now, out var mail, out _))
            return OutboxRows.Of(clock == ClockRow.RealTime ? mail! : mail! with { MessageId = FrozenMail.MessageIdOf(key, mail.From.Domain) }, programme, "digest", key, now);
        var lines = string.Join('\n', digest.Groups.SelectMany(group => group.Lines).Select(line => $"{line.Item.Programme} {line.Item.Unit} {line.Item.Title.Zh} {line.Due?.Zh}"));
        return OutboxRows.WithoutAddress(key, to.Name, programme, "digest", $"无邮箱：{to.Name}（{today:yyyy-MM-dd}）", lines, now);
    }

    private static List<Text> WhyOf(string? json) => json is null ? [] : JsonSerializer.Deserialize<List<Text>>(json, JsonSerializerOptions.Web) ?? [];
}
