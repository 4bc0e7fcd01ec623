using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Programmes.Web.Localisation;

namespace Programmes.Web.Components;

/// <summary>
/// <c>&lt;pager number="2" size="50" total="1234" /&gt;</c>: links that keep the rest of the query (filters, order) and set
/// <c>p</c>. Without a total, which is dear to count in a large table, say by <c>has-next</c> whether more follows.
/// Shows nothing where one page holds everything.
/// </summary>
[HtmlTargetElement("pager", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class PagerTagHelper(Words words) : TagHelper
{
    public const string QueryKey = "p";

    /// <summary>How many page numbers stand on each side of the current one.</summary>
    private const int NeighboursMax = 2;

    /// <summary>From 1.</summary>
    public int Number { get; set; } = 1;

    /// <summary>Rows a page.</summary>
    public int Size { get; set; } = 50;

    /// <summary>Rows in all; null if they were not counted.</summary>
    public long? Total { get; set; }

    public bool HasNext { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var last = Total is { } total ? Math.Max(1, (total + Size - 1) / Size) : Number + (HasNext ? 1 : 0);
        if (last <= 1 && Number == 1)
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "pager");
        output.Attributes.SetAttribute("aria-label", words["分页", "Pages"]);
        output.Content.AppendHtml("<p class=\"pager-count\">").Append(Count()).AppendHtml("</p><ul class=\"pagination\">");
        output.Content.AppendHtml(Item(Number - 1, words["上一页", "Previous"], Number > 1, "prev"));
        foreach (var number in Numbers(last)) output.Content.AppendHtml(number is { } n ? Item(n, $"{n}", true) : Gap());
        output.Content.AppendHtml(Item(Number + 1, words["下一页", "Next"], Number < last, "next"));
        output.Content.AppendHtml("</ul>");
    }

    private string Count()
    {
        if (Total is not { } total) return words[$"第 {Number} 页", $"Page {Number}"];
        var first = Math.Min(total, ((Number - 1L) * Size) + 1);
        var until = Math.Min(total, (long)Number * Size);
        return words[$"第 {first}–{until} 项，共 {total} 项", $"{first}–{until} of {total}"];
    }

    /// <summary>First, last and the neighbours of the current page; null where some are left out.</summary>
    private IEnumerable<int?> Numbers(long last)
    {
        var from = Math.Max(1, Number - NeighboursMax);
        var until = (int)Math.Min(last, Number + (long)NeighboursMax);
        if (from > 1) yield return 1;
        if (from > 2) yield return null;
        for (var number = from; number <= until; number++) yield return number;
        if (until < last - 1) yield return null;
        if (until < last && Total is not null) yield return (int)last;
    }

    private TagBuilder Item(long number, string text, bool enabled, string? relation = null)
    {
        var current = number == Number;
        var link = new TagBuilder(enabled ? "a" : "span");
        link.AddCssClass("page-link");
        link.InnerHtml.Append(text);
        if (enabled) link.Attributes["href"] = Address(number);
        if (enabled && relation is not null) link.Attributes["rel"] = relation;
        if (current) link.Attributes["aria-current"] = "page";
        var item = new TagBuilder("li");
        item.Attributes["class"] = "page-item" + (current ? " active" : "") + (enabled ? "" : " disabled")
            + (relation is null && !current ? " page-item-number" : "");
        item.InnerHtml.AppendHtml(link);
        return item;
    }

    private static TagBuilder Gap()
    {
        var item = new TagBuilder("li");
        item.Attributes["class"] = "page-item disabled page-item-number";
        item.InnerHtml.AppendHtml("<span class=\"page-link\">…</span>");
        return item;
    }

    private string Address(long number)
    {
        var request = ViewContext.HttpContext.Request;
        var query = new QueryBuilder(request.Query.Where(pair => pair.Key is not (QueryKey or "handler")));
        if (number > 1) query.Add(QueryKey, $"{number}");
        return $"{request.PathBase}{request.Path}{query.ToQueryString()}";
    }
}
