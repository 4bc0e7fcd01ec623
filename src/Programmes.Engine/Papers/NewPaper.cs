using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.People;

namespace Programmes.Engine.Papers;

/// <summary>A paper as somebody wants it issued.</summary>
/// <param name="Number">文号: brackets become 〔〕, spaces go.</param>
/// <param name="Body">May be empty where the scan says it all.</param>
public sealed record NewPaper(PaperKind Kind, string Number, string Title, string Body = "")
{
    /// <summary>As a recipient: every participating unit.</summary>
    public const string AllUnits = Roles.AllUnits;

    public const int NumberLengthMax = 60;
    public const int TitleLengthMax = 200;
    public const int BodyLengthMax = 20_000;

    /// <summary>Null: that of the work item.</summary>
    public string? Programme { get; init; }

    /// <summary>The work item that needs the paper, or that it is about.</summary>
    public string? WorkItem { get; init; }

    /// <summary>A role of the launch, or <c>unit</c>; null: the work item's role, else the person's own.</summary>
    public string? Issuer { get; init; }

    /// <summary>主送, roles, or <see cref="AllUnits"/>; null: as the work item's definition says, else who owes the work item.</summary>
    public IReadOnlyList<string>? To { get; init; }

    /// <summary>主送, ids of units beside <see cref="To"/>, or <see cref="AllUnits"/>.</summary>
    public IReadOnlyList<string> ToUnits { get; init; } = [];

    /// <summary>抄送、抄报, roles, or <see cref="AllUnits"/>; null: as the work item's definition says.</summary>
    public IReadOnlyList<string>? Cc { get; init; }

    /// <summary>印发日期, not later than today; null: today.</summary>
    public DateOnly? IssuedOn { get; init; }

    /// <summary>The unit that it concerns; null: the work item's.</summary>
    public string? Unit { get; init; }

    /// <summary>Last day for answers, inclusive.</summary>
    public DateOnly? ReplyBy { get; init; }

    /// <summary>Of a closed room: when it is planned to open again.</summary>
    public DateOnly? ReopensOn { get; init; }

    /// <summary>The request that an approval answers.</summary>
    public long? Answers { get; init; }

    /// <summary>What can be said without looking anything up.</summary>
    /// <exception cref="RefusedException">Something is missing or too long; the words say what.</exception>
    internal NewPaper Checked()
    {
        var number = PaperNumber.Of(Number);
        if (!number.Any(char.IsAsciiDigit)) throw Refused("请填写文号，例如 示例〔2023〕12号", "Give the paper's number, such as 示例〔2023〕12号");
        if (number.Length > NumberLengthMax) throw Refused($"文号最长 {NumberLengthMax} 字", $"A number has at most {NumberLengthMax} characters");
        var title = Title.Trim();
        if (title.Length is 0 or > TitleLengthMax || title.Any(char.IsControl)) throw Refused($"请填写标题，一行，最长 {TitleLengthMax} 字", $"Give a title of one line and at most {TitleLengthMax} characters");
        if (Body.Length > BodyLengthMax) throw Refused($"正文最长 {BodyLengthMax} 字；更长的请作为附件上传", $"A body has at most {BodyLengthMax} characters; hand in what is longer as a file");
        var kind = Kind.Words();
        if (Kind.NeedsReplyBy() && ReplyBy is null) throw Refused($"{kind.Zh}须写明答复期限", $"{kind.En}: give the last day for the answer");
        if (ReplyBy is not null && !Kind.MayHaveReplyBy()) throw Refused($"{kind.Zh}不要求答复，请删去答复期限", $"{kind.En}: it asks for no answer; remove the date");
        if (Kind == PaperKind.ClosureAnnouncement && ReopensOn is null) throw Refused("暂停开放公告须写明计划恢复开放的日期", "An announcement of a closure gives the planned day of reopening");
        if (Kind != PaperKind.ClosureAnnouncement && ReopensOn is not null) throw Refused("只有暂停开放公告才写恢复开放日期", "Only an announcement of a closure has a day of reopening");
        if (Kind != PaperKind.Approval && Answers is not null) throw Refused("只有批复才答复请示", "Only an approval answers a request");
        return this with { Number = number, Title = title, Body = Body.Trim() };
    }

    /// <summary>Its dates, once it is known what day it is.</summary>
    internal NewPaper Dated(DateOnly today)
    {
        var issuedOn = IssuedOn ?? today;
        if (issuedOn > today) throw Refused($"印发日期不能晚于今天（{today:yyyy-MM-dd}）", $"A paper cannot be of a day after today ({today:yyyy-MM-dd})");
        if (ReplyBy < issuedOn) throw Refused("答复期限不能早于印发日期", "The last day for the answer cannot be before the day of issue");
        if (ReopensOn <= issuedOn) throw Refused("恢复开放日期应晚于印发日期", "The day of reopening is after the day of issue");
        return this with { IssuedOn = issuedOn };
    }

    private static RefusedException Refused(string zh, string en) => new(new Text(zh, en));
}

/// <summary>文号 in one spelling, so that equal numbers are seen to be equal.</summary>
internal static class PaperNumber
{
    public static string Of(string? typed) => string.Concat((typed ?? "").Where(character => !char.IsWhiteSpace(character) && !char.IsControl(character)).Select(character => character switch
    {
        '[' or '［' or '(' or '（' or '【' => '〔',
        ']' or '］' or ')' or '）' or '】' => '〕',
        >= '０' and <= '９' => (char)(character - '０' + '0'),
        _ => character,
    }));
}
