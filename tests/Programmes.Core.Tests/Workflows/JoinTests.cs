using System.Text.Json.Nodes;
using Programmes.Core.Workflows;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Workflows;

/// <summary>The table of joins: fork A→a→a2→j→z, B→b→j, with branch B running, dead, or waiting.</summary>
public class JoinTests
{
    public enum BranchB { Runs, Dead, Waits }

    [Theory]
    [InlineData(null, BranchB.Runs, "a b a2 j z", true)]
    [InlineData(null, BranchB.Dead, "a a2 j z", true)]
    [InlineData(null, BranchB.Waits, "a a2", false)]
    [InlineData("Stream", BranchB.Runs, "a b a2 j z", true)]
    [InlineData("Stream", BranchB.Dead, "a a2 j z", true)]
    [InlineData("Stream", BranchB.Waits, "a a2", false)]
    [InlineData("Merge", BranchB.Runs, "a b a2 j z", true)]
    [InlineData("Merge", BranchB.Waits, "a a2", false)]
    [InlineData("Converge", BranchB.Runs, "a b a2 j z", true)]
    [InlineData("Converge", BranchB.Waits, "a a2", false)]
    [InlineData("Cascade", BranchB.Runs, "a b a2 j z", true)]
    [InlineData("Cascade", BranchB.Dead, "a a2 j z", true)]
    [InlineData("Cascade", BranchB.Waits, "a a2 j z", false)]
    [InlineData("Race", BranchB.Dead, "a a2 j z", true)]
    [InlineData("Race", BranchB.Waits, "a a2 j z", true)]
    [InlineData("WaitAll", BranchB.Runs, "a b a2 j z", true)]
    [InlineData("WaitAll", BranchB.Waits, "a a2", false)]
    [InlineData("WaitAllActive", BranchB.Runs, "a b a2 j z", true)]
    [InlineData("WaitAllActive", BranchB.Dead, "a a2 j z", true)]
    [InlineData("WaitAllActive", BranchB.Waits, "a a2", false)]
    [InlineData("WaitAny", BranchB.Dead, "a a2 j z", true)]
    [InlineData("WaitAny", BranchB.Waits, "a a2 j z", true)]
    public void Join_RunsAsTheTableSays(string? mode, BranchB branch, string steps, bool finished)
    {
        var driven = Driven.Start(Forked(mode, branch));
        // The join runs once, whatever the order in which branches arrive.
        driven.Lines.Count(line => line == "z").ShouldBeLessThanOrEqualTo(1);
        driven.Lines.Order().ShouldBe(steps.Split(' ').Order());
        (driven.State.Status == InstanceStatus.Finished).ShouldBe(finished);
        driven.Incidents.ShouldBeEmpty();
    }

    [Fact]
    public void DeadBranch_WhereTheOtherWayEndsTheWorkflow_IsNoIncident()
    {
        // The join learns that its branch is dead in the decision in which the other way out finishes everything.
        var driven = Driven.Start(Chart("start -> a; start -> d; a -> j; d:True -> j; d:False -> w; w -> e",
            Act("Start", "start"), Line("a"), Act("FlowDecision", "d", ("condition", Literal(false, "Boolean"))), Act("FlowJoin", "j", ("mode", Literal("WaitAll"))), Line("w"), Act("Finish", "e")));
        driven.Incidents.ShouldBeEmpty();
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
    }

    [Theory]
    [InlineData("Race")]
    [InlineData("WaitAny")]
    public void FirstArrivalWins_WhenBothRun_JoinRunsOnce(string mode)
    {
        var driven = Driven.Start(Forked(mode, BranchB.Runs));
        driven.Lines.Count(line => line == "j").ShouldBe(1);
        driven.Lines.Count(line => line == "z").ShouldBe(1);
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
    }

    [Theory]
    [InlineData("WaitAll")]
    [InlineData("Merge")]
    [InlineData("Converge")]
    public void DeadBranch_AtAJoinThatMustHaveAll_IsAnIncidentThatNamesBoth(string mode)
    {
        var driven = Driven.Start(Forked(mode, BranchB.Dead));
        driven.Incidents.ShouldBe(["join-dead-branch"]);
        var incident = driven.Commands.OfType<RaiseIncident>().Single();
        incident.Activity.ShouldBe("j");
        incident.Message.En.ShouldContain(" b\"");
        driven.State.SubStatus.ShouldBe(InstanceSubStatus.Faulted);

        driven.Send(new Retry());
        driven.Written.ShouldBe("a a2 j z");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Merge")]
    [InlineData("WaitAll")]
    public void WaitingBranch_WhenItArrives_RunsTheJoinOnce(string? mode)
    {
        var driven = Driven.Start(Forked(mode, BranchB.Waits)).Event("b");
        driven.Written.ShouldBe("a a2 j z");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
    }

    [Fact]
    public void Cascade_LateBranch_IsAbsorbed()
    {
        var driven = Driven.Start(Forked("Cascade", BranchB.Waits)).Event("b");
        driven.Written.ShouldBe("a a2 j z");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
    }

    [Fact]
    public void Loop_ThroughAnActivityWithTwoInbound_RunsAgainAndEnds()
    {
        var json = ChartJson(
            "a -> d; d:False -> inc; inc -> a; d:True -> z",
            Line("a"),
            Act("FlowDecision", "d", ("condition", Expr("Condition", new JsonObject { ["left"] = new JsonObject { ["variable"] = "n" }, ["op"] = "greaterOrEqual", ["right"] = 1 }, "Boolean"))),
            Act("SetVariable", "inc", ("variable", new JsonObject { ["id"] = "n", ["name"] = "n", ["typeName"] = "Int32" }), ("value", Literal(1, "Int32"))),
            Line("z"));
        json["variables"] = new JsonArray(new JsonObject { ["id"] = "n", ["name"] = "n", ["typeName"] = "Int32", ["value"] = "0" });
        // The way back must not make the first entry wait.
        json["root"]!["activities"]![0]!["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        var driven = Driven.Start(Read(json));
        driven.Written.ShouldBe("a a z");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
    }

    [Fact]
    public void TwoJoinsThatWaitForEachOther_GoOn()
    {
        var driven = Driven.Start(Chart(
            "f:A -> j1; f:B -> j2; j1 -> j2; j2 -> j1; j1 -> z",
            Act("FlowFork", "f", ("branches", Literal(new JsonArray("A", "B"), "List<String>"))), Line("j1"), Wait("j2"), Line("z")));
        driven.Lines.ShouldContain("j1");
        driven.Incidents.ShouldBeEmpty();
    }

    private static WorkflowDefinition Forked(string? mode, BranchB branch)
    {
        var flowJoin = mode is "WaitAll" or "WaitAllActive" or "WaitAny";
        var join = flowJoin ? Act("FlowJoin", "join", ("mode", Literal(mode))) : Line("j");
        if (!flowJoin && mode is not null) join.With(mode);
        if (flowJoin) join["id"] = "j";
        var b = branch switch
        {
            BranchB.Runs => Line("b"),
            BranchB.Waits => Wait("b"),
            _ => Act("FlowDecision", "b", ("condition", Literal(false, "Boolean"))),
        };
        var j2 = flowJoin ? "; j -> jl; jl -> z" : "; j -> z";
        JsonObject[] activities = [Act("FlowFork", "f", ("branches", Literal(new JsonArray("A", "B"), "List<String>"))), Line("a"), Line("a2"), b, join, Line("z")];
        if (flowJoin) activities = [.. activities, Act("WriteLine", "jl", ("text", Literal("j")))];
        var from = branch == BranchB.Dead ? "b:True" : "b";
        return Chart($"f:A -> a; f:B -> b; a -> a2; a2 -> j; {from} -> j{j2}", activities);
    }
}
