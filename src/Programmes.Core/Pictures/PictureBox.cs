namespace Programmes.Core.Pictures;

/// <summary>What a box looks like, so that kinds can be told apart without colours too.</summary>
internal enum Shape { Start, End, Work, Notice, Wait, Dispatch, Mail, Result, Choice, Ledger, Draw, Stage, Step, Frame, Branch }

/// <summary>A drawn activity: a leaf, or a frame around others. Places are relative to the box around it.</summary>
internal sealed class PictureBox(Shape shape)
{
    public Shape Shape { get; } = shape;

    /// <summary>What kind of step it is, in words.</summary>
    public string Kind { get; init; } = "";
    public IReadOnlyList<string> Title { get; init; } = [];

    /// <summary>The plan's paragraph, in small print.</summary>
    public string Clause { get; init; } = "";
    public double X { get; set; }
    public double Y { get; set; }
    public double Width { get; set; }
    public double Height { get; set; }
    public List<PictureBox> Children { get; } = [];
    public List<PictureLine> Lines { get; } = [];
    public double Middle => X + Width / 2;
    public double Bottom => Y + Height;

    /// <summary>Where the designer put it; null: nowhere.</summary>
    public (double X, double Y)? Drawn { get; init; }
}

/// <param name="Points">Corners from the source to the arrow's head.</param>
/// <param name="Label">The outcome that is followed; empty where it goes without saying.</param>
/// <param name="LabelX">Where the label begins.</param>
internal sealed record PictureLine(IReadOnlyList<(double X, double Y)> Points, string Label, double LabelX, double LabelY);

/// <param name="From">Index among the boxes.</param>
internal sealed record PictureLink(int From, int To, string Label);
