using System.Globalization;
using System.Security;
using System.Text;
using Programmes.Core.Workflows;

namespace Programmes.Core.Pictures;

/// <summary>Writes boxes and lines as SVG: light grounds, shapes that differ without colour, fonts of the reader's machine.</summary>
internal sealed class PictureSvg(string language)
{
    private const double Margin = 24;
    private const double Heading = 52;
    private const double HeadingSize = 18;
    private const double Corner = 5;

    private static readonly Dictionary<Shape, (string Fill, string Stroke)> Colours = new()
    {
        [Shape.Start] = ("#1f4e79", "#1f4e79"), [Shape.End] = ("#ffffff", "#1f4e79"), [Shape.Work] = ("#ffffff", "#1f4e79"), [Shape.Notice] = ("#fff8e5", "#a15c00"),
        [Shape.Wait] = ("#f4f1fa", "#5b4b8a"), [Shape.Dispatch] = ("#ebf6ef", "#2b6e48"), [Shape.Mail] = ("#fdf3f1", "#a3412a"), [Shape.Result] = ("#eef3f8", "#33475b"),
        [Shape.Choice] = ("#fffceb", "#7a6400"), [Shape.Ledger] = ("#fdf3f1", "#8c2f1b"), [Shape.Draw] = ("#eaf6f8", "#146274"), [Shape.Stage] = ("#e4edf6", "#1f4e79"),
        [Shape.Step] = ("#f7f7f7", "#4a4a4a"), [Shape.Frame] = ("#f8fafc", "#6b8299"), [Shape.Branch] = ("none", "none"),
    };

    private readonly StringBuilder svg = new();

    public string Write(WorkflowDefinition definition, PictureBox content)
    {
        var name = definition.Name;
        var sub = $"{definition.DefinitionId} · {(language == "en" ? $"version {definition.Version}" : $"第 {definition.Version} 版")}";
        var heading = Math.Max(PictureWords.Measure(name) * HeadingSize, PictureWords.Measure(sub) * PictureBuilder.SmallSize);
        var width = Math.Ceiling(Math.Max(content.Width, heading) + 2 * Margin);
        var height = Math.Ceiling(content.Height + Heading + 2 * Margin);
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\"");
        svg.Append(" font-family=\"'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','WenQuanYi Micro Hei',SimHei,sans-serif\">\n");
        Line($"<title>{Escape(name)}</title>");
        Line("<style>.t{font-size:14px;fill:#1a1a1a;text-anchor:middle}.k{font-size:11px;text-anchor:middle}.c{font-size:11px;fill:#5a6672;text-anchor:middle}.o{font-size:11px;fill:#1a1a1a;paint-order:stroke;stroke:#fff;stroke-width:3px}.l{fill:none;stroke:#44546a;stroke-width:1.3}.b{stroke-width:1.3}</style>");
        Line("<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\" markerUnits=\"userSpaceOnUse\"><path d=\"M0 0.6 8 4 0 7.4z\" fill=\"#44546a\"/></marker></defs>");
        Line($"<rect width=\"{N(width)}\" height=\"{N(height)}\" fill=\"#fff\"/>");
        Line($"<text x=\"{N(Margin)}\" y=\"{N(Margin + HeadingSize)}\" font-size=\"{N(HeadingSize)}\" font-weight=\"bold\" fill=\"#1f4e79\">{Escape(name)}</text>");
        Line($"<text x=\"{N(Margin)}\" y=\"{N(Margin + HeadingSize + 17)}\" font-size=\"{N(PictureBuilder.SmallSize)}\" fill=\"#5a6672\">{Escape(sub)}</text>");
        Content(content, (width - content.Width) / 2, Margin + Heading);
        Line("</svg>");
        return svg.ToString();
    }

    private void Content(PictureBox box, double left, double top)
    {
        foreach (var child in box.Children) Box(child, left, top);
        foreach (var line in box.Lines)
            Line($"<polyline class=\"l\" marker-end=\"url(#a)\" points=\"{string.Join(' ', line.Points.Select(point => $"{N(point.X + left)},{N(point.Y + top)}"))}\"/>");
        foreach (var line in box.Lines.Where(line => line.Label.Length > 0).DistinctBy(line => (line.Label, line.LabelX, line.LabelY)))
            Line($"<text class=\"o\" x=\"{N(line.LabelX + left)}\" y=\"{N(line.LabelY + top)}\">{Escape(line.Label)}</text>");
    }

    private void Box(PictureBox box, double left, double top)
    {
        var (x, y) = (box.X + left, box.Y + top);
        var (fill, stroke) = Colours[box.Shape];
        switch (box.Shape)
        {
            case Shape.Branch:
                if (box.Kind.Length > 0) Line($"<text class=\"c\" x=\"{N(x + box.Width / 2)}\" y=\"{N(y + PictureBuilder.SmallSize)}\">{Escape(box.Kind)}</text>");
                break;
            case Shape.Frame:
                Frame(box, x, y, fill, stroke);
                break;
            case Shape.Start or Shape.End:
                Line($"<rect class=\"b\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(box.Width)}\" height=\"{N(box.Height)}\" rx=\"{N(box.Height / 2)}\" fill=\"{fill}\" stroke=\"{stroke}\"{(box.Shape == Shape.End ? " style=\"stroke-width:2.6\"" : "")}/>");
                Line($"<text class=\"t\" x=\"{N(x + box.Width / 2)}\" y=\"{N(y + box.Height / 2 + 5)}\"{(box.Shape == Shape.Start ? " style=\"fill:#fff\"" : "")}>{Escape(box.Title[0])}</text>");
                break;
            default:
                foreach (var outline in PictureShapes.Outline(box, x, y)) Line($"<path class=\"b\" d=\"{outline.Path}\" fill=\"{(outline.Filled ? fill : "none")}\" stroke=\"{stroke}\"/>");
                Words(box, x, y, stroke);
                break;
        }

        Content(box, x, y);
    }

    private void Frame(PictureBox box, double x, double y, string fill, string stroke)
    {
        var heading = PictureBuilder.HeadingHeight(box);
        Line($"<rect class=\"b\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(box.Width)}\" height=\"{N(box.Height)}\" rx=\"{N(Corner)}\" fill=\"{fill}\" stroke=\"{stroke}\"/>");
        Line($"<path d=\"M{N(x + 0.7)} {N(y + heading)}v{N(Corner - heading)}q0 {N(0.7 - Corner)} {N(Corner)} {N(0.7 - Corner)}h{N(box.Width - 2 * Corner - 1.4)}q{N(Corner)} 0 {N(Corner)} {N(Corner - 0.7)}v{N(heading - Corner)}z\" fill=\"#e4edf6\"/>");
        Line($"<text x=\"{N(x + 12)}\" y=\"{N(y + 19)}\" font-size=\"{N(PictureBuilder.TitleSize)}\" font-weight=\"bold\" fill=\"#1a1a1a\"><tspan font-size=\"{N(PictureBuilder.SmallSize)}\" font-weight=\"normal\" fill=\"#1f4e79\">{Escape(box.Kind)}</tspan> {Escape(box.Title[0])}</text>");
        if (box.Clause.Length > 0) Line($"<text x=\"{N(x + 12)}\" y=\"{N(y + 36)}\" font-size=\"{N(PictureBuilder.SmallSize)}\" fill=\"#5a6672\">{Escape(box.Clause)}</text>");
    }

    private void Words(PictureBox box, double x, double y, string stroke)
    {
        var middle = x + box.Width / 2;
        var height = PictureBuilder.SmallLineHeight + box.Title.Count * PictureBuilder.LineHeight + (box.Clause.Length > 0 ? PictureBuilder.SmallLineHeight : 0);
        var line = y + (box.Height - height) / 2 + PictureBuilder.SmallSize;
        Line($"<text class=\"k\" x=\"{N(middle)}\" y=\"{N(line)}\" fill=\"{stroke}\">{Escape(box.Kind)}</text>");
        line += 2;
        foreach (var words in box.Title)
        {
            line += PictureBuilder.LineHeight;
            Line($"<text class=\"t\" x=\"{N(middle)}\" y=\"{N(line - 1)}\">{Escape(words)}</text>");
        }

        if (box.Clause.Length > 0) Line($"<text class=\"c\" x=\"{N(middle)}\" y=\"{N(line + PictureBuilder.SmallLineHeight)}\">{Escape(box.Clause)}</text>");
    }

    private void Line(string markup) => svg.Append(markup).Append('\n');

    private static string Escape(string text) => SecurityElement.Escape(text);

    private static string N(double value) => PictureShapes.N(value);
}
