using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Programmes.Core;
using Programmes.Core.Dates;
using Programmes.Engine.Queries;
using Programmes.Web.Localisation;

namespace Programmes.Web.Components;

/// <summary>
/// <c>&lt;why-date date="@resolved" /&gt;</c>, or its parts: <c>&lt;why-date on="@due" provisional="@true" lines="@lines" /&gt;</c>.
/// or <c>shown="@line.Due"</c> of a query. A day, whether it may still move, and on request why it is this day.
/// </summary>
[HtmlTargetElement("why-date", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class WhyDateTagHelper(Words words, HtmlEncoder html) : TagHelper
{
    /// <summary>A day with its explanation, in place of <see cref="On"/>, <see cref="Provisional"/> and <see cref="Lines"/>.</summary>
    public ResolvedDate? Date
    {
        get;
        set
        {
            field = value;
            if (value is not null) (On, Provisional, Lines) = (value.On, value.IsProvisional, value.Why);
        }
    }

    /// <summary>A day as a query gives it, in place of its parts.</summary>
    public ShownDate? Shown
    {
        get;
        set
        {
            field = value;
            if (value is not null) (On, Provisional, Lines, WorkingDayBefore) = (value.On, value.Provisional, value.Why, value.WorkingDayBefore);
        }
    }

    public DateOnly On { get; set; }

    /// <summary>The holiday notice for its year is not out yet, so the day may move.</summary>
    public bool Provisional { get; set; }

    /// <summary>The last working day before it, where the day itself is a rest day and stays as printed.</summary>
    public DateOnly? WorkingDayBefore { get; set; }

    /// <summary>The explanation, a step a line. None: no disclosure.</summary>
    public IEnumerable<Text>? Lines { get; set; }

    /// <summary>For narrow tables: the short form of the day.</summary>
    public bool Short { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var day = Short ? words.ShortDay(On) : words.Day(On);
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "why-date");
        output.Content.AppendHtml($"<time datetime=\"{DateFormat.Machine(On)}\">{html.Encode(day)}</time>");
        if (Provisional)
        {
            var hint = words["该年度放假安排尚未公布，日期可能变动", "The holiday notice for that year is not out yet; the day may move"];
            output.Content.AppendHtml($" <span class=\"badge bg-yellow-lt provisional\" title=\"{html.Encode(hint)}\">{words["暂定", "Provisional"]}</span>");
        }

        if (Lines?.ToList() is { Count: > 0 } lines) AppendExplanation(output, day, lines);
        if (WorkingDayBefore is { } before)
        {
            var said = words[$"此前最后一个工作日：{words.Day(before)}", $"Last working day before: {words.Day(before)}"];
            output.Content.AppendHtml($"<span class=\"working-day-before\">{html.Encode(said)}</span>");
        }
    }

    private void AppendExplanation(TagHelperOutput output, string day, List<Text> lines)
    {
        var question = words["为什么是这一天？", "Why this day?"];
        // The day is part of the name, because a page has many of these buttons.
        output.Content.AppendHtml(
            $" <details class=\"why\" data-menu><summary title=\"{question}\"><span aria-hidden=\"true\">?</span>"
            + $"<span class=\"visually-hidden\">{question} {html.Encode(day)}</span></summary>"
            + $"<div class=\"why-panel\"><strong>{question}</strong><ol>");
        foreach (var line in lines) output.Content.AppendHtml($"<li>{html.Encode(words[line])}</li>");
        output.Content.AppendHtml("</ol></div></details>");
    }
}
