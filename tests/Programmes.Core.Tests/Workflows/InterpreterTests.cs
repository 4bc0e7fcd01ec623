using System.Text.Json.Nodes;
using Programmes.Core.Workflows;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Workflows;

public class InterpreterTests
{
    [Fact]
    public void Chain_OfSimpleActivities_RunsInOneDecision()
    {
        var driven = Driven.Start(Chart("a -> b; b -> c", Line("a"), Line("b"), Line("c")));
        driven.Written.ShouldBe("a b c");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
        driven.Commands.OfType<EndInstance>().Single().Outcomes.ShouldBe(["Done"]);
    }

    [Fact]
    public void Delay_OfYears_IsABookmarkWithADate()
    {
        var driven = Driven.Start(Chart("w -> z", Act("Delay", "w", ("timeSpan", Literal("1096.00:00:00", "TimeSpan"))), Line("z")));
        driven.State.WakeAt.ShouldBe(Now.AddDays(1096));
        driven.FireNext().Written.ShouldBe("z");
    }

    [Fact]
    public void Timer_FiredTwice_ChangesNothingTheSecondTime()
    {
        var driven = Driven.Start(Chart("w -> x; x -> z", Act("Delay", "w"), Wait("x"), Line("z")));
        var bookmark = driven.State.Bookmarks.Single().Id;
        driven.Send(new TimerDue(bookmark));
        var count = driven.Commands.Count;
        driven.Send(new TimerDue(bookmark));
        driven.Commands.Count.ShouldBe(count);
    }

    [Fact]
    public void Delay_FiredLate_CountsFromItsNominalInstant()
    {
        var driven = Driven.Start(Chart("w -> v; v -> z", Act("Delay", "w", ("timeSpan", Literal("1.00:00:00"))), Act("Delay", "v", ("timeSpan", Literal("1.00:00:00"))), Line("z")));
        driven.Clock = Now.AddDays(10);
        driven.Send(new TimerDue(driven.State.Bookmarks.Single().Id) { NominalAt = Now.AddDays(1) });
        driven.State.WakeAt.ShouldBe(Now.AddDays(2));
        driven.Commands.OfType<EndActivity>().Last().At.ShouldBe(Now.AddDays(10));
    }

    [Fact]
    public void SameInputs_GiveTheSameDecision()
    {
        var definition = Chart("f:A -> a; f:B -> b; a -> j; b -> j", Act("FlowFork", "f", ("branches", Literal(new JsonArray("A", "B")))), Wait("a"), Wait("b"), Line("j"));
        var one = Driven.Start(definition).Event("b").Event("a");
        var two = Driven.Start(definition).Event("b").Event("a");
        StateJson.Serialize(one.State).ShouldBe(StateJson.Serialize(two.State));
        one.Commands.Count.ShouldBe(two.Commands.Count);
    }

    [Fact]
    public void Fork_WaitAny_CancelsTheOtherBranch()
    {
        var fork = Act("Fork", "root", ("joinMode", Literal("WaitAny")), ("branches", new JsonArray(Wait("a"), Wait("b"))));
        var driven = Driven.Start(Root(fork)).Event("a");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
        driven.Commands.OfType<EndActivity>().Count(end => end.Status == ActivityStatus.Canceled).ShouldBe(1);
        driven.Commands.OfType<RemoveBookmark>().Count().ShouldBe(2);
    }

    [Fact]
    public void For_CountsInclusive_AndWritesItsValue()
    {
        var loop = Act("For", "root", ("start", Literal(1, "Int32")), ("end", Literal(3, "Int32")),
            ("currentValue", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "n" } }),
            ("body", Act("WriteLine", "line", ("text", Expr("Variable", new JsonObject { ["id"] = "n", ["name"] = "n" })))));
        Driven.Start(Root(loop, "n")).Written.ShouldBe("1 2 3");
    }

    [Fact]
    public void ForEach_WithAWaitInside_GoesOnWhereItWas()
    {
        var loop = Act("ForEach", "root", ("items", Expr("Object", "[\"x\",\"y\"]")),
            ("currentValue", new JsonObject { ["memoryReference"] = new JsonObject { ["id"] = "n" } }),
            ("body", Act("Sequence", "s", ("activities", new JsonArray(Wait("go"), Act("WriteLine", "line", ("text", Expr("Variable", "n"))))))));
        var driven = Driven.Start(Root(loop, "n"));
        driven.Event("go").Written.ShouldBe("x");
        driven.Event("go").Written.ShouldBe("x y");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
    }

    [Fact]
    public void ParallelForEach_GivesEachBranchItsOwnValue()
    {
        var loop = Act("ParallelForEach", "root", ("items", Expr("Object", "[\"x\",\"y\"]")),
            ("currentValue", new JsonObject { ["memoryReference"] = new JsonObject { ["id"] = "n" } }),
            ("body", Act("Sequence", "s", ("activities", new JsonArray(Wait("go"), Act("WriteLine", "line", ("text", Expr("Variable", "n"))))))));
        Driven.Start(Root(loop, "n")).Event("go").Lines.Order().ShouldBe(["x", "y"]);
    }

    [Fact]
    public void Break_LeavesTheLoop()
    {
        var loop = Act("While", "root", ("condition", Literal(true, "Boolean")), ("body", Act("Sequence", "s", ("activities", new JsonArray(Line("a"), Act("Break", "b"), Line("never"))))));
        var driven = Driven.Start(Root(loop));
        driven.Written.ShouldBe("a");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
    }

    [Fact]
    public void LoopThatNeverWaits_IsAnIncident_NotAHang()
    {
        var loop = Act("While", "root", ("condition", Literal(true, "Boolean")), ("body", Line("a")));
        var driven = Driven.Start(Root(loop));
        driven.Incidents.ShouldBe(["endless-loop"]);
        driven.State.SubStatus.ShouldBe(InstanceSubStatus.Faulted);
    }

    [Fact]
    public void Fault_StopsItsBranchOnly_AndCanBeRetried()
    {
        var driven = Driven.Start(Chart("f:A -> x; f:B -> b; b -> z", Act("FlowFork", "f", ("branches", Literal(new JsonArray("A", "B")))), Act("Fault", "x", ("code", Literal("no-money"))), Wait("b"), Line("z")));
        driven.Incidents.ShouldBe(["no-money"]);
        driven.Event("b").Written.ShouldBe("z");
        driven.State.SubStatus.ShouldBe(InstanceSubStatus.Faulted);
        driven.Send(new Retry());
        driven.Incidents.ShouldBe(["no-money", "no-money"]);
    }

    [Fact]
    public void Finish_EndsTheWholeWorkflow_AndCancelsWhatIsOpen()
    {
        var driven = Driven.Start(Chart("f:A -> a; f:B -> b; b -> end", Act("FlowFork", "f", ("branches", Literal(new JsonArray("A", "B")))), Wait("a"), Wait("b"), Act("Finish", "end"))).Event("b");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
        driven.State.Nodes.ShouldBeEmpty();
        driven.State.Bookmarks.ShouldBeEmpty();
    }

    [Fact]
    public void WorkItem_AboutOneOfMany_SaysSoInItsTitle()
    {
        JsonNode About(string input) => new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Input", ["value"] = input } };
        var driven = new Driven(Chart("", Act("Programmes.WorkItem", "w", ("title", "验收"), ("titleEn", "Accept"), ("role", "unit"), ("about", About("standard")), ("aboutEn", About("standardEn")))));
        driven.Send(new Start(new Dictionary<string, object?> { ["standard"] = "设施布局标准", ["standardEn"] = "Layout" }));
        driven.Commands.OfType<OpenWorkItem>().Single().Title.ShouldBe(new Text("验收：设施布局标准", "Accept: Layout"));
    }

    [Fact]
    public void Complete_GivesItsOutcomes()
    {
        var driven = Driven.Start(Chart("", Act("Complete", "c", ("outcomes", Literal(new JsonArray("Yes"))))));
        driven.Commands.OfType<EndInstance>().Single().Outcomes.ShouldBe(["Yes"]);
    }

    [Fact]
    public void Cancel_TakesBackEverything()
    {
        var driven = Driven.Start(Chart("a -> b", Wait("a"), Line("b"))).Send(new Cancel("启动有误"));
        driven.State.SubStatus.ShouldBe(InstanceSubStatus.Cancelled);
        driven.Commands.OfType<RemoveBookmark>().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("MatchFirst", "one")]
    [InlineData("MatchAny", "one two")]
    public void FlowSwitch_FollowsMatchingCases(string mode, string expected)
    {
        JsonObject Case(string label, bool holds) => new() { ["label"] = label, ["condition"] = new JsonObject { ["type"] = "Literal", ["value"] = holds } };
        var driven = Driven.Start(Chart("s:x -> one; s:y -> two; s:Default -> other",
            Act("FlowSwitch", "s", ("mode", Literal(mode)), ("cases", Expr("Object", new JsonArray(Case("x", true), Case("y", true))))), Line("one"), Line("two"), Line("other")));
        driven.Written.ShouldBe(expected);
    }

    [Fact]
    public void State_OfTheFirstFormat_LoadsForever()
    {
        // Golden state: never edit this text; a release wrote it.
        const string golden = """{"format":1,"instanceId":"i","subStatus":"Suspended","counter":6,"nodes":[{"id":1,"activity":"root","execution":2},{"id":4,"activity":"a","parent":1,"execution":5}],"bookmarks":[{"id":6,"node":4,"activity":"a","kind":"Event","key":"a"}],"dates":{"x.completed":"2023-09-30"},"input":{},"variables":{"n":3,"t":"文"},"output":{},"batchOutcomes":{},"outcomes":[]}""";
        var state = StateJson.Deserialize(golden);
        state.Bookmarks.Single().Kind.ShouldBe(BookmarkKind.Event);
        state.Variables["n"].ShouldBeOfType<long>().ShouldBe(3);
        state.Dates["x.completed"].ShouldBe(new DateOnly(2023, 9, 30));
        StateJson.Serialize(state).ShouldBe(golden);
    }

    public static TheoryData<Stimulus> Stimuli => [new UnitLeaves("退出", "停办"), new UnitJoins("s01", null),
        new DatesMoved(35, new(2023, 9, 15, 2, 0, 0, TimeSpan.Zero), new(2023, 10, 20, 2, 0, 0, TimeSpan.Zero), "防汛")];

    [Theory]
    [MemberData(nameof(Stimuli))]
    public void Stimulus_AsARow_ReadsBackEqual(Stimulus stimulus) =>
        StimulusJson.Deserialize(StimulusJson.KindOf(stimulus), StimulusJson.Serialize(stimulus)).ShouldBe(stimulus);

    [Fact]
    public void State_OfANewerProgram_IsRefused() =>
        Should.Throw<NotSupportedException>(() => StateJson.Deserialize("""{"format":2,"instanceId":"i"}"""));

    private static WorkflowDefinition Root(JsonObject root, params string[] variables)
    {
        var json = new JsonObject { ["definitionId"] = "test", ["version"] = 1, ["root"] = root };
        if (variables.Length > 0) json["variables"] = new JsonArray([.. variables.Select(name => new JsonObject { ["id"] = name, ["name"] = name, ["typeName"] = "Object" })]);
        return Read(json);
    }
}
