using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;

namespace Programmes.Engine.Queries;

/// <summary>Days that follow from the launch alone, for steps that nobody has reached yet. Days that depend on what happens are not known.</summary>
internal sealed class PlannedDates(Launch launch, Batch? batch, WorkingDayCalendar calendar)
{
    public ShownDate? Of(Activity activity, string input) =>
        activity.Inputs.GetValueOrDefault(input) is LiteralExpression { Value: string rule } ? Of(rule) : null;

    public ShownDate? Of(string rule) => new LaunchDates(launch, batch, calendar).Of(rule) is { } date ? ShownDate.Of(date.On, date.IsProvisional, date.Why, calendar) : null;
}

/// <summary>The definitions that a programme is made of, as its launch pins them.</summary>
internal sealed record ProgrammeShape(Launch Launch, WorkflowDefinition Programme, WorkflowDefinition? Batch, WorkflowDefinition? Unit)
{
    /// <summary>Null: the programme does not exist.</summary>
    public static async Task<ProgrammeShape?> LoadAsync(Storage.ProgrammesDb db, Definitions.DefinitionLibrary library, string programme, CancellationToken cancellationToken)
    {
        var row = await Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.FirstOrDefaultAsync(
            db.Programmes.Where(one => one.Id == programme).Select(one => new { one.DefinitionId, one.DefinitionVersion, one.LaunchRevision }), cancellationToken).ConfigureAwait(false);
        if (row is null) return null;
        var pins = await Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToDictionaryAsync(
            db.ProgrammeDefinitions.Where(pin => pin.ProgrammeId == programme), pin => pin.DefinitionId, pin => pin.Version, cancellationToken).ConfigureAwait(false);
        var launch = await library.LaunchAsync(programme, row.LaunchRevision, cancellationToken).ConfigureAwait(false);
        var top = await library.DefinitionAsync(row.DefinitionId, row.DefinitionVersion, cancellationToken).ConfigureAwait(false);
        var batch = await ChildAsync(top, "Programmes.DispatchBatches").ConfigureAwait(false);
        return new(launch, top, batch, batch is null ? null : await ChildAsync(batch, "Programmes.DispatchUnits").ConfigureAwait(false));

        async Task<WorkflowDefinition?> ChildAsync(WorkflowDefinition parent, string type)
        {
            var id = parent.Activities.Values.Where(activity => activity.Type == type)
                .Select(activity => (activity.Inputs.GetValueOrDefault("workflowDefinitionId") as LiteralExpression)?.Value as string).FirstOrDefault(id => id is not null);
            return id is not null && pins.TryGetValue(id, out var version) ? await library.DefinitionAsync(id, version, cancellationToken).ConfigureAwait(false) : null;
        }
    }

    public static Core.Text TitleOf(Activity activity)
    {
        var zh = Literal(activity, "title") ?? activity.DisplayText;
        return new(zh, Literal(activity, "titleEn") ?? zh);
    }

    public static string? Literal(Activity activity, string input) => (activity.Inputs.GetValueOrDefault(input) as LiteralExpression)?.Value as string;

    public static int? Number(Activity activity, string input) => (activity.Inputs.GetValueOrDefault(input) as LiteralExpression)?.Value is { } value && int.TryParse(WorkflowValue.AsText(value), out var number) ? number : null;
}
