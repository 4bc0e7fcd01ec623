using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Programmes.Web.Components;

/// <summary>
/// <c>&lt;empty-state title="…" text="…"&gt;a link to what to do&lt;/empty-state&gt;</c>: nothing here yet, why, and what to do.
/// </summary>
public sealed class EmptyStateTagHelper : TagHelper
{
    public string Title { get; set; } = "";

    public string? Text { get; set; }

    public string Icon { get; set; } = "inbox";

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var actions = await output.GetChildContentAsync();
        output.TagName = "div";
        output.Attributes.SetAttribute("class", "empty");
        output.Content.AppendHtml("<div class=\"empty-icon\">").AppendHtml(IconTagHelper.Html(ViewContext.HttpContext, Icon)).AppendHtml("</div>");
        output.Content.AppendHtml("<p class=\"empty-title\">").Append(Title).AppendHtml("</p>");
        if (Text is not null) output.Content.AppendHtml("<p class=\"empty-subtitle text-secondary\">").Append(Text).AppendHtml("</p>");
        if (!actions.IsEmptyOrWhiteSpace) output.Content.AppendHtml("<div class=\"empty-action\">").AppendHtml(actions).AppendHtml("</div>");
    }
}
