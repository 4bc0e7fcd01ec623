using Microsoft.EntityFrameworkCore;
using Programmes.Core.Reminders;
using Programmes.Engine.Definitions;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Queries;

/// <summary>A digest that would go out if nothing changed until then.</summary>
/// <param name="Address">Empty: nobody can be reached, and it would be printed.</param>
/// <param name="Items">How many pieces of work it tells of; <paramref name="Mail"/> shows the first of each group.</param>
public sealed record PreviewedMail(DateOnly On, string Address, string Name, int Items, DigestMail Mail);

/// <param name="Truncated">More work is open than was looked at.</param>
public sealed record ReminderPreview(DateOnly From, DateOnly Until, IReadOnlyList<PreviewedMail> Mails, bool Truncated);

/// <summary>
/// The digests of the next days, for what is open now and if nothing is done about it. Work that opens meanwhile and mails that are told at once
/// cannot be known.
/// </summary>
public sealed class ReminderPreviewQuery(IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library, CalendarSource calendars, ProgrammeClocks clocks)
{
    /// <summary>Calendar days that are looked ahead, today included.</summary>
    public const int Days = 30;

    /// <summary>Things of one kind that are looked at.</summary>
    public const int ItemsMax = 5_000;

    /// <summary>Mails shown.</summary>
    public const int MailsMax = 1_000;

    /// <param name="programme">Null: all running ones, each by its own clock.</param>
    /// <param name="to">Part of an address or name; null: everybody.</param>
    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async Task<ReminderPreview> RunAsync(Person person, string? programme, string? to, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var today = set.Today(string.IsNullOrEmpty(programme) ? null : programme);
        var until = today.AddDays(Days - 1);
        // Programmes on a clock of their own live on other days: they are previewed one by one.
        var running = db.Programmes.AsNoTracking().Where(row => row.Status == ProgrammeStatus.Running && row.SuspendedOn == null && (string.IsNullOrEmpty(programme) ? row.ClockId == ClockRow.RealTime : row.Id == programme));
        var things = await RemindedWork.LoadAsync(db, library, running, DateOnly.MinValue, until, today, ItemsMax, cancellationToken).ConfigureAwait(false);
        var mornings = new SortedDictionary<DateOnly, Dictionary<string, (Addressee To, List<DigestItem> Items)>>();
        foreach (var thing in things)
            foreach (var (on, plan, told) in Mornings(thing, today, until))
                foreach (var (addressee, supervises) in thing.Reach(plan, on))
                {
                    if (to?.Trim() is { Length: > 0 } sought && !addressee.Address.Contains(sought, StringComparison.OrdinalIgnoreCase) && !addressee.Name.Contains(sought, StringComparison.Ordinal)) continue;
                    if (!mornings.TryGetValue(on, out var addresses)) mornings[on] = addresses = new(StringComparer.OrdinalIgnoreCase);
                    var key = addressee.Address.Length > 0 ? addressee.Address : addressee.Name;
                    if (!addresses.TryGetValue(key, out var gathered)) addresses[key] = gathered = (addressee, []);
                    gathered.Items.Add(thing.Item with { ForSupervision = supervises, IsNew = told == 0 });
                }

        var mails = mornings.SelectMany(morning => morning.Value.OrderBy(one => one.Key, StringComparer.OrdinalIgnoreCase).Select(one => (morning.Key, one.Value.To, one.Value.Items)))
            .Take(MailsMax + 1).Select(one => (one.Key, one.To, Mail: Digest.Compose(one.To, one.Key, one.Items, calendars.Current, "/work")!))
            .Select(one => new PreviewedMail(one.Key, one.To.Address, one.To.Name, one.Mail.Total, one.Mail)).ToList();
        return new(today, until, [.. mails.Take(MailsMax)], mails.Count > MailsMax || things.Count >= ItemsMax);
    }

    private IEnumerable<(DateOnly On, MorningPlan Plan, int Told)> Mornings(RemindedThing thing, DateOnly today, DateOnly until)
    {
        var (planned, told) = (thing.Row.NextReminderOn, thing.Row.RemindersSent);
        // Bounded: each round is a later day.
        for (var on = DateOnly.MinValue; planned is { } next;)
        {
            var morning = next < today ? today : next;
            if (!thing.OnRestDays && !calendars.Current.IsWorkingDay(morning)) morning = calendars.Current.AddWorkingDays(morning, 1);
            if (morning > until || morning <= on) yield break;
            on = morning;
            var plan = thing.PlanOn(on, next, told, calendars.Current);
            if (plan.Tells) yield return (on, plan, told++);
            planned = plan.NextOn;
        }
    }
}
