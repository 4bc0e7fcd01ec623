using System.Text.Json.Nodes;
using Programmes.Core.Workflows;

namespace Programmes.Core.Pictures;

/// <summary>Boxes for the activities of a definition, the inner ones laid out before the frames around them.</summary>
internal sealed class PictureBuilder(string language)
{
    public const double TitleSize = 14;
    public const double SmallSize = 11;
    public const double LineHeight = 19;
    public const double SmallLineHeight = 15;
    public const double Padding = 9;
    public const double FramePadding = 16;

    private const double LeafWidthMin = 104;
    private const double BranchGap = 24;

    private static readonly Dictionary<string, Shape> Shapes = new(StringComparer.Ordinal)
    {
        ["Elsa.Start"] = Shape.Start, ["Programmes.WorkItem"] = Shape.Work, ["Programmes.RecurringWork"] = Shape.Work,
        ["Programmes.PublicNotice"] = Shape.Notice, ["Programmes.Notify"] = Shape.Mail, ["Programmes.RecordResult"] = Shape.Result,
        ["Programmes.EvaluateGoal"] = Shape.Result, ["Programmes.DispatchBatches"] = Shape.Dispatch, ["Programmes.DispatchUnits"] = Shape.Dispatch,
        ["Programmes.CarryOver"] = Shape.Dispatch, ["Elsa.DispatchWorkflow"] = Shape.Dispatch, ["Elsa.ExecuteWorkflow"] = Shape.Dispatch,
        ["Elsa.BulkDispatchWorkflows"] = Shape.Dispatch, ["Elsa.FlowDecision"] = Shape.Choice, ["Elsa.FlowSwitch"] = Shape.Choice,
        ["Elsa.If"] = Shape.Choice, ["Elsa.Switch"] = Shape.Choice, ["Programmes.Ledger"] = Shape.Ledger,
        ["Programmes.DrawSample"] = Shape.Draw, ["Programmes.SelectUnits"] = Shape.Draw, ["Programmes.Stage"] = Shape.Stage,
    };

    /// <summary>The root's content, without a frame of its own.</summary>
    public PictureBox Root(Activity root)
    {
        var all = new PictureBox(Shape.Branch);
        if (root.Graph is { } graph) FillFlowchart(all, root, graph, isRoot: true);
        else Fill(all, [BoxOf(root)], []);
        return all;
    }

    private PictureBox BoxOf(Activity activity)
    {
        if (activity.Graph is null && !activity.Children.Any()) return Leaf(activity);
        var frame = new PictureBox(Shape.Frame)
        {
            Kind = Say(activity.Descriptor.DisplayName), Title = [TitleOf(activity)], Clause = ClauseOf(activity), Drawn = DrawnAt(activity),
        };
        FillContainer(frame, activity);
        Enclose(frame);
        return frame;
    }

    private void FillContainer(PictureBox frame, Activity activity)
    {
        if (activity.Graph is { } graph)
        {
            FillFlowchart(frame, activity, graph, isRoot: false);
            return;
        }

        var slots = activity.Slots.Where(slot => slot.Value.Count > 0).ToList();
        if (activity.Type == "Elsa.Sequence")
        {
            var steps = activity.Children.ToList();
            Fill(frame, [.. steps.Select(BoxOf)], [.. Enumerable.Range(0, steps.Count - 1).Select(i => new PictureLink(i, i + 1, ""))], drawn: false);
        }
        else if (slots is [{ Value: [{ } only] }] && activity.Cases.Count == 0)
        {
            // A frame in a frame would only repeat the stage's own title.
            if (only.Graph is not null || only.Type is "Elsa.Sequence" or "Elsa.Parallel") FillContainer(frame, only);
            else Fill(frame, [BoxOf(only)], [], drawn: false);
        }
        else
        {
            foreach (var (name, activities) in slots)
                foreach (var inner in activities)
                    Beside(frame, inner, activity.Descriptor.Slots.FirstOrDefault(slot => slot.Name == name) is { Many: false } slot ? Say(slot.DisplayName) : "");
            foreach (var branch in activity.Cases)
                if (branch.Activity is { } inner) Beside(frame, inner, branch.Label);
        }
    }

    private void FillFlowchart(PictureBox frame, Activity flowchart, Flowgraph graph, bool isRoot)
    {
        var activities = flowchart.Slots["activities"];
        var boxes = activities.Select(BoxOf).ToList();
        var links = activities.SelectMany(graph.Outbound)
            .Select(connection => new PictureLink(connection.Source.Position, connection.Target.Position, LabelOf(connection))).Distinct().ToList();
        if (isRoot && graph.Start is { Type: not "Elsa.Start" } first)
        {
            links.Add(new(boxes.Count, first.Position, ""));
            boxes.Add(Pill(Shape.Start, Say(new("开始", "Start")), null));
        }

        Fill(frame, boxes, links, drawn: boxes.TrueForAll(box => box.Drawn is not null));
        if (isRoot && !activities.Exists(activity => activity.Descriptor.IsTerminal)) AddEnd(frame);
    }

    private static void Fill(PictureBox frame, List<PictureBox> boxes, List<PictureLink> links, bool drawn = true)
    {
        frame.Children.AddRange(boxes);
        (frame.Width, frame.Height) = LayeredLayout.Arrange(boxes, links, drawn, frame.Lines);
    }

    /// <summary>Where no step ends the workflow, it ends when nothing is left to do.</summary>
    private void AddEnd(PictureBox frame)
    {
        var end = Pill(Shape.End, Say(new("全部走完后结束", "Ends when all is done")), null);
        frame.Width = Math.Max(frame.Width, end.Width);
        end.X = (frame.Width - end.Width) / 2;
        end.Y = frame.Height + 28;
        frame.Height = end.Bottom;
        frame.Children.Add(end);
    }

    private void Beside(PictureBox frame, Activity inner, string caption)
    {
        var branch = new PictureBox(Shape.Branch) { Kind = caption };
        Fill(branch, [BoxOf(inner)], [], drawn: false);
        if (caption.Length > 0)
        {
            foreach (var child in branch.Children) child.Y += SmallLineHeight + 4;
            branch.Height += SmallLineHeight + 4;
            branch.Width = Math.Max(branch.Width, PictureWords.Measure(caption) * SmallSize);
        }

        branch.X = frame.Children.Count == 0 ? 0 : frame.Width + BranchGap;
        frame.Width = branch.X + branch.Width;
        frame.Height = Math.Max(frame.Height, branch.Height);
        frame.Children.Add(branch);
    }

    /// <summary>Room for the frame's heading and a margin around what it holds.</summary>
    private static void Enclose(PictureBox frame)
    {
        var heading = HeadingHeight(frame);
        var inner = frame.Width;
        frame.Width = Math.Max(inner, HeadingWidth(frame)) + 2 * FramePadding;
        foreach (var child in frame.Children) child.X += (frame.Width - inner) / 2;
        foreach (var child in frame.Children) child.Y += heading + FramePadding;
        var lines = frame.Lines.Select(line => Moved(line, (frame.Width - inner) / 2, heading + FramePadding)).ToList();
        frame.Lines.Clear();
        frame.Lines.AddRange(lines);
        frame.Height += heading + 2 * FramePadding;
    }

    public static double HeadingHeight(PictureBox frame) => frame.Clause.Length > 0 ? 44 : 28;

    private static double HeadingWidth(PictureBox frame) =>
        Math.Max(PictureWords.Measure(frame.Kind) * SmallSize + 8 + PictureWords.Measure(frame.Title[0]) * TitleSize, PictureWords.Measure(frame.Clause) * SmallSize);

    private static PictureLine Moved(PictureLine line, double right, double down) =>
        line with { Points = [.. line.Points.Select(point => (point.X + right, point.Y + down))], LabelX = line.LabelX + right, LabelY = line.LabelY + down };

    private PictureBox Leaf(Activity activity)
    {
        var shape = Shapes.TryGetValue(activity.Type, out var known) ? known
            : activity.Descriptor.IsTerminal ? Shape.End
            : activity.Descriptor.Waits ? Shape.Wait : Shape.Step;
        if (shape is Shape.Start or Shape.End) return Pill(shape, TitleOf(activity), DrawnAt(activity));
        var box = new PictureBox(shape)
        {
            Kind = Say(activity.Descriptor.DisplayName), Title = PictureWords.Wrap(TitleOf(activity)), Clause = ClauseOf(activity), Drawn = DrawnAt(activity),
        };
        var words = Math.Max(box.Title.Max(PictureWords.Measure) * TitleSize, Math.Max(PictureWords.Measure(box.Kind), PictureWords.Measure(box.Clause)) * SmallSize);
        box.Width = Math.Max(LeafWidthMin, words + 2 * Padding + Sides(shape));
        box.Height = Padding + SmallLineHeight + box.Title.Count * LineHeight + (box.Clause.Length > 0 ? SmallLineHeight : 0) + Padding;
        if (shape == Shape.Choice) box.Height += 2 * Padding;
        return box;
    }

    /// <summary>What a shape's slanted or doubled sides take from its width.</summary>
    private static double Sides(Shape shape) => shape switch
    {
        Shape.Choice => 76,
        Shape.Wait or Shape.Draw or Shape.Result => 24,
        Shape.Dispatch => 14,
        Shape.Ledger => 10,
        _ => 4,
    };

    private static PictureBox Pill(Shape shape, string words, (double X, double Y)? drawn) =>
        new(shape) { Title = [words], Width = Math.Max(76, PictureWords.Measure(words) * TitleSize + 32), Height = 32, Drawn = drawn };

    private string Say(Text words) => words.In(language);

    private string LabelOf(Connection connection) => connection.Port == ActivityDescriptor.DoneOutcome ? "" : Say(OutcomeWords.Of(connection.Port));

    private string TitleOf(Activity activity) =>
        language == "en" ? Literal(activity, "titleEn") ?? (activity.Name is { Length: > 0 } name ? name : activity.DisplayText) : activity.DisplayText;

    private static string ClauseOf(Activity activity) => Literal(activity, "clause") ?? "";

    private static string? Literal(Activity activity, string input) =>
        activity.Inputs.GetValueOrDefault(input) is LiteralExpression { Value: string { Length: > 0 } text } ? text : null;

    private static (double X, double Y)? DrawnAt(Activity activity) =>
        activity.Source["metadata"] is JsonObject metadata && metadata["designer"] is JsonObject designer && designer["position"] is JsonObject position
        && position["x"] is JsonValue x && x.TryGetValue<double>(out var right) && position["y"] is JsonValue y && y.TryGetValue<double>(out var down) ? (right, down) : null;
}
