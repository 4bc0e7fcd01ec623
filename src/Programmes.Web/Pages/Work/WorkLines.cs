using Programmes.Engine.Queries;

namespace Programmes.Web.Pages.Work;

/// <summary>Work as a table; where it can be urged, with boxes that belong to the form <c>urge</c>.</summary>
/// <param name="Urging">Null: no boxes.</param>
/// <param name="Chosen">Ids of work items whose boxes are ticked.</param>
public sealed record WorkLines(IReadOnlyList<WorkLine> Lines, IReadOnlyDictionary<string, UrgeMark>? Urging = null, IReadOnlySet<string>? Chosen = null)
{
    public bool HasBoxes { get; } = Urging is not null && Urging.Values.Any(mark => mark.MayUrge);
}
