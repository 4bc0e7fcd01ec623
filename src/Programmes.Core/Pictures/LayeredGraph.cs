namespace Programmes.Core.Pictures;

/// <summary>A place in a layer: a box, or where a line passes the layer.</summary>
internal sealed class LayerItem
{
    /// <summary>Null: a line passes here.</summary>
    public PictureBox? Box { get; init; }
    public required int Layer { get; init; }

    /// <summary>Order within the layer, from left to right.</summary>
    public (double Cross, double Tie) Key { get; set; }

    /// <summary>The middle.</summary>
    public double X { get; set; }
    public double Width => Box?.Width ?? 0;
    public List<LayerItem> Above { get; } = [];
    public List<LayerItem> Below { get; } = [];

    /// <summary>Room that a label needs between this item and the next one.</summary>
    public double LabelAfter { get; set; }
}

/// <summary>How a link runs through the layers: the items from its source to its target.</summary>
/// <param name="Backward">It leads to an earlier layer and enters its target from the side; the last item but one lies beside the target.</param>
internal sealed record LayerPath(PictureLink Link, IReadOnlyList<LayerItem> Items, bool Backward)
{
    /// <summary>Between boxes of the same layer.</summary>
    public bool Level => Items[0].Layer == Items[^1].Layer && !Backward;
}

/// <summary>Boxes in layers, with places for the lines that pass between them.</summary>
internal sealed class LayeredGraph
{
    /// <summary>Boxes whose places in the designer differ by less stand in the same layer.</summary>
    private const double SameLayer = 60;
    private const int OrderSweeps = 8;

    public LayeredGraph(IReadOnlyList<PictureBox> boxes, IReadOnlyList<PictureLink> links, bool drawn)
    {
        var places = drawn ? Places(boxes, links) : null;
        if (places is not null && places.Distinct().Count() < boxes.Count) places = null;
        var layers = places is null ? LayersByLength(boxes.Count, links) : LayersByPlace(places);
        Layers = [.. Enumerable.Range(0, layers.Max() + 1).Select(_ => new List<LayerItem>())];
        var items = new LayerItem[boxes.Count];
        for (var i = 0; i < boxes.Count; i++)
        {
            items[i] = new() { Box = boxes[i], Layer = layers[i], Key = (places?[i].Cross ?? i, 0) };
            Layers[layers[i]].Add(items[i]);
        }

        Paths = [.. links.Select(link => PathOf(link, items))];
        if (places is null) OrderByNeighbours();
        foreach (var layer in Layers) layer.Sort((a, b) => a.Key.CompareTo(b.Key));
    }

    public List<List<LayerItem>> Layers { get; }
    public List<LayerPath> Paths { get; }

    /// <summary>Between boxes of one layer with nothing but lines between them.</summary>
    public bool IsBetweenNeighbours(LayerPath path)
    {
        if (!path.Level) return false;
        var layer = Layers[path.Items[0].Layer];
        var (a, b) = (layer.IndexOf(path.Items[0]), layer.IndexOf(path.Items[^1]));
        return layer.GetRange(Math.Min(a, b) + 1, Math.Abs(a - b) - 1).TrueForAll(item => item.Box is null);
    }

    /// <summary>The designer's places, turned so that most lines lead down.</summary>
    private static List<(double Main, double Cross)>? Places(IReadOnlyList<PictureBox> boxes, IReadOnlyList<PictureLink> links)
    {
        if (boxes.Any(box => box.Drawn is null)) return null;
        double right = 0, down = 0;
        foreach (var link in links)
        {
            right += Math.Abs(boxes[link.To].Drawn!.Value.X - boxes[link.From].Drawn!.Value.X);
            down += Math.Abs(boxes[link.To].Drawn!.Value.Y - boxes[link.From].Drawn!.Value.Y);
        }

        return [.. boxes.Select(box => right >= down ? (box.Drawn!.Value.X, box.Drawn.Value.Y) : (box.Drawn!.Value.Y, box.Drawn.Value.X))];
    }

    private static int[] LayersByPlace(List<(double Main, double Cross)> places)
    {
        var layers = new int[places.Count];
        var layer = -1;
        var last = double.NegativeInfinity;
        foreach (var i in Enumerable.Range(0, places.Count).OrderBy(i => places[i].Main).ThenBy(i => i))
        {
            if (places[i].Main - last >= SameLayer) layer++;
            last = places[i].Main;
            layers[i] = layer;
        }

        return layers;
    }

    /// <summary>Each box a layer below the last of those that lead to it; ways back are left out.</summary>
    private static int[] LayersByLength(int count, IReadOnlyList<PictureLink> links)
    {
        var forward = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        var inbound = new int[count];
        var state = new int[count];
        foreach (var start in Enumerable.Range(0, count).OrderBy(i => links.Any(link => link.To == i && link.From != i)))
            if (state[start] == 0) Visit(start, links, state, forward, inbound);
        var layers = new int[count];
        var ready = new Queue<int>(Enumerable.Range(0, count).Where(i => inbound[i] == 0));
        while (ready.TryDequeue(out var from))
            foreach (var to in forward[from])
            {
                layers[to] = Math.Max(layers[to], layers[from] + 1);
                if (--inbound[to] == 0) ready.Enqueue(to);
            }

        return layers;
    }

    private static void Visit(int from, IReadOnlyList<PictureLink> links, int[] state, List<int>[] forward, int[] inbound)
    {
        state[from] = 1;
        foreach (var link in links)
        {
            if (link.From != from || state[link.To] == 1) continue;
            forward[from].Add(link.To);
            inbound[link.To]++;
            if (state[link.To] == 0) Visit(link.To, links, state, forward, inbound);
        }

        state[from] = 2;
    }

    private LayerPath PathOf(PictureLink link, LayerItem[] boxes)
    {
        var (source, target) = (boxes[link.From], boxes[link.To]);
        var items = new List<LayerItem> { source };
        var backward = target.Layer < source.Layer || source == target;
        if (backward)
        {
            // It comes in from the side on which its source lies.
            var side = source.Key.CompareTo(target.Key) < 0 ? -1 : 1;
            for (var layer = source.Layer - 1; layer >= target.Layer; layer--)
                items.Add(Pass(layer, target.Key.Cross, side * (layer == target.Layer ? 1 : 2 + source.Layer)));
        }
        else
        {
            // Beside a box of the same column the line keeps to the side that it comes from; the farther it leads, the farther out.
            var side = source.Key.Cross <= target.Key.Cross ? -1 : 1;
            for (var layer = source.Layer + 1; layer < target.Layer; layer++) items.Add(Pass(layer, target.Key.Cross, side * (2 + target.Layer)));
        }

        if (source != target) items.Add(target);
        for (var i = 1; i < items.Count; i++)
        {
            if (items[i - 1].Layer == items[i].Layer) continue;
            var (upper, lower) = backward ? (items[i], items[i - 1]) : (items[i - 1], items[i]);
            upper.Below.Add(lower);
            lower.Above.Add(upper);
        }

        return new(link, items, backward);
    }

    private LayerItem Pass(int layer, double cross, double tie)
    {
        var item = new LayerItem { Layer = layer, Key = (cross, tie) };
        Layers[layer].Add(item);
        return item;
    }

    /// <summary>Where nobody drew the workflow: everything near what it is linked with.</summary>
    private void OrderByNeighbours()
    {
        for (var sweep = 0; sweep < OrderSweeps; sweep++)
        {
            var down = sweep % 2 == 0;
            foreach (var layer in down ? Layers : Enumerable.Reverse(Layers))
            {
                layer.Sort((a, b) => a.Key.CompareTo(b.Key));
                var keys = layer.Select((item, place) => (down ? item.Above : item.Below) is { Count: > 0 } near ? near.Average(other => other.Key.Cross) : place).ToList();
                var order = Enumerable.Range(0, layer.Count).OrderBy(i => keys[i]).ThenBy(i => i).ToList();
                for (var place = 0; place < order.Count; place++) layer[order[place]].Key = (place, 0);
                layer.Sort((a, b) => a.Key.CompareTo(b.Key));
            }
        }
    }
}
