using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Engine.Queries;

public sealed record DefinitionLine(string Id, int Version, string Name, DateTimeOffset PublishedAt, string? PublishedBy, int Programmes, bool IsLatest);

/// <param name="Depth">How deep it lies within containers, for indentation.</param>
public sealed record DefinitionStep(string Id, Text Title, Text Type, int Depth, string? Clause, string? Role, string? Reviewer, Text? Opens, Text? Due, IReadOnlyList<string> Outcomes, string? Instructions);

public sealed record PictureNode(string Id, string Title, Text Type, double X, double Y, bool IsStep);

public sealed record PictureEdge(string From, string To, string Port);

public sealed record DefinitionShown(DefinitionLine Head, string Hash, string? Plan, IReadOnlyList<DefinitionStep> Steps, IReadOnlyList<PictureNode> Nodes, IReadOnlyList<PictureEdge> Edges, IReadOnlyList<int> Versions);

/// <summary>Published workflow definitions.</summary>
public sealed class DefinitionQueries(IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library)
{
    public const int PageSize = 50;

    public async Task<Paged<DefinitionLine>> ListAsync(Person person, int page, CancellationToken cancellationToken = default)
    {
        _ = person ?? throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await Lines(db, db.Definitions.OrderBy(row => row.Id).ThenByDescending(row => row.Version)).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
    }

    public async Task<DefinitionShown?> FindAsync(Person person, string id, int version, CancellationToken cancellationToken = default)
    {
        _ = person ?? throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var head = await Lines(db, db.Definitions.Where(row => row.Id == id && row.Version == version)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (head is null) return null;
        var versions = await db.Definitions.Where(row => row.Id == id).OrderByDescending(row => row.Version).Select(row => row.Version).ToListAsync(cancellationToken).ConfigureAwait(false);
        var definition = await library.DefinitionAsync(id, version, cancellationToken).ConfigureAwait(false);
        var steps = new List<DefinitionStep>();
        Collect(definition.Root, 0, steps);
        var chart = definition.Root;
        var nodes = chart.Children.Select(activity => new PictureNode(activity.Id, activity.DisplayText, activity.Descriptor.DisplayName, Position(activity, "x"), Position(activity, "y"), activity.Type.StartsWith("Programmes.", StringComparison.Ordinal))).ToList();
        var edges = chart.Graph is { } graph ? chart.Children.SelectMany(activity => graph.Outbound(activity)).Select(edge => new PictureEdge(edge.Source.Id, edge.Target.Id, edge.Port)).ToList() : [];
        return new(head, definition.Hash, definition.CustomProperties?["plan"] is JsonValue plan ? plan.ToString() : null, steps, nodes, edges, versions);
    }

    private static IQueryable<DefinitionLine> Lines(ProgrammesDb db, IQueryable<Storage.Programmes.DefinitionRow> rows) => rows.AsNoTracking().Select(row => new DefinitionLine(
        row.Id, row.Version, row.Name, row.PublishedAt, row.PublishedBy,
        db.ProgrammeDefinitions.Count(pin => pin.DefinitionId == row.Id && pin.Version == row.Version),
        !db.Definitions.Any(other => other.Id == row.Id && other.Version > row.Version)));

    private static void Collect(Activity container, int depth, List<DefinitionStep> steps)
    {
        foreach (var activity in container.Children)
        {
            var isStep = activity.Type.StartsWith("Programmes.", StringComparison.Ordinal);
            if (isStep)
                steps.Add(new(activity.Id, ProgrammeShape.TitleOf(activity), activity.Descriptor.DisplayName, depth, Literal(activity, "clause"), Literal(activity, "role"), Literal(activity, "reviewer"),
                    Rule(activity, "opens") ?? Rule(activity, "start"), Rule(activity, "due") ?? Rule(activity, "end") ?? Rule(activity, "on") ?? Rule(activity, "mustCloseBy"),
                    activity.Inputs.GetValueOrDefault("outcomes") is LiteralExpression { Value: { } outcomes } ? [.. WorkflowValue.AsItems(outcomes).Select(WorkflowValue.AsText)] : [],
                    Literal(activity, "instructions")));
            Collect(activity, isStep ? depth + 1 : depth, steps);
        }
    }

    private static Text? Rule(Activity activity, string input) =>
        Literal(activity, input) is not { } rule ? null : Core.Dates.DateRule.TryParse(rule, out var parsed, out _, out _) ? parsed.Words : Text.Same(rule);

    private static string? Literal(Activity activity, string input) => ProgrammeShape.Literal(activity, input);

    private static double Position(Activity activity, string axis) =>
        activity.Source["metadata"]?["designer"]?["position"]?[axis] is JsonValue value && value.TryGetValue<double>(out var number) ? number : 0;
}
