using System.Globalization;

namespace Programmes.Core.Pictures;

/// <summary>Outlines of the leaves, close to what flowcharts have always used.</summary>
internal static class PictureShapes
{
    private const double Slant = 12;
    private const double Bar = 6;
    private const double Wave = 5;

    /// <summary>Paths to draw one over the other.</summary>
    public static IEnumerable<(string Path, bool Filled)> Outline(PictureBox box, double x, double y)
    {
        var (width, height) = (box.Width, box.Height);
        switch (box.Shape)
        {
            case Shape.Wait:
                yield return ($"M{N(x + Slant)} {N(y)}h{N(width - 2 * Slant)}l{N(Slant)} {N(height / 2)}l{N(-Slant)} {N(height / 2)}h{N(2 * Slant - width)}l{N(-Slant)} {N(-height / 2)}z", true);
                break;
            case Shape.Choice:
                yield return ($"M{N(x + width / 2)} {N(y)}L{N(x + width)} {N(y + height / 2)}L{N(x + width / 2)} {N(y + height)}L{N(x)} {N(y + height / 2)}z", true);
                break;
            case Shape.Result or Shape.Draw:
                yield return ($"M{N(x + Slant)} {N(y)}h{N(width - Slant)}l{N(-Slant)} {N(height)}h{N(Slant - width)}z", true);
                break;
            case Shape.Notice:
                yield return ($"M{N(x)} {N(y)}h{N(width)}v{N(height - Wave)}c{N(-width / 4)} {N(-2 * Wave)} {N(-width / 4)} {N(-Wave)} {N(-width / 2)} {N(Wave / 2)}c{N(-width / 4)} {N(2 * Wave)} {N(-width / 4)} {N(Wave)} {N(-width / 2)} {N(0)}z", true);
                break;
            case Shape.Dispatch:
                yield return (Rectangle(x, y, width, height), true);
                yield return ($"M{N(x + Bar)} {N(y)}v{N(height)}M{N(x + width - Bar)} {N(y)}v{N(height)}", false);
                break;
            case Shape.Mail:
                yield return (Rectangle(x, y, width, height), true);
                yield return ($"M{N(x + width - 20)} {N(y + 5)}h14v9h-14zl7 5 7-5", false);
                break;
            case Shape.Ledger:
                yield return (Rectangle(x + 4, y - 4, width, height), true);
                yield return (Rectangle(x, y, width, height), true);
                yield return ($"M{N(x + Bar)} {N(y)}v{N(height)}", false);
                break;
            case Shape.Step:
                yield return (Rectangle(x, y, width, height), true);
                break;
            default:
                yield return ($"M{N(x + 5)} {N(y)}h{N(width - 10)}q5 0 5 5v{N(height - 10)}q0 5 -5 5h{N(10 - width)}q-5 0 -5 -5v{N(10 - height)}q0 -5 5 -5z", true);
                break;
        }
    }

    public static string N(double value)
    {
        var text = value.ToString("0.#", CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }

    private static string Rectangle(double x, double y, double width, double height) => $"M{N(x)} {N(y)}h{N(width)}v{N(height)}h{N(-width)}z";
}
