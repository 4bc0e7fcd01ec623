namespace Programmes.Core.Pictures;

/// <summary>Lines from box to box in right angles: down through the gap between two layers, across on a track of its own, and down again.</summary>
internal sealed class LineRouting(LayeredGraph graph)
{
    private const double TrackHeight = 9;
    private const double Exit = 12;
    private const double ExitWithLabel = 20;
    private const double Entry = 15;
    private const double Straight = 0.5;

    /// <summary>What is not farther from a straight line is drawn as one.</summary>
    private const double Near = 9;
    private const double SelfLoop = 16;
    private const double LabelOffset = 4;
    private const double Margin = 2;
    private const double Inset = 8;

    /// <summary>One way across a gap; those that leave the same point share a track.</summary>
    private sealed class Crossing
    {
        public required object Group { get; init; }
        public required double From { get; init; }
        public required double To { get; init; }
        public double Track { get; set; }
    }

    private readonly Dictionary<(LayerItem Item, string Label, bool Up), double> exits = [];
    private readonly Dictionary<(LayerPath Path, int Step), Crossing> crossings = [];
    private readonly double[] tops = new double[graph.Layers.Count];
    private readonly double[] heights = [.. graph.Layers.Select(layer => layer.Max(item => item.Box?.Height ?? 0))];

    public (double Width, double Height) Route(List<PictureLine> lines)
    {
        FindExits();
        foreach (var path in graph.Paths) Straighten(path);
        // Gap number n lies above layer n; the last one below everything.
        var gaps = Enumerable.Range(0, graph.Layers.Count + 1).Select(_ => new List<Crossing>()).ToArray();
        var labelled = new bool[gaps.Length];
        foreach (var path in graph.Paths) Cross(path, gaps, labelled);
        var y = 0.0;
        for (var gap = 0; gap < gaps.Length; gap++)
        {
            y = PlaceTracks(gaps[gap], y, labelled[gap], isOuter: gap == 0 || gap == graph.Layers.Count);
            if (gap == graph.Layers.Count) break;
            tops[gap] = y;
            y += heights[gap];
        }

        foreach (var item in graph.Layers.SelectMany(layer => layer))
            if (item.Box is { } box) (box.X, box.Y) = (item.X - box.Width / 2, tops[item.Layer]);
        lines.AddRange(graph.Paths.Select(LineOf));
        return (MoveToEdge(lines), y);
    }

    /// <summary>Where lines leave their boxes: below or, for ways back, above; one point for each outcome.</summary>
    private void FindExits()
    {
        var leaving = graph.Paths.Where(path => !IsBetweenNeighbours(path) && path.Items.Count > 1)
            .GroupBy(path => (Source: path.Items[0], Up: path.Backward && path.Items[1].Layer < path.Items[0].Layer));
        foreach (var side in leaving)
        {
            var (source, up) = side.Key;
            var ports = side.GroupBy(path => path.Link.Label)
                .Select(port => (Label: port.Key, Wanted: Median(port.Select(path => path.Level ? path.Items[^1].X : path.Items[1].X)))).OrderBy(port => port.Wanted).ToList();
            // Arrivals take the middle of the upper side.
            var reach = Math.Max(0, source.Width / 2 - 18);
            var wanted = ports.Select(port => ports.Count == 1 && !up ? Math.Abs(port.Wanted - source.X) < Near ? port.Wanted : source.X : Math.Clamp(port.Wanted, source.X - reach, source.X + reach)).ToArray();
            if (up && source.Above.Count > 1 && ports.Count == 1 && Math.Abs(wanted[0] - source.X) < LayeredLayout.LineGap) wanted[0] = source.X + reach / 2;
            var apart = Enumerable.Range(0, Math.Max(0, ports.Count - 1)).Select(i => LabelWidth(ports[i].Label) + 2 * LabelOffset + 6).ToArray();
            var places = LayeredLayout.Spread(wanted, [.. ports.Select(_ => 1.0)], apart);
            KeepWithin(source, places, apart, ports.Count > 1 ? LabelWidth(ports[^1].Label) : 0);
            for (var i = 0; i < ports.Count; i++) exits[(source, ports[i].Label, up)] = places[i];
        }
    }

    /// <summary>Exits stay beneath the box, each label to the right of its line with room before the next one.</summary>
    private static void KeepWithin(LayerItem box, double[] places, double[] apart, double lastLabel)
    {
        for (var i = places.Length - 1; i >= 0; i--)
            places[i] = Math.Min(places[i], i == places.Length - 1 ? box.X + box.Width / 2 - Inset - lastLabel : places[i + 1] - apart[i]);
        for (var i = 0; i < places.Length; i++)
            places[i] = Math.Max(places[i], i == 0 ? box.X - box.Width / 2 + Inset : places[i - 1] + apart[i - 1]);
    }

    /// <summary>Another line leaves so close by that the labels would lie on each other.</summary>
    private bool IsCrowded(LayerPath path, double x) => exits.Any(exit =>
        exit.Key.Item == path.Items[0] && !exit.Key.Up && exit.Key.Label != path.Link.Label && Math.Abs(exit.Value - x) < LabelWidth(exit.Value < x ? exit.Key.Label : path.Link.Label) + 2 * LabelOffset);

    /// <summary>A line that nearly goes straight on from its exit, or to its target, does.</summary>
    private void Straighten(LayerPath path)
    {
        for (var i = 1; i < path.Items.Count; i++)
            if (path.Items[i - 1].Box is null && path.Items[i].Box is null && Math.Abs(path.Items[i].X - path.Items[i - 1].X) < Near / 2) path.Items[i].X = path.Items[i - 1].X;
        if (path.Items.Count < 3 || path.Backward) return;
        var start = ExitOf(path, path.Items[0]);
        var end = path.Items[^1].X;
        if (Math.Abs(start - end) < Near && !IsCrowded(path, end) && path.Items.All(item => item.Box is not null || Math.Abs(item.X - end) < Near))
            exits[(path.Items[0], path.Link.Label, false)] = start = end;
        foreach (var item in path.Items.Skip(1).TakeWhile(item => item.Box is null && Math.Abs(item.X - start) < LayeredLayout.LineGap)) item.X = start;
    }

    private void Cross(LayerPath path, List<Crossing>[] gaps, bool[] labelled)
    {
        if (IsBetweenNeighbours(path) || path.Items.Count == 1) return;
        for (var step = 1; step < path.Items.Count; step++)
        {
            var (from, to) = (path.Items[step - 1], path.Items[step]);
            if (from.Layer == to.Layer && !path.Level) continue;
            var start = step == 1 ? ExitOf(path, from) : from.X;
            var gap = path.Level ? from.Layer + 1 : Math.Max(from.Layer, to.Layer);
            var crossing = new Crossing { Group = step == 1 ? (from, path.Link.Label, path.Backward) : from, From = start, To = to.Box is not null && to.Above.Count == 1 && Math.Abs(to.X - start) < Near ? start : to.X };
            crossings[(path, step)] = crossing;
            gaps[gap].Add(crossing);
            if (step == 1 && path.Link.Label.Length > 0) labelled[gap] = true;
        }
    }

    /// <summary>Each group its track, so that groups which overlap lie on different ones, and those that turn outwards do not cut each other.</summary>
    private static double PlaceTracks(List<Crossing> gap, double top, bool labelled, bool isOuter)
    {
        if (gap.Count == 0) return isOuter ? top : top + Entry + Exit;
        var groups = gap.GroupBy(crossing => crossing.Group)
            .Select(group => (Crossings: group.ToList(), From: group.First().From, Low: group.Min(c => Math.Min(c.From, c.To)), High: group.Max(c => Math.Max(c.From, c.To)), Right: group.Average(c => c.To) >= group.First().From))
            .Where(group => group.High - group.Low > Straight)
            .OrderBy(group => group.Right ? -group.From : group.From).ToList();
        var tracks = new List<List<(double Low, double High)>>();
        var first = top + (labelled ? ExitWithLabel : Exit);
        foreach (var group in groups)
        {
            var track = tracks.FindIndex(taken => taken.TrueForAll(other => group.Low > other.High + LayeredLayout.LineGap || group.High < other.Low - LayeredLayout.LineGap));
            if (track < 0)
            {
                track = tracks.Count;
                tracks.Add([]);
            }

            tracks[track].Add((group.Low, group.High));
            foreach (var crossing in group.Crossings) crossing.Track = first + track * TrackHeight;
        }

        return first + Math.Max(0, tracks.Count - 1) * TrackHeight + Entry;
    }

    private PictureLine LineOf(LayerPath path)
    {
        var label = path.Link.Label;
        var (source, target) = (path.Items[0], path.Items[^1]);
        if (path.Items.Count == 1 || source == target) return SelfLine(source, label);
        if (IsBetweenNeighbours(path))
        {
            var y = tops[source.Layer] + Math.Min(source.Box!.Height, target.Box!.Height) / 2;
            var (from, to) = source.X < target.X ? (source.Box.X + source.Width, target.Box.X) : (source.Box.X, target.Box.X + target.Width);
            return new([(from, y), (to, y)], label, source.X < target.X ? from + LabelOffset : from - LabelOffset - LabelWidth(label), y - LabelOffset);
        }

        var points = new List<(double X, double Y)>();
        var start = ExitOf(path, source);
        var (leaves, enters) = (source.Box!, target.Box!);
        points.Add((start, EdgeAt(leaves, start, path.Backward)));
        for (var step = 1; step < path.Items.Count; step++)
        {
            if (!crossings.TryGetValue((path, step), out var crossing)) continue;
            if (Math.Abs(crossing.From - crossing.To) > Straight)
            {
                points.Add((crossing.From, crossing.Track));
                points.Add((crossing.To, crossing.Track));
            }
            else if (step == path.Items.Count - 1 || path.Items[step].Box is not null)
            {
                // The last stretch ends on the arrow's own line.
                points[^1] = points.Count == 1 ? points[^1] : (crossing.To, points[^1].Y);
            }
        }

        if (path.Backward)
        {
            var y = enters.Y + enters.Height / 2;
            points.Add((points[^1].X, y));
            points.Add((points[^1].X > target.X ? enters.X + enters.Width : enters.X, y));
        }
        else
        {
            points.Add((points[^1].X, path.Level ? enters.Bottom : enters.Y));
        }

        var labelY = path.Backward ? leaves.Y - LabelOffset : leaves.Bottom + PictureBuilder.SmallSize + Margin;
        return new(points, label, start + LabelOffset, labelY);
    }

    /// <summary>Where a line at <paramref name="x"/> touches the box: a choice's sides are slanted.</summary>
    private static double EdgeAt(PictureBox box, double x, bool above)
    {
        var inward = box.Shape == Shape.Choice ? box.Height * Math.Abs(x - box.Middle) / box.Width : 0;
        return above ? box.Y + inward : box.Bottom - inward;
    }

    private static PictureLine SelfLine(LayerItem source, string label)
    {
        var (right, y, height) = (source.Box!.X + source.Width, source.Box.Y, source.Box.Height);
        return new([(right, y + height * 0.3), (right + SelfLoop, y + height * 0.3), (right + SelfLoop, y + height * 0.7), (right, y + height * 0.7)],
            label, right + SelfLoop + LabelOffset, y + height / 2);
    }

    private double ExitOf(LayerPath path, LayerItem source) => exits[(source, path.Link.Label, path.Backward && path.Items[1].Layer < source.Layer)];

    private bool IsBetweenNeighbours(LayerPath path) => graph.IsBetweenNeighbours(path);

    /// <summary>Everything to the right of zero.</summary>
    /// <returns>The width of the whole.</returns>
    private double MoveToEdge(List<PictureLine> lines)
    {
        var boxes = graph.Layers.SelectMany(layer => layer).Select(item => item.Box).OfType<PictureBox>().ToList();
        var left = boxes.Min(box => box.X);
        var right = boxes.Max(box => box.X + box.Width);
        foreach (var line in lines)
        {
            left = Math.Min(left, line.Points.Min(point => point.X));
            right = Math.Max(right, Math.Max(line.Points.Max(point => point.X), line.LabelX + LabelWidth(line.Label)));
        }

        foreach (var box in boxes) box.X -= left;
        for (var i = 0; i < lines.Count; i++)
            lines[i] = lines[i] with { Points = [.. lines[i].Points.Select(point => (point.X - left, point.Y))], LabelX = lines[i].LabelX - left };
        return right - left;
    }

    private static double LabelWidth(string label) => PictureWords.Measure(label) * PictureBuilder.SmallSize;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
