using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Core.Workflows;

namespace Programmes.Core.Tests.Programmes;

/// <summary>A plan that ships: its definitions and its sample launch, and what holds for every such plan.</summary>
internal sealed class ShippedPlan
{
    private readonly string folder;
    private readonly List<WorkflowDefinition> definitions = [];

    public ShippedPlan(string folder, params string[] files)
    {
        this.folder = folder;
        foreach (var file in files)
        {
            var reading = DefinitionReader.Read(LaunchFiles.Text($"{folder}/{file}"), file);
            reading.Problems.ShouldBeEmpty();
            definitions.Add(reading.Definition!);
        }

        var launch = LaunchReader.Read(LaunchFiles.Text($"{folder}/launch.example.json"), "launch.example.json");
        launch.Problems.ShouldBeEmpty();
        Example = launch.Launch!;
    }

    public Launch Example { get; }

    public Activity Step(string definition, string id) => definitions.Single(one => one.DefinitionId == definition).Find(id).ShouldNotBeNull();

    public RehearsalReport Rehearse(BehaviourPolicy policy, long seed = 1) =>
        Core.Rehearsal.Rehearsal.Run(Example, new DefinitionSet(definitions), WorkingDayCalendar.Official, new(policy, seed));

    public static string? Input(Activity activity, string name) =>
        activity.Inputs.GetValueOrDefault(name) is LiteralExpression literal ? WorkflowValue.AsText(literal.Value) : null;

    /// <summary>
    /// The launch gives all that is needed and nothing else; every step cites its paragraph and has both titles; no box lies on another;
    /// nothing in the texts names a real place.
    /// </summary>
    public void ShouldBeInOrder(params string[] realNames)
    {
        LaunchChecks.Check(Example, definitions).ShouldBeEmpty();
        foreach (var activity in definitions.SelectMany(definition => definition.Activities.Values))
        {
            if (activity.Descriptor.FindInput("clause") is not null) activity.Inputs.ShouldContainKey("clause", activity.Id);
            if (activity.Descriptor.FindInput("titleEn") is not null) Input(activity, "titleEn").ShouldNotBeNullOrEmpty(activity.Id);
            if (activity.Graph is not null) activity.Children.Select(child => child.Source["metadata"]!["designer"]!["position"]!.ToJsonString()).ShouldBeUnique();
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "workflows", folder)))
            foreach (var name in realNames) File.ReadAllText(file).ShouldNotContain(name);
    }

    /// <summary>Whatever people do, the plan ends, and nothing stops on the way.</summary>
    public void ShouldEnd(BehaviourPolicy policy, long seed = 1)
    {
        var report = Rehearse(policy, seed);
        report.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).ShouldBeEmpty();
        report.Events.ShouldNotContain(e => e.Kind == EventKinds.Incident);
        report.Summary.FinishedOn.ShouldNotBeNull();
        report.Summary.Results.Values.Sum().ShouldBe(Example.Units.Count);
    }
}
