using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Programmes.Web.Components;

/// <summary><c>&lt;input error-for="Author"&gt;</c>: tells assistive technology whether the field is wrong, and where that is said.</summary>
[HtmlTargetElement("input", Attributes = Name, TagStructure = TagStructure.WithoutEndTag)]
[HtmlTargetElement("select", Attributes = Name)]
[HtmlTargetElement("textarea", Attributes = Name)]
[HtmlTargetElement("fieldset", Attributes = Name)]
[HtmlTargetElement("span", Attributes = Name)]
public sealed class ErrorForTagHelper : TagHelper
{
    private const string Name = "error-for";

    /// <summary>The field's key in the model state.</summary>
    [HtmlAttributeName(Name)]
    public string Field { get; set; } = "";

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (!FieldErrorTagHelper.IsWrong(ViewContext, Field)) return;
        output.Attributes.SetAttribute("aria-invalid", "true");
        var described = output.Attributes["aria-describedby"]?.Value?.ToString();
        output.Attributes.SetAttribute("aria-describedby", $"{FieldErrorTagHelper.IdOf(Field)} {described}".TrimEnd());
        output.Attributes.SetAttribute("class", $"{output.Attributes["class"]?.Value} is-wrong".TrimStart());
    }
}

/// <summary><c>&lt;field-error for="Author" /&gt;</c>: what is wrong with one field, beside it. Shows nothing while nothing is wrong.</summary>
[HtmlTargetElement("field-error", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class FieldErrorTagHelper : TagHelper
{
    /// <summary>The field's key in the model state.</summary>
    public string For { get; set; } = "";

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (!IsWrong(ViewContext, For))
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "field-error");
        output.Attributes.SetAttribute("id", IdOf(For));
        output.Content.Append(string.Join(" ", ViewContext.ViewData.ModelState[For]!.Errors.Select(error => error.ErrorMessage)));
    }

    internal static string IdOf(string field) => TagBuilder.CreateSanitizedId(field, "_") + "-error";

    internal static bool IsWrong(ViewContext view, string field) => view.ViewData.ModelState.TryGetValue(field, out var entry) && entry.Errors.Count > 0;
}
