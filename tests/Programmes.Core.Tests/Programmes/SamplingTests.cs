using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Core.Tests.Workflows;
using Programmes.Core.Workflows;

namespace Programmes.Core.Tests.Programmes;

public class SamplingTests
{
    private const int Seeds = 300;
    private static readonly string[] Counties = ["c1", "c2", "c3", "c4"];

    /// <summary>73 stations below four counties of unequal size.</summary>
    private static readonly List<Candidate> Stations = [.. Enumerable.Range(1, 73).Select(i => new Candidate($"s{i:00}", Counties[i <= 40 ? 0 : i <= 60 ? 1 : i <= 72 ? 2 : 3]))];

    private static IEnumerable<string> EverySeed => Enumerable.Range(0, Seeds).Select(i => $"seed-{i}");

    private static IReadOnlyList<DrawnUnit> Draw(string seed, int? count = null, decimal? share = null, bool perSuperior = false, bool crossCheck = false) =>
        Sampling.Draw(Stations, new(count, share, perSuperior, crossCheck), Counties, seed);

    [Fact]
    public void Count_IsExact_AndNoUnitIsDrawnTwice()
    {
        foreach (var seed in EverySeed)
            Draw(seed, count: 8).Select(unit => unit.Unit).Distinct().Count().ShouldBe(8);
        Draw("x", count: 100).Count.ShouldBe(73);
        Sampling.Draw([], new(5, null, false, false), Counties, "x").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("10", 8)]
    [InlineData("0.1", 1)]
    [InlineData("100", 73)]
    public void Share_IsRoundedUp(string share, int drawn) => Draw("x", share: decimal.Parse(share, System.Globalization.CultureInfo.InvariantCulture)).Count.ShouldBe(drawn);

    [Fact]
    public void PerSuperior_EachHasItsOwnShare_AtLeastOne()
    {
        foreach (var seed in EverySeed)
            Draw(seed, share: 10, perSuperior: true).GroupBy(unit => Stations.Find(one => one.Unit == unit.Unit)!.Superior).ToDictionary(group => group.Key!, group => group.Count())
                .ShouldBe(new Dictionary<string, int> { ["c1"] = 4, ["c2"] = 2, ["c3"] = 2, ["c4"] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public void CrossCheck_NobodyChecksHisOwn_AndEveryoneChecksOneOther()
    {
        foreach (var seed in EverySeed)
        {
            var drawn = Draw(seed, count: 73, crossCheck: true);
            drawn.ShouldAllBe(unit => unit.Checker != Stations.Find(one => one.Unit == unit.Unit)!.Superior);
            drawn.Select(unit => (Stations.Find(one => one.Unit == unit.Unit)!.Superior, unit.Checker)).Distinct().Select(pair => pair.Checker).Order().ShouldBe(Counties);
        }
    }

    [Fact]
    public void Draw_IsTheSameFromTheSameSeed_AndFairOverMany()
    {
        Draw("a", count: 8, crossCheck: true).ShouldBe(Draw("a", count: 8, crossCheck: true));
        var often = EverySeed.SelectMany(seed => Draw(seed, count: 8)).GroupBy(unit => unit.Unit).ToDictionary(group => group.Key, group => group.Count());
        // 300 draws of 8 out of 73: about 33 each, seldom outside 33 ± 18.
        often.Count.ShouldBe(73);
        often.Values.ShouldAllBe(times => times > 12 && times < 58);
    }

    [Fact]
    public void Draw_CanBeRepeatedWithAHashToolAlone()
    {
        var byHand = Stations.OrderBy(station => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"2022-12|{station.Unit}"))), StringComparer.Ordinal).Take(5).Select(station => station.Unit).Order();
        Draw("2022-12", count: 5).Select(unit => unit.Unit).ShouldBe(byHand);
        // printf '2022-12|s01' | sha256sum
        Sampling.Lot("2022-12", "s01").ShouldStartWith("dd5a2b043f11");
    }

    [Fact]
    public void CrossCheck_WithOneSuperiorOrNone_IsAnError()
    {
        Should.Throw<ArgumentException>(() => Sampling.Draw(Stations, new(1, null, false, true), ["c1"], "x"));
        Should.Throw<ArgumentException>(() => Sampling.Draw([new("s", null)], new(1, null, false, true), Counties, "x"));
    }

    private static JsonObject Sample(params (string Name, JsonNode? Value)[] more) => Flow.Act("Programmes.DrawSample", "draw", [("title", "暗访抽查"), .. more]);

    private static DecisionContext InBatch(Driven driven) => new() { Now = driven.Clock, Calendar = WorkingDayCalendar.Official, Launch = LaunchFiles.Launch(), Batch = 1 };

    [Fact]
    public void Step_DrawsDeliversAndGoesOn_WithASeedOfItsOwnOrTheOneGiven()
    {
        var driven = new Driven(Flow.Chart("draw -> a", Sample(("count", 1), ("units", "verify:Pass")), Flow.Line("a")), InBatch).Send(new Start());
        driven.Written.ShouldBe("a");
        var draw = driven.Commands.OfType<DrawUnits>().Single();
        (draw.Units, draw.Rule, draw.Seed).ShouldBe((new UnitSelection("verify", "Pass"), new SampleRule(1, null, false, false), Sampling.SeedOf(draw.Id, draw.On)));
        driven.Commands.OfType<DeliverRows>().Single().Subject.ShouldBe(draw.Id);
        driven.Commands.OfType<SendMail>().ShouldBeEmpty();

        new Driven(Flow.Chart("", Sample(("share", 12.5), ("seed", "公证处2022-77"))), InBatch).Send(new Start()).Commands.OfType<DrawUnits>().Single().Seed.ShouldBe("公证处2022-77");
    }

    [Theory]
    [InlineData("sample-size")]
    [InlineData("sample-size", "count", "0")]
    [InlineData("sample-size", "count", "2", "share", "10")]
    [InlineData("sample-size", "share", "101")]
    [InlineData("superior-missing", "count", "1", "crossCheck", "true")]
    public void Step_WithARuleThatCannotHold_IsAnIncident(string code, params string[] inputs)
    {
        var given = inputs.Chunk(2).Select(pair => (pair[0], (JsonNode?)Flow.Literal(pair[0] == "crossCheck" ? true : int.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture), pair[0] switch { "count" => "Int32", "share" => "Decimal", _ => "Boolean" }))).ToArray();
        new Driven(Flow.Chart("", Sample(given)), InBatch).Send(new Start()).Incidents.ShouldBe([code]);
    }

    [Fact]
    public void Unit_DrawnBeforeItsWorkflowBegins_LearnsItThen()
    {
        var unit = new Driven(Flow.Chart("wait:Drawn -> d; wait:NotDrawn -> n", Flow.Act("Programmes.AwaitBatchStep", "wait", ("step", "draw"), ("outcomes", new JsonArray("Drawn", "NotDrawn"))), Flow.Line("d"), Flow.Line("n")));
        unit.Send(new BatchStepDecided("draw", new("Drawn", "c2", null, Flow.Day("2022-12-21"))));
        unit.Incidents.ShouldBeEmpty();
        unit.Send(new Start()).Written.ShouldBe("d");
    }

    [Fact]
    public void Rehearsed_LaterStepsSelectTheDrawn_AndEachUnitGoesItsWay()
    {
        var programme = Flow.ChartJson("", Flow.Act("Programmes.DispatchBatches", "batches", ("workflowDefinitionId", "b")));
        programme["definitionId"] = "check";
        var batch = Flow.ChartJson("start -> draw; draw -> check; check -> units", Flow.Act("Start", "start"), Sample(("count", 2), ("crossCheck", Flow.Literal(true, "Boolean")), ("seed", "s")),
            Flow.Act("Programmes.WorkItem", "check", ("title", "暗访"), ("role", "bureau"), ("units", "draw:Drawn")), Flow.Act("Programmes.DispatchUnits", "units", ("workflowDefinitionId", "u")));
        batch["definitionId"] = "b";
        var unit = Flow.ChartJson("wait:Drawn -> d; wait:NotDrawn -> n", Flow.Act("Programmes.AwaitBatchStep", "wait", ("step", "draw"), ("outcomes", new JsonArray("Drawn", "NotDrawn"))),
            Flow.Act("Programmes.RecordResult", "d", ("result", "抽中"), ("final", Flow.Literal(true, "Boolean"))), Flow.Act("Programmes.RecordResult", "n", ("result", "未抽中"), ("final", Flow.Literal(true, "Boolean"))));
        unit["definitionId"] = "u";
        var json = LaunchFiles.Small();
        json["offices"] = JsonNode.Parse("""{ "bureau": { "name": "市局" }, "c1": { "name": "甲县" }, "c2": { "name": "乙县" } }""");
        json["units"] = new JsonArray([.. Enumerable.Range(1, 6).Select(i => (JsonNode)new JsonObject { ["id"] = $"s{i}", ["name"] = $"{i}站", ["superior"] = i < 4 ? "c1" : "c2" })]);
        json["batches"] = JsonNode.Parse("""[ { "number": 1, "name": "第一批", "start": "2023-07-03", "units": ["s1", "s2", "s3", "s4", "s5", "s6"] } ]""");
        var launch = LaunchReader.Read(json.ToJsonString(), "launch.json").Launch!;
        var definitions = new[] { Flow.Read(programme), Flow.Read(batch), Flow.Read(unit) };
        LaunchChecks.Check(launch, definitions).Where(problem => problem.Severity == ProblemSeverity.Error && problem.ActivityId == "draw").ShouldBeEmpty();

        var report = Core.Rehearsal.Rehearsal.Run(launch, new(definitions), WorkingDayCalendar.Official, new());

        report.Events.Single(what => what.Kind == EventKinds.UnitsDrawn).Title.Zh.ShouldBe("暗访抽查：从 6 个单位中抽取 2 个，随机种子 s");
        report.Summary.Results.ShouldBe(new Dictionary<string, int> { ["抽中"] = 2, ["未抽中"] = 4 }, ignoreOrder: true);
        report.Summary.FinishedOn.ShouldNotBeNull();
    }

    [Fact]
    public void Launch_WhoseUnitsShareOneSuperior_CannotCrossCheck()
    {
        var programme = Flow.ChartJson("", Flow.Act("Programmes.DispatchBatches", "batches", ("workflowDefinitionId", "b")));
        programme["definitionId"] = "check";
        var batch = Flow.ChartJson("draw -> units", Sample(("count", 2), ("share", 10), ("crossCheck", Flow.Literal(true, "Boolean"))), Flow.Act("Programmes.DispatchUnits", "units", ("workflowDefinitionId", "check")));
        batch["definitionId"] = "b";
        var codes = LaunchChecks.Check(LaunchFiles.Launch(), [Flow.Read(programme), Flow.Read(batch)]).Where(problem => problem.ActivityId == "draw").Select(problem => problem.Code);
        codes.ShouldBe(["sample-size", "superior-missing", "cross-check"]);
    }
}
