using Programmes.Core.Workflows;

namespace Programmes.Core.Pictures;

/// <summary>
/// A picture of a workflow, made from its definition: containers as boxes around their steps, lines named after the outcome they follow.
/// It grows downwards, as paper does: what the designer drew from left to right stands from top to bottom. The same definition gives the same text.
/// </summary>
public static class WorkflowPicture
{
    /// <summary>An SVG document, with a line break at its end; fonts are those of the reader's machine.</summary>
    /// <param name="language"><c>zh</c> or <c>en</c>, for the kinds of steps, outcomes and English titles.</param>
    public static string Render(WorkflowDefinition definition, string language = "zh")
    {
        var content = new PictureBuilder(language).Root(definition.Root);
        return new PictureSvg(language).Write(definition, content);
    }
}
