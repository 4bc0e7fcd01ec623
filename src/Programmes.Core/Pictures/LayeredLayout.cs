namespace Programmes.Core.Pictures;

/// <summary>Gives boxes in layers their places, and lines their corners.</summary>
internal static class LayeredLayout
{
    public const double BoxGap = 26;
    public const double LineGap = 14;
    private const double LabelRoom = 20;
    private const int Sweeps = 48;

    /// <summary>Everything begins this much too far apart, so that it can draw together.</summary>
    private const double Loose = 1.1;

    // Lines that pass several layers should be straight, then chains of steps; branches only hold together.
    private const double StraightWeight = 8;
    private const double ChainWeight = 4;
    private const double BranchWeight = 0.05;
    private const double Loosest = 0.01;

    /// <returns>Width and height of the whole.</returns>
    public static (double Width, double Height) Arrange(IReadOnlyList<PictureBox> boxes, IReadOnlyList<PictureLink> links, bool drawn, List<PictureLine> lines)
    {
        var graph = new LayeredGraph(boxes, links, drawn);
        MakeRoomForLabels(graph);
        Align(graph);
        return new LineRouting(graph).Route(lines);
    }

    /// <summary>Between neighbours of one layer the outcome stands on the line; below a box its outcomes stand side by side.</summary>
    private static void MakeRoomForLabels(LayeredGraph graph)
    {
        foreach (var path in graph.Paths.Where(graph.IsBetweenNeighbours))
        {
            var layer = graph.Layers[path.Items[0].Layer];
            var left = layer.IndexOf(path.Items[0]) < layer.IndexOf(path.Items[^1]) ? path.Items[0] : layer[layer.IndexOf(path.Items[0]) - 1];
            left.LabelAfter = PictureWords.Measure(path.Link.Label) * PictureBuilder.SmallSize + LabelRoom;
        }

        foreach (var source in graph.Paths.Where(path => !graph.IsBetweenNeighbours(path)).GroupBy(path => path.Items[0]))
        {
            var labels = source.Select(path => path.Link.Label).Distinct().ToList();
            var box = source.Key.Box!;
            if (labels.Count > 1 && box.Children.Count == 0)
                box.Width = Math.Max(box.Width, labels.Sum(label => PictureWords.Measure(label) * PictureBuilder.SmallSize + LabelRoom));
        }
    }

    /// <summary>Middles one above the other where that can be, and never closer than the gaps.</summary>
    private static void Align(LayeredGraph graph)
    {
        foreach (var layer in graph.Layers)
            for (var i = 1; i < layer.Count; i++) layer[i].X = layer[i - 1].X + Loose * Apart(layer[i - 1], layer[i]);
        for (var sweep = 0; sweep < Sweeps; sweep++)
            foreach (var layer in sweep % 2 == 0 ? graph.Layers : Enumerable.Reverse(graph.Layers))
            {
                var wanted = layer.Select(Wanted).ToArray();
                var apart = Enumerable.Range(1, Math.Max(0, layer.Count - 1)).Select(i => Apart(layer[i - 1], layer[i])).ToArray();
                var places = Spread([.. wanted.Select(place => place.X)], [.. wanted.Select(place => place.Weight)], apart);
                for (var i = 0; i < layer.Count; i++) layer[i].X = places[i];
            }
    }

    /// <summary>Near everything that it is linked with, above and below.</summary>
    private static (double X, double Weight) Wanted(LayerItem item)
    {
        double sum = 0, weights = 0;
        foreach (var above in item.Above) Add(above, WeightOf(above, item));
        foreach (var below in item.Below) Add(below, WeightOf(item, below));
        return weights == 0 ? (item.X, Loosest) : (sum / weights, weights);

        void Add(LayerItem other, double weight)
        {
            sum += other.X * weight;
            weights += weight;
        }
    }

    private static double WeightOf(LayerItem upper, LayerItem lower) =>
        upper.Box is null && lower.Box is null ? StraightWeight
        : upper.Below.Count == 1 && lower.Above.Count == 1 ? ChainWeight
        : upper.Below.Count == 1 || lower.Above.Count == 1 && lower.Box is null ? 1
        : BranchWeight;

    private static double Apart(LayerItem left, LayerItem right) =>
        (left.Width + right.Width) / 2 + Math.Max(left.LabelAfter, left.Box is null || right.Box is null ? LineGap : BoxGap);

    /// <summary>
    /// The places closest to those wanted (least squares) that keep the order and the distances: pool adjacent violators.
    /// </summary>
    /// <param name="apart">Between each and the next.</param>
    public static double[] Spread(double[] wanted, double[] weights, double[] apart)
    {
        var offsets = new double[wanted.Length];
        for (var i = 1; i < wanted.Length; i++) offsets[i] = offsets[i - 1] + apart[i - 1];
        var pools = new List<(double Sum, double Weight, int Count)>();
        for (var i = 0; i < wanted.Length; i++)
        {
            var pool = (Sum: (wanted[i] - offsets[i]) * weights[i], Weight: weights[i], Count: 1);
            while (pools.Count > 0 && pools[^1].Sum / pools[^1].Weight > pool.Sum / pool.Weight)
            {
                pool = (pool.Sum + pools[^1].Sum, pool.Weight + pools[^1].Weight, pool.Count + pools[^1].Count);
                pools.RemoveAt(pools.Count - 1);
            }

            pools.Add(pool);
        }

        var places = new double[wanted.Length];
        var next = 0;
        foreach (var (sum, weight, count) in pools)
            for (var i = 0; i < count; i++, next++) places[next] = sum / weight + offsets[next];
        return places;
    }
}
