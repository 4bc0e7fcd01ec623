using Programmes.Core.Dates;
using Programmes.Core.Reminders;

namespace Programmes.Engine.Mail;

/// <summary>The deadlines that a digest tells of, as a calendar that its reader can take over.</summary>
internal static class Deadlines
{
    /// <summary>Null: it tells of none.</summary>
    public static string? Of(DigestMail mail, MailSettings settings, DateTimeOffset queuedAt)
    {
        var entries = mail.Groups.SelectMany(group => group.Lines).SelectMany(line => line.Same).Where(item => item is { DueOn: not null, SubmittedOn: null })
            .Select(item => new CalendarEntry(
                CalendarEntry.UidOf(item.Kind, item.WorkItemId), item.Sequence, item.Unit is { } unit ? $"{item.Title.Zh}（{unit}）" : item.Title.Zh,
                string.Join('\n', ShortReason.Of(item.Why).Select(why => why.Zh).Prepend(item.Clause is { } clause ? $"{item.Programme}　{clause}" : item.Programme)), item.DueOn!.Value, item.DueOn.Value, settings.Link(item.Path)))
            .ToList();
        return entries.Count == 0 ? null : ICalendarText.Of(mail.Groups[0].Lines[0].Item.Programme, entries, queuedAt);
    }
}
