using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Programmes.Web.Components;

/// <summary><c>&lt;facts&gt;&lt;fact term="批次"&gt;2023&lt;/fact&gt;&lt;/facts&gt;</c>: a list of terms and what they are.</summary>
public sealed class FactsTagHelper : TagHelper
{
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "dl";
        output.Attributes.SetAttribute("class", "facts");
    }
}

/// <summary>One line of a <c>facts</c> list; a dash stands for a value that is not there.</summary>
[HtmlTargetElement("fact", ParentTag = "facts")]
public sealed class FactTagHelper : TagHelper
{
    public string Term { get; set; } = "";

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var value = await output.GetChildContentAsync();
        output.TagName = "div";
        output.Content.AppendHtml("<dt>").Append(Term).AppendHtml("</dt><dd>");
        if (value.IsEmptyOrWhiteSpace) output.Content.AppendHtml("—");
        else output.Content.AppendHtml(value);
        output.Content.AppendHtml("</dd>");
    }
}
