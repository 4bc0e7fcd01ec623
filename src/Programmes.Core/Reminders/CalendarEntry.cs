namespace Programmes.Core.Reminders;

/// <summary>A whole-day entry of a calendar that a person's own calendar program shows.</summary>
/// <param name="Uid">Stays the same for the life of what it shows; see <see cref="UidOf"/>.</param>
/// <param name="Sequence">Rises whenever the entry changes; a calendar program keeps the highest. Less than zero counts as zero.</param>
/// <param name="Title">Shown on one line.</param>
/// <param name="Description">May have several lines; null: none.</param>
/// <param name="From">The first day (Asia/Shanghai), inclusive.</param>
/// <param name="Until">The last day, inclusive; a day before <paramref name="From"/> counts as that day.</param>
/// <param name="Url">Its page: absolute, http or https; anything else is left out.</param>
/// <param name="Cancelled">It was withdrawn: calendar programs strike it out or take it away.</param>
public sealed record CalendarEntry(
    string Uid, int Sequence, string Title, string? Description, DateOnly From, DateOnly Until, string? Url = null, bool Cancelled = false)
{
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The same in every feed and mail, so that a calendar program that meets it twice shows it once.</summary>
    /// <param name="kind">Such as <c>work</c>, <c>notice</c> or <c>stage</c>.</param>
    public static string UidOf(string kind, string id) => $"{kind}-{id}@programmes";
}
