using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Programmes.Web.Components;

/// <summary><c>&lt;icon name="home" /&gt;</c>: decoration beside words, hidden from screen readers.</summary>
[HtmlTargetElement("icon", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class IconTagHelper : TagHelper
{
    /// <summary>A name from assets/icons.json, which are Tabler's names.</summary>
    public string Name { get; set; } = "";

    /// <summary>Classes beside <c>icon</c>.</summary>
    public string? Class { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        output.Content.SetHtmlContent(Html(ViewContext.HttpContext, Name, Class));
    }

    internal static TagBuilder Html(HttpContext http, string name, string? classes = null)
    {
        http.RequestServices.GetRequiredService<IconSprite>().Check(name);
        var sprite = http.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>()?[IconSprite.Path] ?? IconSprite.Path;
        var svg = new TagBuilder("svg");
        svg.Attributes["class"] = classes is null ? "icon" : $"icon {classes}";
        svg.Attributes["aria-hidden"] = "true";
        svg.Attributes["focusable"] = "false";
        var use = new TagBuilder("use");
        use.Attributes["href"] = $"{http.Request.PathBase}/{sprite}#{name}";
        svg.InnerHtml.AppendHtml(use);
        return svg;
    }
}
