using Programmes.Core;

namespace Programmes.Web.Layout;

/// <param name="Path">Without the base path; a page below it belongs to the entry.</param>
/// <param name="ForManagers">Others would only be told that they may not.</param>
/// <param name="ForReviewers">For offices, whose work has to be accepted by somebody, and the leading office.</param>
internal sealed record NavigationEntry(string Path, Text Title, string Icon, bool ForManagers = false, bool ForReviewers = false)
{
    public bool Holds(PathString path) => Path == "/" ? path == "/" || !path.HasValue : path.StartsWithSegments(Path);
}

internal static class Navigation
{
    public static readonly IReadOnlyList<NavigationEntry> Entries =
    [
        new("/", new("总览", "Overview"), "home"),
        new("/programmes", new("专项工作", "Programmes"), "layout-list"),
        new("/work", new("待办", "My work"), "checkbox"),
        new("/review", new("审核", "Review"), "inbox", ForReviewers: true),
        new("/supervision", new("督办", "Supervision"), "eye-check"),
        new("/papers", new("公文", "Papers"), "file-text"),
        new("/ledgers", new("台账", "Ledgers"), "list-check"),
        new("/notices", new("公示", "Notices"), "speakerphone"),
        new("/calendar", new("工作日历", "Calendar"), "calendar-event"),
        new("/directory", new("通讯录", "Directory"), "address-book"),
        new("/mails", new("邮件", "Mails"), "mail", ForManagers: true),
        new("/definitions", new("方案", "Definitions"), "sitemap"),
        new("/audit", new("审计", "Audit"), "history", ForManagers: true),
    ];
}
