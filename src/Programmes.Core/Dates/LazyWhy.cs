using System.Collections;

namespace Programmes.Core.Dates;

/// <summary>An explanation that is written when somebody reads it: rehearsals resolve millions of dates that nobody opens.</summary>
internal sealed class LazyWhy(Func<IReadOnlyList<Text>> write) : IReadOnlyList<Text>
{
    private IReadOnlyList<Text>? lines;

    // Writing twice gives equal lines, so that a race does no harm.
    private IReadOnlyList<Text> Lines => lines ??= write();

    public Text this[int index] => Lines[index];
    public int Count => Lines.Count;
    public IEnumerator<Text> GetEnumerator() => Lines.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
