using System.Text.Json.Nodes;
using Programmes.Core.Programmes;
using Programmes.Core.Tests.Workflows;
using Programmes.Core.Workflows;

namespace Programmes.Core.Tests.Rehearsal;

/// <summary>Work items that need a paper: what a definition may say, and the mails that a rehearsal counts.</summary>
public sealed class PaperTests
{
    private static JsonObject Needing(string kind, JsonNode? to = null, JsonNode? cc = null) =>
        SmallPlan.Work("w", "office", "2023-08-31", [("paper", kind), .. to is null ? Array.Empty<(string, JsonNode?)>() : [("paperTo", to)], .. cc is null ? Array.Empty<(string, JsonNode?)>() : [("paperCc", cc)]]);

    private static IReadOnlyList<Problem> Read(JsonObject work) => DefinitionReader.Read(Flow.ChartJson("", work).ToJsonString(), "test.json").Problems;

    [Fact]
    public void Rehearsal_CountsAMailForEachRecipientAndCopy()
    {
        var units = new SmallPlan { Unit = SmallPlan.Chart("unit", "", SmallPlan.Work("ask", "unit", "2023-08-31", ("paper", "Request"), ("paperTo", "office"), ("paperCc", new JsonArray("unit")))) };
        var report = units.Rehearse();

        report.Mails.Direct.ShouldBe(4, "two units, each to the office and to itself");
    }

    [Fact]
    public void Rehearsal_OfAPaperForAll_CountsAMailForEachUnit()
    {
        var units = new SmallPlan { Unit = SmallPlan.Chart("unit", "", SmallPlan.Work("tell", "office", "2023-08-31", ("paper", "Circular"), ("paperTo", "all"))) };

        units.Rehearse().Mails.Direct.ShouldBe(4, "two units, each of whose papers goes to both");
    }

    [Fact]
    public void Reader_RefusesWhatIsNoPaper()
    {
        Read(Needing("Approval", "office", new JsonArray("other"))).ShouldBeEmpty();
        Read(Needing("None")).ShouldBeEmpty();
        Read(Needing("Memo", "office")).Single().Code.ShouldBe("input-choice");
        var without = Read(Needing("None", "office")).Single();
        (without.Code, without.ActivityId, without.Property).ShouldBe(("paper", "w", "paper"));
        Read(Needing("Approval", "office", "office")).Single().Property.ShouldBe("paperCc");
        Read(Needing("Approval", "office、office")).Single().Property.ShouldBe("paperTo");
        Read(Needing("Approval", new JsonArray("the office"))).Single().Message.Zh.ShouldContain("不是角色");
    }

    [Fact]
    public void LaunchChecks_AskForTheOfficesOfRecipientsAndCopies()
    {
        var launch = new Launch
        {
            Definition = "test", Id = "p", Name = "p", Approval = new("1", new(2023, 6, 30)), StartsOn = new(2023, 7, 3),
            Offices = new Dictionary<string, Office> { ["office"] = new("办公室", null) }, Units = [new("u1", "一")], Batches = [],
        };

        var problems = LaunchChecks.Check(launch, [Flow.Chart("", Needing("Approval", "provinse", new JsonArray("media", "all")))]);

        problems.Where(problem => problem.Code == "role-missing").Select(problem => problem.Property).ShouldBe(["offices.provinse", "offices.media"]);
    }

    [Fact]
    public void Rule_SurvivesItsColumn()
    {
        var rule = PaperRule.Parse(new PaperRule(PaperKind.Criticism, ["county"], ["media", "province"]).ToJson())!;

        (rule.Kind, string.Join(' ', rule.To), string.Join(' ', rule.Cc)).ShouldBe((PaperKind.Criticism, "county", "media province"));
        PaperRule.Parse(null).ShouldBeNull();
        PaperKinds.Parse("3").ShouldBeNull();
    }
}
