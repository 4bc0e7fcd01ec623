using System.Text.Json.Nodes;
using Programmes.Core.Calendars;
using Programmes.Core.Workflows;

namespace Programmes.Core.Tests.Workflows;

/// <summary>Definitions and decisions in a line or two.</summary>
internal static class Flow
{
    public static readonly DateTimeOffset Now = ChinaTime.StartOf(new DateOnly(2023, 9, 1)).AddHours(9);

    public static DateOnly Day(string on) => DateOnly.ParseExact(on, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A flowchart from activities such as <c>Elsa.WriteLine a</c> and connections such as <c>a -> b</c> or <c>a:True -> b</c>.</summary>
    public static WorkflowDefinition Chart(string connections, params JsonObject[] activities) => Read(ChartJson(connections, activities));

    public static JsonObject ChartJson(string connections, params JsonObject[] activities)
    {
        var wires = new JsonArray();
        foreach (var line in connections.Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = line.Split("->", StringSplitOptions.TrimEntries);
            var source = ends[0].Split(':');
            wires.Add(new JsonObject
            {
                ["source"] = new JsonObject { ["activity"] = source[0], ["port"] = source.Length > 1 ? source[1] : "Done" },
                ["target"] = new JsonObject { ["activity"] = ends[1], ["port"] = "In" },
            });
        }

        return new JsonObject
        {
            ["definitionId"] = "test", ["name"] = "test", ["version"] = 1,
            ["root"] = new JsonObject { ["id"] = "root", ["type"] = "Elsa.Flowchart", ["activities"] = new JsonArray([.. activities]), ["connections"] = wires },
        };
    }

    public static WorkflowDefinition Read(JsonObject json)
    {
        var reading = DefinitionReader.Read(json.ToJsonString(), "test.json");
        reading.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).ShouldBeEmpty();
        return reading.Definition!;
    }

    public static JsonObject Act(string type, string id, params (string Name, JsonNode? Value)[] inputs)
    {
        var json = new JsonObject { ["id"] = id, ["type"] = type.Contains('.') ? type : $"Elsa.{type}" };
        foreach (var (name, value) in inputs) json[name] = value;
        return json;
    }

    public static JsonObject Line(string id) => Act("WriteLine", id, ("text", Literal(id)));

    public static JsonObject Wait(string id) => Act("Event", id, ("eventName", Literal(id)));

    public static JsonObject With(this JsonObject activity, string mergeMode)
    {
        activity["customProperties"] = new JsonObject { ["mergeMode"] = mergeMode };
        return activity;
    }

    public static JsonObject Literal(JsonNode? value, string typeName = "String") =>
        new() { ["typeName"] = typeName, ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };

    public static JsonObject Expr(string type, JsonNode? value, string typeName = "Object") =>
        new() { ["typeName"] = typeName, ["expression"] = new JsonObject { ["type"] = type, ["value"] = value } };
}

/// <summary>An instance under test: what it wrote, what it waits for, what went wrong.</summary>
internal sealed class Driven
{
    private readonly WorkflowDefinition definition;
    private readonly Func<Driven, DecisionContext>? context;

    public Driven(WorkflowDefinition definition, Func<Driven, DecisionContext>? context = null)
    {
        this.definition = definition;
        this.context = context;
        State = Interpreter.NewInstance("i");
        Clock = Flow.Now;
    }

    public InstanceState State { get; private set; }
    public DateTimeOffset Clock { get; set; }
    public List<Command> Commands { get; } = [];
    public IEnumerable<string> Lines => Commands.OfType<WriteLine>().Select(line => line.Text);
    public string Written => string.Join(" ", Lines);
    public IEnumerable<string> Incidents => Commands.OfType<RaiseIncident>().Select(incident => incident.Code);

    public static Driven Start(WorkflowDefinition definition) => new Driven(definition).Send(new Start());

    public Driven Send(Stimulus stimulus)
    {
        var before = StateJson.Serialize(State);
        var decision = Interpreter.Decide(definition, State, stimulus, context?.Invoke(this) ?? new DecisionContext { Now = Clock, Calendar = WorkingDayCalendar.Official });
        StateJson.Serialize(State).ShouldBe(before, "a decision must not change the state that it is given");
        // Each decision goes through the stored form, as in the engine.
        State = StateJson.Deserialize(StateJson.Serialize(decision.State));
        Commands.AddRange(decision.Commands);
        return this;
    }

    public Driven Event(string name) => Send(new EventPublished(name));

    /// <summary>Moves the clock to the next due bookmark and fires it.</summary>
    public Driven FireNext()
    {
        var due = State.Bookmarks.Where(bookmark => bookmark.DueAt is not null).MinBy(bookmark => bookmark.DueAt)!;
        Clock = due.DueAt!.Value;
        return Send(new TimerDue(due.Id) { NominalAt = due.DueAt });
    }
}
