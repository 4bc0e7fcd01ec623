using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Definitions;
using Programmes.Storage;
using Programmes.Storage.Ledgers;
using Programmes.Storage.Mail;
using Programmes.Storage.Papers;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Mail;

/// <summary>A work item, ledger entry or paper to answer whose next morning lies in the asked days.</summary>
/// <param name="Policy">Of who owes it, or of who reviews what was handed in.</param>
/// <param name="OnRestDays">The step's own policy reminds on rest days too.</param>
/// <param name="Role">Who owes it, or reviews it.</param>
/// <param name="FromOn">The day from which the date in force holds.</param>
/// <param name="DueOn">By which its reminders count.</param>
internal sealed record RemindedThing(
    IReminded Row, string ProgrammeId, MailDirectory Directory, DigestItem Item, ReminderPolicy Policy, bool OnRestDays, string Role, string? Unit, DateOnly FromOn, DateOnly? DueOn)
{
    public MorningPlan PlanOn(DateOnly today, DateOnly planned, int told, WorkingDayCalendar calendar) => ReminderPlan.On(today, Policy, FromOn, DueOn, planned, told, calendar);

    /// <summary>Those who are told, as the directory says for that day: who owes or reviews it, and who is above.</summary>
    public IEnumerable<(Addressee To, bool ForSupervision)> Reach(MorningPlan plan, DateOnly on)
    {
        var review = Item.SubmittedOn is not null;
        var occasion = !review && plan.Current?.Kind == ReminderKind.Overdue ? MailOccasion.Pressing : MailOccasion.Ordinary;
        foreach (var to in Directory.Reach(Role, Unit, occasion, on)) yield return (to, false);
        if (review) yield break;
        foreach (var above in Directory.Above(Role, Unit, plan.Current?.Escalation ?? Escalation.None))
            foreach (var to in Directory.Reach(above, Unit, MailOccasion.Pressing, on)) yield return (to, true);
    }
}

/// <summary>Reads what mornings tell of, for those who send it and those who preview it.</summary>
internal static class RemindedWork
{
    private sealed record Known(Launch Launch, MailDirectory Directory, int Version);

    /// <param name="programmes">Running ones.</param>
    /// <param name="from">The first next morning, inclusive.</param>
    /// <param name="until">The last next morning, inclusive.</param>
    /// <param name="today">The first day for which the directory is asked.</param>
    /// <param name="countMax">Of each kind, the earliest first.</param>
    public static async Task<List<RemindedThing>> LoadAsync(
        ProgrammesDb db, DefinitionLibrary library, IQueryable<ProgrammeRow> programmes, DateOnly from, DateOnly until, DateOnly today, int countMax, CancellationToken cancellationToken)
    {
        var items = await (from item in db.WorkItems.AsNoTracking()
                           where programmes.Any(programme => programme.Id == item.ProgrammeId) && item.NextReminderOn >= @from && item.NextReminderOn <= until && item.ClosedOn == null && !item.Suspended
                           orderby item.NextReminderOn, item.Id
                           select item).Take(countMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var entries = await (from entry in db.LedgerEntries.AsNoTracking()
                             join ledger in db.Ledgers.AsNoTracking() on entry.LedgerId equals ledger.Id
                             where programmes.Any(programme => programme.Id == entry.ProgrammeId) && entry.NextReminderOn >= @from && entry.NextReminderOn <= until && entry.ClosedOn == null
                                && (ledger.Status == LedgerStatus.Open || ledger.Status == LedgerStatus.Reopened)
                             orderby entry.NextReminderOn, entry.Id
                             select new { Entry = entry, Ledger = ledger }).Take(countMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var papers = await (from recipient in db.PaperRecipients.AsNoTracking()
                            join paper in db.Papers.AsNoTracking() on recipient.PaperId equals paper.Id
                            where programmes.Any(programme => programme.Id == paper.ProgrammeId) && recipient.NextReminderOn >= @from && recipient.NextReminderOn <= until && recipient.RepliedOn == null
                            orderby recipient.NextReminderOn, recipient.PaperId, recipient.Ordinal
                            select new { Recipient = recipient, Paper = paper }).Take(countMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (items.Count + entries.Count + papers.Count == 0) return [];

        var known = new Dictionary<string, Known>(StringComparer.Ordinal);
        foreach (var one in await programmes.Select(programme => new { programme.Id, programme.LaunchRevision, programme.Version }).ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            var launch = await library.LaunchAsync(one.Id, one.LaunchRevision, cancellationToken).ConfigureAwait(false);
            known[one.Id] = new(launch, await db.DirectoryAsync(one.Id, launch, null, today, until, cancellationToken).ConfigureAwait(false), one.Version);
        }

        return
        [
            .. items.Select(item => OfWork(known[item.ProgrammeId!], item)),
            .. entries.Select(one => OfEntry(known[one.Entry.ProgrammeId!], one.Entry, one.Ledger)),
            .. papers.Select(one => OfPaper(known[one.Paper.ProgrammeId], one.Recipient, one.Paper)),
        ];
    }

    private static RemindedThing OfWork(Known programme, WorkItemRow row)
    {
        var item = new DigestItem(
            row.Id, new(row.TitleZh, row.TitleEn), programme.Launch.Name, UnitName(programme, row.UnitId), row.Clause, row.DueOn, WhyOf(row.Why),
            row.RemindersSent == 0, $"/work/{Uri.EscapeDataString(row.Id)}", SubmittedOn: row.Status == WorkItemStatus.Submitted ? row.SubmittedOn : null, Sequence: row.Version + programme.Version);
        return Of(programme, row, row.ProgrammeId!, item, ReminderPolicies.Of(row.Reminders, row.Activity, programme.Launch), row.Role, row.Reviewer, row.UnitId, row.RemindersFromOn ?? row.OpenedOn);
    }

    private static RemindedThing OfEntry(Known programme, LedgerEntryRow row, LedgerRow ledger)
    {
        var item = new DigestItem(
            row.Id, new($"{ledger.TitleZh}第{row.Number}项：{row.Problem}", $"{ledger.TitleEn}, entry {row.Number}: {row.Problem}"), programme.Launch.Name, UnitName(programme, row.UnitId), ledger.Clause, row.DeadlineOn, [],
            row.RemindersSent == 0, $"/ledgers/entries/{Uri.EscapeDataString(row.Id)}", SubmittedOn: row.Status == LedgerEntryStatus.Submitted ? row.SubmittedOn : null, Sequence: row.Version + programme.Version, Kind: "ledger");
        return Of(programme, row, row.ProgrammeId!, item, ReminderPolicies.Of(null, ledger.Activity, programme.Launch), ledger.Role, ledger.Reviewer, row.UnitId, row.RemindersFromOn ?? row.OpenedOn);
    }

    private static RemindedThing OfPaper(Known programme, PaperRecipientRow row, PaperRow paper)
    {
        var words = paper.Kind.Words();
        var item = new DigestItem(
            $"paper:{paper.Id}.{row.Ordinal}", new($"答复{words.Zh}《{paper.Title}》（{paper.Number}）", $"Answer the {words.En} \"{paper.Title}\" ({paper.Number})"), programme.Launch.Name, UnitName(programme, paper.UnitId),
            null, paper.ReplyByOn, [], row.RemindersSent == 0, $"/papers/{paper.Id}", Sequence: paper.Version + programme.Version, Kind: "paper");
        return Of(programme, row, paper.ProgrammeId, item, ReminderPolicies.Of(null, null, programme.Launch), row.Role, null, row.UnitId ?? paper.UnitId, row.RemindersFromOn ?? paper.IssuedOn);
    }

    private static RemindedThing Of(Known programme, IReminded row, string programmeId, DigestItem item, ReminderPolicy own, string role, string? reviewer, string? unit, DateOnly fromOn)
    {
        // What was handed in is the reviewer's, by a policy of its own.
        var review = item.SubmittedOn is not null;
        return new(row, programmeId, programme.Directory, item, review && !own.IsNone ? ReminderPolicy.Review : own, own.OnRestDays, review ? reviewer ?? role : role, unit, item.SubmittedOn ?? fromOn, item.SubmittedOn ?? item.DueOn);
    }

    private static string? UnitName(Known programme, string? unit) => unit is null ? null : programme.Directory.NameOf(Roles.Unit, unit);

    private static List<Text> WhyOf(string? json) => json is null ? [] : JsonSerializer.Deserialize<List<Text>>(json, JsonSerializerOptions.Web) ?? [];
}
