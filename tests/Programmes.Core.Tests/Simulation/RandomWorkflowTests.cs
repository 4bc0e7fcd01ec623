using System.Text.Json.Nodes;
using Programmes.Core.Calendars;
using Programmes.Core.Tests.Workflows;
using Programmes.Core.Workflows;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Simulation;

/// <summary>
/// Random definitions driven by random stimuli, doubled and late ones among them, with invariants after every step.
/// A failure names its seed; put it into <see cref="Seeds"/> to keep it.
/// </summary>
public class RandomWorkflowTests
{
    private const int StepsMax = 60;
    private static readonly string[] Outcomes = ["Done", "Apply", "Waive", "Pass", "Fail"];

    public static TheoryData<long> Seeds => [.. Enumerable.Range(1, 150).Select(seed => (long)seed)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void RandomWorkflow_KeepsItsInvariants(long seed)
    {
        try
        {
            var first = Drive(seed);
            Drive(seed).ShouldBe(first, "the same seed must give the same history");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
        }
    }

    private static string Drive(long seed)
    {
        var random = new SeededRandom(seed);
        var definition = Generate(random);
        if (definition is null) return "refused";
        var calendar = RandomCalendar(random);
        var state = Interpreter.NewInstance("i");
        var now = Now;
        var openBookmarks = new HashSet<int>();
        var openExecutions = new HashSet<int>();
        var openItems = new HashSet<string>();
        var ended = 0;
        var looped = false;
        Apply(new Start());
        for (var step = 0; step < StepsMax && state.Status == InstanceStatus.Running && !looped; step++)
        {
            var bookmark = state.Bookmarks.Count == 0 ? null : random.Pick(state.Bookmarks);
            Stimulus stimulus = random.Next(10) switch
            {
                0 => new TimerDue(random.Between(1, 50)),
                1 => new EventPublished("nobody-waits"),
                2 => new Retry(),
                _ when bookmark?.DueAt is { } due => new TimerDue(bookmark.Id) { NominalAt = due },
                _ when bookmark?.Kind == BookmarkKind.WorkItem => new WorkItemClosed(bookmark.Key!, random.Pick(Outcomes)),
                _ when bookmark is not null => new EventPublished(bookmark.Key!),
                _ => new Retry(),
            };
            if (stimulus.NominalAt > now) now = stimulus.NominalAt.Value;
            Apply(stimulus);
            // Whatever happened once must not happen again.
            if (stimulus is TimerDue or WorkItemClosed && random.Chance(30)) Apply(stimulus);
        }

        if (state.Status == InstanceStatus.Running) Apply(new Cancel("enough"));
        state.Status.ShouldBe(InstanceStatus.Finished);
        state.Nodes.ShouldBeEmpty();
        state.Bookmarks.ShouldBeEmpty();
        openBookmarks.ShouldBeEmpty();
        openExecutions.ShouldBeEmpty();
        openItems.ShouldBeEmpty();
        ended.ShouldBe(1);
        return StateJson.Serialize(state);

        void Apply(Stimulus stimulus)
        {
            var before = StateJson.Serialize(state);
            var decision = Interpreter.Decide(definition, state, stimulus, new DecisionContext { Now = now, Calendar = calendar });
            StateJson.Serialize(state).ShouldBe(before);
            state = StateJson.Deserialize(StateJson.Serialize(decision.State));
            foreach (var command in decision.Commands)
            {
                switch (command)
                {
                    case AddBookmark add: openBookmarks.Add(add.Bookmark.Id).ShouldBeTrue(); break;
                    case RemoveBookmark remove: openBookmarks.Remove(remove.Bookmark).ShouldBeTrue(); break;
                    case RecordActivity { Status: ActivityStatus.Running or ActivityStatus.Faulted } open: openExecutions.Add(open.Execution).ShouldBeTrue(); break;
                    case EndActivity end: openExecutions.Remove(end.Execution).ShouldBeTrue(); break;
                    case OpenWorkItem item: openItems.Add(item.Id).ShouldBeTrue(); break;
                    case CloseWorkItem item: openItems.Remove(item.Id).ShouldBeTrue(); break;
                    case RaiseIncident incident: looped |= incident.Code is "endless-loop" or "too-many-open"; break;
                    case EndInstance: ended++; break;
                }
            }

            openBookmarks.Order().ShouldBe(state.Bookmarks.Select(b => b.Id).Order());
            openExecutions.Order().ShouldBe(state.Nodes.Select(node => node.Execution).Order());
            state.Nodes.ShouldAllBe(node => node.Parent == 0 || state.Nodes.Any(other => other.Id == node.Parent));
            state.Bookmarks.ShouldAllBe(b => state.Nodes.Any(node => node.Id == b.Node));
            StateJson.SerializeToUtf8(state).Length.ShouldBeLessThan(InstanceState.JsonLengthMax);
            // It waits for something, it is over, or somebody was told.
            if (state.Status == InstanceStatus.Running && state.Bookmarks.Count == 0) (state.SubStatus == InstanceSubStatus.Faulted).ShouldBeTrue();
        }
    }

    /// <summary>What is known of the holidays by a random day, and some local days beside it.</summary>
    private static WorkingDayCalendar RandomCalendar(SeededRandom random)
    {
        var known = new DateOnly(2020, 1, 1).AddDays(random.Next(2_500));
        var local = Enumerable.Range(0, random.Next(6)).Select(_ => new DateOnly(2023, 9, 1).AddDays(random.Next(400))).Distinct()
            .Select(on => new LocalDay(on, random.Chance(50), Text.Same("地方安排"), "simulation", known)).ToList();
        return WorkingDayCalendar.Official.AsKnownOn(known).With(local);
    }

    /// <summary>A random flowchart of up to twelve activities, with forks, decisions, joins of any mode, waits, loops and containers.</summary>
    private static WorkflowDefinition? Generate(SeededRandom random)
    {
        var count = random.Between(2, 12);
        var activities = Enumerable.Range(0, count).Select(i => Some(random, $"a{i}", 2)).ToArray();
        var wires = new List<string>();
        for (var i = 0; i < count; i++)
        {
            // Forward mostly; now and then back, which makes a loop.
            foreach (var port in Ports(activities[i]))
                for (var edges = random.Between(i == 0 ? 1 : 0, 2); edges > 0; edges--)
                {
                    var target = random.Chance(85) ? random.Between(Math.Min(i + 1, count - 1), count - 1) : random.Next(count);
                    if (target != i) wires.Add($"a{i}:{port} -> a{target}");
                }
        }

        for (var i = 1; i < count; i++)
            if (!wires.Exists(wire => wire.EndsWith($"-> a{i}", StringComparison.Ordinal))) wires.Add($"a0:{Ports(activities[0])[0]} -> a{i}");
        activities[0]["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        var json = ChartJson(string.Join(';', wires.Distinct()), activities);
        return DefinitionReader.Read(json.ToJsonString(), "random").Definition;
    }

    private static string[] Ports(JsonObject activity) => (string)activity["type"]! switch
    {
        "Elsa.FlowDecision" => ["True", "False"],
        "Elsa.FlowFork" => ["A", "B"],
        "Programmes.RecurringWork" => ["Done", "Missed"],
        "Programmes.Probation" => ["Passed", "Failed", "NotApplied"],
        _ => ["Done"],
    };

    private static JsonObject Some(SeededRandom random, string id, int depth)
    {
        var activity = random.Next(depth > 0 ? 14 : 10) switch
        {
            0 => Line(id),
            1 => Wait(id),
            2 => Act("Delay", id, ("timeSpan", Literal($"{random.Between(1, 900)}.00:00:00"))),
            3 => Act("FlowDecision", id, ("condition", Literal(random.Chance(50), "Boolean"))),
            4 => Act("FlowFork", id, ("branches", Literal(new JsonArray("A", "B")))),
            5 => Act("FlowJoin", id, ("mode", Literal(random.Pick(["WaitAll", "WaitAllActive", "WaitAny"])))),
            6 => Act("Programmes.WorkItem", id, ("title", Literal(id)), ("role", Literal("office")), ("due", Literal(random.Chance(50) ? "opened + 5 working days" : "2024-02-10")),
                ("onOverdue", Literal(random.Pick(["stay", "branch"])))),
            7 => Act("Fault", id, ("code", Literal("x"))),
            8 => Act("Programmes.RecurringWork", id, ("title", Literal(id)), ("role", Literal("office")), ("every", Literal(random.Pick(["Month", "Quarter", "HalfYear", "Year"]))),
                ("from", Literal("2023-09-01")), ("until", Literal($"{random.Between(2023, 2026)}-12-31")), ("due", Literal("period.end + 10 days")), ("closes", Literal(random.Chance(50) ? "period.end + 2 months" : null))),
            9 => Act("Programmes.Probation", id, ("title", Literal(id)), ("role", Literal("office")), ("checker", Literal("office")), ("rechecks", Literal(random.Between(1, 3), "Int32"))),
            10 => Act("Sequence", id, ("activities", new JsonArray(Some(random, $"{id}s", depth - 1), Some(random, $"{id}t", depth - 1)))),
            11 => Act("Fork", id, ("joinMode", Literal(random.Pick(["WaitAll", "WaitAny"]))), ("branches", new JsonArray(Some(random, $"{id}s", depth - 1), Some(random, $"{id}t", depth - 1)))),
            12 => Act("For", id, ("start", Literal(1, "Int32")), ("end", Literal(random.Between(0, 3), "Int32")), ("body", Some(random, $"{id}b", depth - 1))),
            _ => Act("Programmes.Stage", id, ("title", Literal(id)), ("body", Some(random, $"{id}b", depth - 1))),
        };
        if ((string)activity["type"]! != "Elsa.FlowJoin" && random.Chance(25)) activity.With(random.Pick(["Stream", "Merge", "Converge", "Cascade", "Race"]));
        return activity;
    }
}
