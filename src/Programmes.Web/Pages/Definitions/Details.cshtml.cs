using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Definitions;

public sealed class DetailsModel(DefinitionQueries query) : OfficePage
{
    public const double NodeWidth = 190;
    public const double NodeHeight = 56;
    private const double Margin = 20;

    public DefinitionShown Shown { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string id, int version, CancellationToken cancellationToken)
    {
        if (await query.FindAsync(Person, id, version, cancellationToken) is not { } shown) return NotFound();
        Shown = shown;
        return Page();
    }

    /// <summary>The part of the plane that holds all nodes.</summary>
    public (double X, double Y, double Width, double Height) Frame()
    {
        var (left, top) = (Shown.Nodes.Min(node => node.X) - Margin, Shown.Nodes.Min(node => node.Y) - Margin);
        return (left, top, Shown.Nodes.Max(node => node.X) + NodeWidth + Margin - left, Shown.Nodes.Max(node => node.Y) + NodeHeight + Margin - top);
    }

    /// <summary>From the right side of one node to the left of the other, as a designer draws it.</summary>
    public string? Path(PictureEdge edge)
    {
        var (from, to) = (Find(edge.From), Find(edge.To));
        if (from is null || to is null) return null;
        var (x1, y1, x2, y2) = (from.X + NodeWidth, from.Y + NodeHeight / 2, to.X, to.Y + NodeHeight / 2);
        var bend = Math.Max(30, Math.Abs(x2 - x1) / 2);
        return string.Create(CultureInfo.InvariantCulture, $"M{x1:0.#} {y1:0.#}C{x1 + bend:0.#} {y1:0.#} {x2 - bend:0.#} {y2:0.#} {x2 - 6:0.#} {y2:0.#}");
    }

    public (double X, double Y) PortAt(PictureEdge edge) => Find(edge.From) is { } from && Find(edge.To) is { } to ? ((from.X + NodeWidth + to.X) / 2, (from.Y + to.Y + NodeHeight) / 2 - 5) : (0, 0);

    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private PictureNode? Find(string id) => Shown.Nodes.FirstOrDefault(node => node.Id == id);
}
