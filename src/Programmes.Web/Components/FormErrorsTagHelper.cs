using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Programmes.Web.Localisation;

namespace Programmes.Web.Components;

/// <summary>
/// <c>&lt;form-errors /&gt;</c>: what is wrong with the form that was sent, each linked to its field. Takes the focus, so that
/// it is read first. Shows nothing while nothing is wrong.
/// </summary>
[HtmlTargetElement("form-errors", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class FormErrorsTagHelper(Words words) : TagHelper
{
    private const int ErrorsMax = 50;

    /// <summary>What did not happen; null: it was not saved.</summary>
    public string? Heading { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var state = ViewContext.ViewData.ModelState;
        if (state.ErrorCount == 0)
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "alert alert-danger form-errors");
        output.Attributes.SetAttribute("role", "alert");
        output.Attributes.SetAttribute("tabindex", "-1");
        output.Attributes.SetAttribute("data-form-errors", null);
        output.Content.AppendHtml("<div class=\"alert-body\"><h2 class=\"alert-heading\">")
            .Append(Heading ?? words["尚未保存，请更正以下内容", "Not saved yet: please correct the following"]).AppendHtml("</h2><ul>");
        foreach (var (key, error) in Errors(state).Take(ErrorsMax))
            output.Content.AppendHtml("<li>").AppendHtml(Line(key, error)).AppendHtml("</li>");
        output.Content.AppendHtml("</ul></div>");
    }

    private static IEnumerable<(string Key, string Error)> Errors(ModelStateDictionary state) =>
        state.SelectMany(entry => entry.Value!.Errors.Select(error => (entry.Key, error.ErrorMessage)));

    private static TagBuilder Line(string key, string error)
    {
        var line = new TagBuilder(key.Length == 0 ? "span" : "a");
        if (key.Length > 0) line.Attributes["href"] = "#" + TagBuilder.CreateSanitizedId(key, "_");
        line.InnerHtml.Append(error);
        return line;
    }
}
