using System.Text.Json;
using Programmes.Core.Workflows;

namespace Programmes.Core.Programmes;

/// <summary>Kinds of official papers (公文). <see cref="ClosureAnnouncement"/>: a room or station is closed for a while.</summary>
public enum PaperKind
{
    Request, Approval, Circular, Bulletin, Criticism, RectificationOpinion, SupervisionOrder, Announcement, ClosureAnnouncement,
}

/// <summary>What holds for each kind of paper.</summary>
public static class PaperKinds
{
    public static Text Words(this PaperKind kind) => kind switch
    {
        PaperKind.Request => new("请示", "Request"),
        PaperKind.Approval => new("批复", "Approval"),
        PaperKind.Circular => new("通知", "Circular"),
        PaperKind.Bulletin => new("通报", "Bulletin"),
        PaperKind.Criticism => new("通报批评", "Criticism by circular"),
        PaperKind.RectificationOpinion => new("整改意见", "Rectification opinion"),
        PaperKind.SupervisionOrder => new("督办单", "Supervision order"),
        PaperKind.Announcement => new("公告", "Announcement"),
        _ => new("暂停开放公告", "Announcement of a closure"),
    };

    /// <summary>For everybody: it may do without main recipients.</summary>
    public static bool IsForThePublic(this PaperKind kind) => kind is PaperKind.Announcement or PaperKind.ClosureAnnouncement;

    /// <summary>It has a date until which it is answered, and is closed only when its issuer accepts the answers.</summary>
    public static bool NeedsReplyBy(this PaperKind kind) => kind is PaperKind.RectificationOpinion or PaperKind.SupervisionOrder;

    public static bool MayHaveReplyBy(this PaperKind kind) => kind != PaperKind.Approval && !kind.IsForThePublic();

    /// <summary>What a participating unit issues of itself; anything else is for offices.</summary>
    public static bool IsForUnits(this PaperKind kind) => kind == PaperKind.Request || kind.IsForThePublic();

    /// <summary>Null: there is no such kind.</summary>
    public static PaperKind? Parse(string? text) =>
        Enum.TryParse<PaperKind>(text, ignoreCase: true, out var kind) && Enum.IsDefined(kind) && !char.IsAsciiDigit(text![0]) ? kind : null;
}

/// <summary>The paper without which a work item is not submitted.</summary>
/// <param name="To">主送: roles that it goes to unless whoever issues it says otherwise.</param>
/// <param name="Cc">抄送、抄报: roles.</param>
public sealed record PaperRule(PaperKind Kind, IReadOnlyList<string> To, IReadOnlyList<string> Cc)
{
    public const string None = "None";

    private sealed record Stored(string Kind, string[] To, string[] Cc);

    public string ToJson() => JsonSerializer.Serialize(new Stored(Kind.ToString(), [.. To], [.. Cc]), JsonSerializerOptions.Web);

    public static PaperRule? Parse(string? json) =>
        json is not null && JsonSerializer.Deserialize<Stored>(json, JsonSerializerOptions.Web) is { } stored && PaperKinds.Parse(stored.Kind) is { } kind ? new(kind, stored.To, stored.Cc) : null;

    /// <summary>What is wrong with the inputs of a work item; null: nothing. Lists that an expression decides are left to the run.</summary>
    internal static (string Input, Text Problem)? Check(string? kind, IReadOnlyList<string> to, IReadOnlyList<string> cc)
    {
        if (kind is null || string.Equals(kind, None, StringComparison.OrdinalIgnoreCase))
            return to.Count + cc.Count == 0 ? null : ("paper", new("写了主送或抄送，却没有公文种类；请填写 paper", "There are recipients and no kind of paper; fill in paper"));
        if (PaperKinds.Parse(kind) is not { } known) return null;
        foreach (var (input, roles) in new[] { ("paperTo", to), ("paperCc", cc) })
        {
            if (roles.FirstOrDefault(role => role.Length == 0 || role.Any(char.IsWhiteSpace)) is { } odd) return (input, new($"“{odd}”不是角色", $"\"{odd}\" is no role"));
            if (roles.GroupBy(role => role).FirstOrDefault(same => same.Count() > 1) is { } twice) return (input, new($"角色“{twice.Key}”写了两次", $"The role \"{twice.Key}\" is named twice"));
        }

        if (to.FirstOrDefault(cc.Contains) is { } both) return ("paperCc", new($"角色“{both}”既是主送又是抄送，请留一处", $"The role \"{both}\" is both a main recipient and copied; keep one"));
        return null;
    }

    internal static PaperRule? Of(Run run, Activity activity, NodeState? node) =>
        PaperKinds.Parse(run.Text(activity, "paper", node)) is { } kind
            ? new(kind, [.. run.Texts(activity, "paperTo", node).Select(run.Resolve).Distinct()], [.. run.Texts(activity, "paperCc", node).Select(run.Resolve).Distinct()])
            : null;
}
