using Microsoft.AspNetCore.Authorization;
using Programmes.Core;
using Programmes.Engine.Mail;
using Programmes.Web.Components;
using Programmes.Web.Hosting;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Mails;

/// <summary>The wording of all mails, with example contents.</summary>
[Authorize(Policies.Manage)]
public sealed class TemplatesModel(PreviewTemplates templates) : OfficePage
{
    private const string Line = "line ";

    public IReadOnlyList<TemplatePreview> Templates { get; private set; } = [];

    public IReadOnlyList<Problem> Problems { get; private set; } = [];

    public void OnGet()
    {
        Templates = templates.List(Person);
        Problems = templates.Problems(Person);
        HttpContext.AllowOwnFrames();
    }

    public static Text TitleOf(string template) => template switch
    {
        "digest" => new("每日提醒汇总", "The morning’s digest"),
        "returned" => new("退回通知", "Returned work"),
        "notify" => new("流程通知", "A notice of a workflow"),
        "objection" => new("异议通知", "An objection"),
        "urging" => new("催办", "Urging"),
        "paper" => new("公文通知", "A paper"),
        _ => Text.Same(template),
    };

    /// <summary>Null: the fault has no line.</summary>
    public static string? LineOf(Problem problem) => problem.Property is { } place && place.StartsWith(Line, StringComparison.Ordinal) ? place[Line.Length..] : null;
}
