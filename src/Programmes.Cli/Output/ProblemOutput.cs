using System.Text.Json;
using Programmes.Core;
using Spectre.Console;

namespace Programmes.Cli.Output;

/// <summary>Problems as JSON and for people.</summary>
internal static class ProblemOutput
{
    public static bool HaveErrors(this IEnumerable<Problem> problems) => problems.Any(problem => problem.Severity == ProblemSeverity.Error);

    public static void Problems(this Utf8JsonWriter json, Session session, IEnumerable<Problem> problems)
    {
        json.WriteStartArray("problems");
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("severity", problem.Severity == ProblemSeverity.Error ? "error" : "warning");
            json.WriteString("code", problem.Code);
            json.WriteString("message", session.Say(problem.Message));
            json.WriteString("file", problem.File);
            json.WriteString("activity", problem.ActivityId);
            json.WriteString("property", problem.Property);
            json.Day("on", problem.On);
            json.Number("batch", problem.Batch);
            json.WriteString("unit", problem.Unit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Errors first, each with its place.</summary>
    public static void Write(Session session, IReadOnlyCollection<Problem> problems, Func<int, string>? batchName = null)
    {
        var screen = session.Terminal.Screen;
        foreach (var problem in problems.OrderByDescending(problem => problem.Severity))
        {
            var (colour, word) = problem.Severity == ProblemSeverity.Error ? ("red", session.Say("错误", "error")) : ("yellow", session.Say("警告", "warning"));
            string?[] places =
            [
                problem.File,
                problem.ActivityId is { } activity ? session.Say($"活动 {activity}", $"activity {activity}") : null,
                problem.Property,
                problem.Batch is { } batch ? batchName?.Invoke(batch) ?? session.Say($"批次 {batch}", $"batch {batch}") : null,
                problem.Unit is { } unit ? session.Say($"单位 {unit}", $"unit {unit}") : null,
            ];
            var place = string.Join(" · ", places.Where(part => part is not null));
            screen.MarkupLine($"[{colour}]{word}[/] {Markup.Escape(session.Say(problem.Message))} [grey]({Markup.Escape(problem.Code)})[/]");
            if (place.Length > 0) screen.MarkupLine($"     [grey]{Markup.Escape(place)}[/]");
        }
    }

    /// <summary>How many of each, in words.</summary>
    public static string Count(Session session, IReadOnlyCollection<Problem> problems)
    {
        var errors = problems.Count(problem => problem.Severity == ProblemSeverity.Error);
        return session.Say($"{errors} 个错误，{problems.Count - errors} 个警告", $"{errors} errors, {problems.Count - errors} warnings");
    }
}
