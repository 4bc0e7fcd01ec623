using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Programmes.Web.Components;

/// <summary>
/// <c>&lt;table-frame label="参评单位"&gt;&lt;table class="table"&gt;…&lt;/table-frame&gt;</c>: a card around a table that scrolls
/// sideways, also by keyboard. A table with class <c>table-cards</c> becomes a card a row on a phone; its cells then name
/// their column by <c>data-label</c>.
/// </summary>
public sealed class TableFrameTagHelper : TagHelper
{
    /// <summary>What the table holds, for screen readers.</summary>
    public string Label { get; set; } = "";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "div";
        output.Attributes.SetAttribute("class", "card");
        output.PreContent.SetHtmlContent("<div class=\"table-frame\" role=\"region\" tabindex=\"0\" aria-label=\"")
            .Append(Label).AppendHtml("\">");
        output.PostContent.SetHtmlContent("</div>");
    }
}
