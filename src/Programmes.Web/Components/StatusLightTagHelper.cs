using Microsoft.AspNetCore.Razor.TagHelpers;
using Programmes.Core;
using Programmes.Web.Localisation;

namespace Programmes.Web.Components;

public enum Light
{
    /// <summary>Overdue: its day is over.</summary>
    Late,

    /// <summary>Open, and its day is near.</summary>
    DueSoon,

    Open,
    Done,

    /// <summary>Not begun: something else has to happen first.</summary>
    Waiting,

    /// <summary>Halted, for example by an objection.</summary>
    Suspended,
}

/// <summary>
/// <c>&lt;status-light state="Late" /&gt;</c>: colour, shape and word say the same, so that it can be read without colours,
/// in print, and aloud.
/// </summary>
[HtmlTargetElement("status-light", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class StatusLightTagHelper(Words words) : TagHelper
{
    public Light State { get; set; }

    /// <summary>Instead of the usual word, for example “逾期 3 个工作日”; it should still name the state.</summary>
    public string? Text { get; set; }

    /// <summary>Shape only, for boards with many cells; the word remains for screen readers and as a tooltip.</summary>
    public bool Compact { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        // An attribute that is computed to null arrives as the empty string.
        var word = string.IsNullOrEmpty(Text) ? words[Word(State)] : Text;
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"light light-{Name(State)}");
        if (Compact) output.Attributes.SetAttribute("title", word);
        output.Content.SetHtmlContent(
            $"<svg class=\"light-shape\" viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" aria-hidden=\"true\" focusable=\"false\">{Shape(State)}</svg>");
        output.Content.AppendHtml(Compact ? "<span class=\"visually-hidden\">" : "<span class=\"light-word\">");
        output.Content.Append(word);
        output.Content.AppendHtml("</span>");
    }

    public static Text Word(Light state) => state switch
    {
        Light.Late => new("逾期", "Late"),
        Light.DueSoon => new("临期", "Due soon"),
        Light.Open => new("进行中", "Open"),
        Light.Done => new("已完成", "Done"),
        Light.Waiting => new("未开始", "Waiting"),
        // Of work and of units; a whole programme is 暂停.
        Light.Suspended => new("中止", "Suspended"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private static string Name(Light state) => state switch
    {
        Light.Late => "late",
        Light.DueSoon => "due-soon",
        Light.Open => "open",
        Light.Done => "done",
        Light.Waiting => "waiting",
        _ => "suspended",
    };

    private static string Shape(Light state) => state switch
    {
        // A warning triangle, a clock, a ring with a dot, a ticked disc, a dashed ring, a square with two bars.
        Light.Late => "<path d=\"M8 .8 15.6 14.6H.4Z\" fill=\"currentColor\"/><path d=\"M8 5.4v4.3M8 11.6v1.3\" stroke=\"#fff\" stroke-width=\"1.7\"/>",
        Light.DueSoon => "<circle cx=\"8\" cy=\"8\" r=\"6.6\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/><path d=\"M8 4v4.3l2.8 1.7\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\"/>",
        Light.Open => "<circle cx=\"8\" cy=\"8\" r=\"6.6\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/><circle cx=\"8\" cy=\"8\" r=\"3\" fill=\"currentColor\"/>",
        Light.Done => "<circle cx=\"8\" cy=\"8\" r=\"7.5\" fill=\"currentColor\"/><path d=\"m4.4 8.3 2.5 2.5 4.7-5\" fill=\"none\" stroke=\"#fff\" stroke-width=\"1.9\"/>",
        Light.Waiting => "<circle cx=\"8\" cy=\"8\" r=\"6.6\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" stroke-dasharray=\"2.6 2.58\"/>",
        _ => "<rect x=\".8\" y=\".8\" width=\"14.4\" height=\"14.4\" rx=\"2\" fill=\"currentColor\"/><path d=\"M5.8 4.5v7M10.2 4.5v7\" stroke=\"#fff\" stroke-width=\"2\"/>",
    };
}
