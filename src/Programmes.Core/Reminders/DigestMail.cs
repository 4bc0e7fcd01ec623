namespace Programmes.Core.Reminders;

/// <summary>Whom a mail is for: a person or an office. Compared without regard to case.</summary>
/// <param name="Address">The mail address; checked when the mail is written.</param>
/// <param name="Name">As in the greeting.</param>
public sealed record Addressee(string Address, string Name);

/// <summary>One piece of work in somebody's digest.</summary>
/// <param name="Programme">The programme's name.</param>
/// <param name="Unit">The unit's name; null: the work concerns no single unit.</param>
/// <param name="Clause">Where the plan orders it, such as 三（四）.</param>
/// <param name="DueOn">Inclusive (Asia/Shanghai); null: no date is set.</param>
/// <param name="Why">The explanation of the due date.</param>
/// <param name="IsNew">It opened since the last digest, which tells so even without a date; late or pressing work is not shown as new.</param>
/// <param name="Path">Its page below the product's base address, beginning with a slash.</param>
/// <param name="ForSupervision">The addressee does not owe it but supervises it: the reminder escalated.</param>
public sealed record DigestItem(
    string WorkItemId, Text Title, string Programme, string? Unit, string? Clause, DateOnly? DueOn,
    IReadOnlyList<Text> Why, bool IsNew, string Path, bool ForSupervision = false);

/// <summary>How pressing work is on the morning of a digest; the order of the groups.</summary>
public enum Urgency { Overdue, DueToday, DueSoon, New }

/// <param name="Item">The work.</param>
/// <param name="Due">The due date in words; null where none is set.</param>
/// <param name="Left">How much time is left, or by how much it is late, in working days; null where no date is set.</param>
public sealed record DigestLine(DigestItem Item, Text? Due, Text? Left);

/// <param name="Lines">At most <see cref="Digest.LinesMax"/>.</param>
/// <param name="More">How many the group has beyond <paramref name="Lines"/>.</param>
public sealed record DigestGroup(Urgency Urgency, Text Title, IReadOnlyList<DigestLine> Lines, int More)
{
    public int Total => Lines.Count + More;
}

/// <summary>All that one address is told on one morning.</summary>
/// <param name="On">The working day (Asia/Shanghai).</param>
/// <param name="Groups">Most pressing first; none is empty.</param>
/// <param name="ListPath">The page with the whole list, below the product's base address.</param>
public sealed record DigestMail(Addressee To, DateOnly On, IReadOnlyList<DigestGroup> Groups, string ListPath)
{
    /// <summary>Unique by address and day: a second digest of the day is the same mail.</summary>
    public string Key => MailKeys.Digest(To.Address, On);

    public int Total => Groups.Sum(group => group.Total);

    public int CountOf(Urgency urgency) => Groups.FirstOrDefault(group => group.Urgency == urgency)?.Total ?? 0;
}

/// <summary>Work was returned: it is told at once.</summary>
/// <param name="Round">From 1, how many times it was returned.</param>
/// <param name="ReturnedBy">The office, not a person.</param>
/// <param name="DueOn">The date in force now.</param>
public sealed record ReturnedMail(
    Addressee To, string WorkItemId, int Round, Text Title, string Programme, string? Unit, string? Clause,
    string ReturnedBy, DateOnly ReturnedOn, string Reason, DateOnly? DueOn, string Path)
{
    public string Key => MailKeys.Returned(To.Address, WorkItemId, Round);
}

/// <summary>A mail that a workflow sends at once (<c>SendMail</c>).</summary>
/// <param name="Id">The command's id.</param>
/// <param name="Body">Paragraphs, a line each.</param>
/// <param name="Path">A page to look at; null: none.</param>
public sealed record NotifyMail(
    Addressee To, string Id, string Programme, string? Unit, DateOnly On, string Subject, string Body, string? Path)
{
    public string Key => MailKeys.Notify(To.Address, Id);
}

/// <summary>What makes a mail the same mail: its Message-ID derives from it, so that a repeat can be recognised.</summary>
public static class MailKeys
{
    public static string Digest(string address, DateOnly on) => $"digest|{Folded(address)}|{on:yyyy-MM-dd}";

    public static string Returned(string address, string workItemId, int round) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"returned|{Folded(address)}|{workItemId}|{round}");

    public static string Notify(string address, string id) => $"notify|{Folded(address)}|{id}";

    // In practice no mail server tells upper from lower case, and one person must not get two digests for it.
    private static string Folded(string address) => address.Trim().ToLowerInvariant();
}
