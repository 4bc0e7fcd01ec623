using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Programmes.Web.Localisation;

namespace Programmes.Web.Components;

/// <summary>
/// <c>&lt;confirm-button action="@Url.Page("", "Cancel")" label="…" question="…"&gt;fields&lt;/confirm-button&gt;</c>: a button
/// that first asks and then posts, with the antiforgery token. The question opens as a disclosure, so it needs no script,
/// and the fields inside (a reason, an id) are sent along.
/// </summary>
public sealed class ConfirmButtonTagHelper(IHtmlGenerator generator, Words words, HtmlEncoder html) : TagHelper
{
    /// <summary>Where to post; this page if null.</summary>
    public string? Action { get; set; }

    public string Label { get; set; } = "";

    public string Question { get; set; } = "";

    /// <summary>On the button that posts; the label if null.</summary>
    public string? Confirm { get; set; }

    public string? Icon { get; set; }

    /// <summary>For what cannot be undone.</summary>
    public bool Danger { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var fields = await output.GetChildContentAsync();
        output.TagName = "details";
        output.Attributes.SetAttribute("class", "confirm");
        output.Attributes.SetAttribute("data-menu", null);
        output.Content.AppendHtml($"<summary class=\"btn {(Danger ? "btn-outline-danger" : "")}\">");
        if (Icon is not null) output.Content.AppendHtml(IconTagHelper.Html(ViewContext.HttpContext, Icon));
        output.Content.Append(Label).AppendHtml("</summary>");
        output.Content.AppendHtml("<form class=\"confirm-panel\" method=\"post\"")
            .AppendHtml(Action is null ? ">" : $" action=\"{html.Encode(Action)}\">");
        output.Content.AppendHtml("<p>").Append(Question).AppendHtml("</p>").AppendHtml(fields);
        output.Content.AppendHtml(generator.GenerateAntiforgery(ViewContext));
        output.Content.AppendHtml($"<button type=\"submit\" class=\"btn {(Danger ? "btn-danger" : "btn-primary")}\">")
            .Append(Confirm ?? Label).AppendHtml("</button>")
            .AppendHtml("<p class=\"confirm-hint\">").Append(words["再次点击上方按钮可取消。", "Press the first button again to leave it as it is."])
            .AppendHtml("</p></form>");
    }
}
