using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Programmes.Web.Localisation;

namespace Programmes.Web.Components;

/// <summary>A step on the way to this page.</summary>
/// <param name="Url">As <c>Url.Page</c> gives it.</param>
public sealed record Crumb(string Text, string Url);

/// <summary>
/// <c>&lt;page-header title="…" crumbs="@crumbs" lead="…"&gt;buttons&lt;/page-header&gt;</c>: the page's only h1, the way to
/// it, and its actions. Sets the browser's title as well.
/// </summary>
public sealed class PageHeaderTagHelper(Words words) : TagHelper
{
    public string Title { get; set; } = "";

    /// <summary>A sentence below the title.</summary>
    public string? Lead { get; set; }

    /// <summary>From the section down to the parent; this page itself is added.</summary>
    public IReadOnlyList<Crumb>? Crumbs { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var actions = await output.GetChildContentAsync();
        ViewContext.ViewData["Title"] = Title;
        output.TagName = "header";
        output.Attributes.SetAttribute("class", "page-head");
        output.Content.AppendHtml("<div class=\"page-heading\">");
        if (Crumbs is { Count: > 0 }) output.Content.AppendHtml(Trail(Crumbs));
        output.Content.AppendHtml("<h1 class=\"page-title\">").Append(Title).AppendHtml("</h1>");
        if (Lead is not null) output.Content.AppendHtml("<p class=\"page-lead\">").Append(Lead).AppendHtml("</p>");
        output.Content.AppendHtml("</div>");
        if (actions.IsEmptyOrWhiteSpace) return;
        output.Content.AppendHtml("<div class=\"page-actions\">").AppendHtml(actions).AppendHtml("</div>");
    }

    private TagBuilder Trail(IReadOnlyList<Crumb> crumbs)
    {
        var list = new TagBuilder("ol");
        list.AddCssClass("breadcrumb");
        foreach (var crumb in crumbs)
        {
            var link = new TagBuilder("a");
            link.Attributes["href"] = crumb.Url;
            link.InnerHtml.Append(crumb.Text);
            list.InnerHtml.AppendHtml("<li class=\"breadcrumb-item\">").AppendHtml(link).AppendHtml("</li>");
        }

        list.InnerHtml.AppendHtml("<li class=\"breadcrumb-item active\" aria-current=\"page\">").Append(Title).AppendHtml("</li>");
        var nav = new TagBuilder("nav");
        nav.Attributes["aria-label"] = words["当前位置", "Breadcrumb"];
        nav.InnerHtml.AppendHtml(list);
        return nav;
    }
}
