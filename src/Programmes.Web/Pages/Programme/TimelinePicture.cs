using System.Globalization;
using Programmes.Core;
using Programmes.Engine.Queries;

namespace Programmes.Web.Pages.Programme;

/// <param name="Kind"><c>open</c>, <c>closed</c>, <c>late</c>, <c>planned</c>.</param>
public sealed record TimelineBar(double X, double Width, string Kind, bool Provisional);

/// <param name="Heading">A batch's own line.</param>
public sealed record TimelineLine(Text Label, bool Heading, double Y, TimelineBar? Planned, TimelineBar? Actual);

public sealed record TimelineTick(double X, string Label, bool Strong);

/// <summary>Where everything of a timeline stands in its picture; units are those of the picture's view box.</summary>
public sealed class TimelinePicture
{
    public const double Width = 1160;
    public const double LabelWidth = 252;
    public const double RowHeight = 26;
    public const double Top = 34;
    private const double Right = 12;
    private const int MonthsWithLabelsMax = 20;

    private readonly DateOnly from;
    private readonly DateOnly until;

    public TimelinePicture(Timeline timeline)
    {
        from = new(timeline.From.Year, timeline.From.Month, 1);
        var last = timeline.Until < timeline.From.AddMonths(2) ? timeline.From.AddMonths(2) : timeline.Until;
        until = new DateOnly(last.Year, last.Month, 1).AddMonths(1);
        var y = Top;
        var lines = new List<TimelineLine>();
        foreach (var row in timeline.Rows)
        {
            lines.Add(new(Text.Same(row.Name), true, y, null, null));
            y += RowHeight;
            var previousEnd = row.Start?.On;
            foreach (var stage in row.Stages)
            {
                lines.Add(Line(stage, y, previousEnd, timeline.Today));
                previousEnd = stage.PlannedEnd?.On ?? previousEnd;
                y += RowHeight;
            }
        }

        Lines = lines;
        Height = y + 8;
        Today = timeline.Today >= from && timeline.Today <= until ? X(timeline.Today) : null;
        Ticks = [.. MonthTicks()];
    }

    public IReadOnlyList<TimelineLine> Lines { get; }
    public IReadOnlyList<TimelineTick> Ticks { get; }
    public double Height { get; }

    /// <summary>Null: today is outside the picture.</summary>
    public double? Today { get; }

    /// <summary>For an SVG attribute.</summary>
    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A stage without a start of its own follows the one before.</summary>
    private TimelineLine Line(TimelineStage stage, double y, DateOnly? previousEnd, DateOnly today)
    {
        var plannedFrom = stage.PlannedStart?.On ?? previousEnd ?? stage.OpenedOn;
        var planned = plannedFrom is { } start && stage.PlannedEnd is { } end && end.On >= start ? Bar(start, end.On, "planned", end.Provisional) : null;
        var actual = stage.OpenedOn is { } opened ? Bar(opened, stage.ClosedOn ?? (today < opened ? opened : today), stage.IsLate ? "late" : stage.State == StageState.Open ? "open" : "closed", false) : null;
        return new(stage.Title, false, y, planned, actual);
    }

    private TimelineBar Bar(DateOnly start, DateOnly end, string kind, bool provisional) => new(X(start), Math.Max(3, X(end.AddDays(1)) - X(start)), kind, provisional);

    private double X(DateOnly on) => LabelWidth + (on.DayNumber - from.DayNumber) / (double)(until.DayNumber - from.DayNumber) * (Width - LabelWidth - Right);

    private IEnumerable<TimelineTick> MonthTicks()
    {
        var months = (until.Year - from.Year) * 12 + until.Month - from.Month;
        for (var month = from; month < until; month = month.AddMonths(1))
        {
            var strong = month.Month == 1 || month == from;
            var quarter = month.Month is 1 or 4 or 7 or 10;
            if (months > MonthsWithLabelsMax && !quarter && !strong) continue;
            yield return new(X(month), strong ? $"{month.Year}.{month.Month}" : $"{month.Month}", strong);
        }
    }
}
