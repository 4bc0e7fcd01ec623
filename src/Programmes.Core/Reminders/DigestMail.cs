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
/// <param name="IsOver">Its time is up although the day is not: the programme's days end with business.</param>
/// <param name="Sequence">Rises with each change, for calendar programs.</param>
/// <param name="Kind">As in calendars: <c>work</c>, <c>ledger</c> or <c>paper</c>.</param>
/// <param name="SubmittedOn">It was handed in that day, and the addressee reviews it; null: it is owed.</param>
public sealed record DigestItem(
    string WorkItemId, Text Title, string Programme, string? Unit, string? Clause, DateOnly? DueOn,
    IReadOnlyList<Text> Why, bool IsNew, string Path, bool ForSupervision = false, bool IsOver = false, DateOnly? SubmittedOn = null, int Sequence = 0, string Kind = "work");

/// <summary>How pressing work is on the morning of a digest; the order of the groups.</summary>
public enum Urgency { Overdue, DueToday, DueSoon, Review, New }

/// <param name="Item">The work.</param>
/// <param name="Due">The due date in words; null where none is set.</param>
/// <param name="Left">How much time is left, or by how much it is late, in working days; null where no date is set.</param>
/// <param name="Same">The same work of several units, which is one line; a single one otherwise.</param>
public sealed record DigestLine(DigestItem Item, Text? Due, Text? Left, IReadOnlyList<DigestItem> Same)
{
    /// <summary>Most units that a line names.</summary>
    public const int UnitsMax = 10;

    /// <summary>The unit or units that it concerns; null: none.</summary>
    public string? Units => Same.Count == 1 ? Item.Unit
        : Same.Count <= UnitsMax ? string.Join('、', Same.Select(item => item.Unit))
        : $"{string.Join('、', Same.Take(UnitsMax).Select(item => item.Unit))}等{Same.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)}个单位";
}

/// <param name="Lines">At most <see cref="Digest.LinesMax"/>.</param>
/// <param name="More">How many pieces of work the group has beyond <paramref name="Lines"/>.</param>
public sealed record DigestGroup(Urgency Urgency, Text Title, IReadOnlyList<DigestLine> Lines, int More)
{
    public int Total => Lines.Sum(line => line.Same.Count) + More;
}

/// <summary>All that one address is told on one morning.</summary>
/// <param name="On">The working day (Asia/Shanghai).</param>
/// <param name="Groups">Most pressing first; none is empty.</param>
/// <param name="ListPath">The page with the whole list, below the product's base address.</param>
public sealed record DigestMail(Addressee To, DateOnly On, IReadOnlyList<DigestGroup> Groups, string ListPath)
{
    public int Total => Groups.Sum(group => group.Total);

    public int CountOf(Urgency urgency) => Groups.FirstOrDefault(group => group.Urgency == urgency)?.Total ?? 0;
}

/// <summary>Work was returned: it is told at once.</summary>
/// <param name="Round">From 1, how many times it was returned.</param>
/// <param name="ReturnedBy">The office, not a person.</param>
/// <param name="DueOn">The date in force now.</param>
public sealed record ReturnedMail(
    Addressee To, string WorkItemId, int Round, Text Title, string Programme, string? Unit, string? Clause,
    string ReturnedBy, DateOnly ReturnedOn, string Reason, DateOnly? DueOn, string Path);

/// <summary>Somebody objected to a public notice, or the objection was decided: told at once.</summary>
/// <param name="What">What happened, a short phrase such as 收到异议.</param>
/// <param name="Notice">The notice's title.</param>
/// <param name="ClosesOn">The last day of the notice, inclusive.</param>
/// <param name="Words">What is to be done; never who objected, nor what was said.</param>
public sealed record ObjectionMail(
    Addressee To, string Id, Text What, Text Notice, string Programme, string? Unit, DateOnly On, DateOnly ClosesOn, string Words, string Path);

/// <summary>A mail that a workflow sends at once (<c>SendMail</c>).</summary>
/// <param name="Id">The command's id.</param>
/// <param name="Body">Paragraphs, a line each.</param>
/// <param name="Path">A page to look at; null: none.</param>
public sealed record NotifyMail(
    Addressee To, string Id, string Programme, string? Unit, DateOnly On, string Subject, string Body, string? Path);

/// <summary>Somebody is urged by hand (催办): it is told at once.</summary>
/// <param name="Act">The act of urging; there is one such mail for each role and unit of it.</param>
/// <param name="On">The day of the urging (Asia/Shanghai).</param>
/// <param name="UrgedBy">The office, not a person.</param>
/// <param name="Words">Several lines.</param>
/// <param name="Lines">At most <see cref="LinesMax"/>, as they stood when they were urged.</param>
/// <param name="More">How many were urged beyond <paramref name="Lines"/>.</param>
/// <param name="ListPath">The page with the whole list, below the product's base address.</param>
public sealed record UrgingMail(
    Addressee To, string Act, string Programme, DateOnly On, string UrgedBy, string Words, IReadOnlyList<DigestLine> Lines, int More, string ListPath)
{
    /// <summary>Most lines shown; the rest is a number and a link.</summary>
    public const int LinesMax = 50;

    public int Total => Lines.Count + More;
}
