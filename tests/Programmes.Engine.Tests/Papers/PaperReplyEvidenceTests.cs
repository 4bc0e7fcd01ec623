using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;

namespace Programmes.Engine.Tests.Papers;

/// <summary>Files that a recipient hands in with its answer; what the pages about papers read.</summary>
public sealed class PaperReplyEvidenceTests : IAsyncLifetime
{
    private EngineHost host = null!;
    private long paper;

    public async Task InitializeAsync()
    {
        host = await OfficePlan.LaunchAsync([OfficePlan.Work("lead-work", "lead")], [OfficePlan.Work("unit-work", "unit", ("due", "2023-07-05"))]);
        paper = await host.Get<IssuePaper>().IssueAsync(OfficePlan.Lead, new(PaperKind.SupervisionOrder, "示例督〔2023〕1号", "督办单") { Programme = OfficePlan.Programme, ToUnits = ["a", "b"], Cc = ["government"], ReplyBy = new(2023, 7, 14) });
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    private async Task<long> AttachAsync(Person person, int ordinal = 1)
    {
        using var content = new MemoryStream("%PDF-1.7\n%%EOF\n"u8.ToArray());
        return await host.Get<AttachEvidence>().AttachAsync(person, EvidenceSubject.OfReply(paper, ordinal), content, "整改情况.pdf");
    }

    [Fact]
    public async Task Recipient_HandsInFiles_UntilItAnswers_AndAgainOnceItIsReturned()
    {
        var file = await AttachAsync(OfficePlan.UnitA);
        await host.Get<ReplyToPaper>().ReplyAsync(OfficePlan.UnitA, paper, "已整改");

        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA))).Words.Zh.ShouldContain("已答复");
        (await Should.ThrowAsync<RefusedException>(() => host.Get<WithdrawEvidence>().WithdrawAsync(OfficePlan.UnitA, file))).Words.Zh.ShouldContain("已答复");
        await host.Get<ReplyToPaper>().ReturnAsync(OfficePlan.Lead, paper, "请补充");
        await host.Get<WithdrawEvidence>().WithdrawAsync(OfficePlan.UnitA, file);
        await host.Get<WithdrawPaper>().WithdrawAsync(OfficePlan.Lead, paper, "有误");
        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA))).Words.Zh.ShouldContain("已撤回");
    }

    [Fact]
    public async Task Files_AreForTheRecipientAndTheIssuer_AndForNobodyElse()
    {
        foreach (var other in new[] { OfficePlan.UnitB, OfficePlan.Lead, OfficePlan.Government, new Person("x") { IsReader = true } })
            (await Should.ThrowAsync<RefusedException>(() => AttachAsync(other))).IsForbidden.ShouldBeTrue(other.Name);
        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.Government, 3))).IsForbidden.ShouldBeTrue("a copy is not answered");
        var file = await AttachAsync(OfficePlan.UnitA);

        foreach (var who in new[] { OfficePlan.UnitA, OfficePlan.Lead, new Person("x") { IsSupervisor = true } })
        {
            var found = (await host.Get<ReadEvidence>().OpenAsync(who, file)).ShouldNotBeNull(who.Name);
            await found.Content.DisposeAsync();
        }

        (await host.Get<ReadEvidence>().OpenAsync(OfficePlan.UnitB, file)).ShouldBeNull();
        (await host.Get<ReadEvidence>().OpenAsync(OfficePlan.Government, file)).ShouldBeNull();
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData("1.2.3")]
    [InlineData("x.1")]
    [InlineData("-1.1")]
    public void SubjectOfAnAnswer_MustBeAPaperAndAPlace(string id) => new EvidenceSubject(EvidenceSubjectKind.PaperReply, id).ToReply().ShouldBeNull();

    [Fact]
    public async Task Page_ShowsEachWhatItMayKnow()
    {
        await AttachAsync(OfficePlan.UnitA);
        await host.Get<ReplyToPaper>().ReplyAsync(OfficePlan.UnitA, paper, "已整改");
        var query = host.Get<PaperPageQuery>();

        var issuer = (await query.FindAsync(OfficePlan.Lead, paper, null, 1))!;
        issuer.Recipients.Rows[0].Key.ShouldBe("a", "what waits for the issuer comes first");
        issuer.Recipients.Rows[0].Files.ShouldHaveSingleItem();
        (issuer.Unanswered, issuer.ToJudge, issuer.MayJudge).ShouldBe((1, 1, true));
        var own = (await query.FindAsync(OfficePlan.UnitA, paper, "b", 1))!;
        own.Acting.ShouldBeNull("a unit acts for itself only");
        own.Recipients.Rows.ShouldHaveSingleItem().Key.ShouldBe("a");
        (own.MayJudge, own.MayWithdraw, own.KnowsAll).ShouldBe((false, false, false));
        var copied = (await query.FindAsync(OfficePlan.Government, paper, null, 1))!;
        (copied.MayReply, copied.MaySign).ShouldBe((false, true));
        (await query.FindAsync(OfficePlan.County, paper, null, 1)).ShouldBeNull();
    }

    [Fact]
    public async Task List_TellsWhatIsWaiting_ByTheProgrammesClock()
    {
        var query = host.Get<PaperListQuery>();
        (await query.RunAsync(OfficePlan.UnitB, new(PapersShown.Waiting), 1)).Lines.Rows.ShouldHaveSingleItem().Unanswered.ShouldBe(1, "only its own");
        (await query.RunAsync(OfficePlan.UnitB, new(PapersShown.Overdue), 1)).Lines.Total.ShouldBe(0);
        (await query.RunAsync(OfficePlan.County, new(), 1)).Lines.Total.ShouldBe(0);
        host.Clock.To(new(2023, 7, 17), 9);

        var late = (await query.RunAsync(OfficePlan.UnitB, new(PapersShown.Overdue), 1)).Lines.Rows.ShouldHaveSingleItem();
        late.WorkingDaysLate.ShouldBe(1);
        (await query.WaitingAsync(OfficePlan.UnitB, 10)).Rows.ShouldHaveSingleItem().Duty.ShouldBe(PaperDuty.Reply);
        await host.Get<ReplyToPaper>().ReplyAsync(OfficePlan.UnitB, paper, "已整改");
        (await query.WaitingAsync(OfficePlan.UnitB, 10)).Total.ShouldBe(0);
        (await query.WaitingAsync(OfficePlan.Lead, 10)).Rows.ShouldHaveSingleItem().Duty.ShouldBe(PaperDuty.Judge);
        (await query.RunAsync(EngineHost.Office, new(PapersShown.ToJudge), 1)).Lines.Total.ShouldBe(1);
    }

    [Fact]
    public async Task Draft_FindsUnitsThatAreLate_AndNoneForAUnit()
    {
        var query = host.Get<PaperDraftQuery>();
        host.Clock.To(new(2023, 7, 6), 9);
        var search = new UnitSearch(null, "county", null, LateOnly: true);

        (await query.FindAsync(OfficePlan.Lead, OfficePlan.Programme, search, 1)).Rows.Select(unit => (unit.Id, unit.Late)).ShouldBe([("a", 1), ("b", 1)]);
        (await query.IdsAsync(OfficePlan.Lead, OfficePlan.Programme, search with { Name = "二站" })).ShouldBe(["b"]);
        (await query.FindAsync(OfficePlan.UnitA, OfficePlan.Programme, search, 1)).Total.ShouldBe(0);
        (await query.ScopeAsync(new("x") { IsSupervisor = true }, OfficePlan.Programme)).ShouldBeNull("a supervisor issues nothing");
        (await query.SuggestNumberAsync(OfficePlan.Programme, PaperKind.SupervisionOrder, new(2023, 7, 6))).ShouldBe("示例督〔2023〕2号");
        query.ReplyBy(new(2023, 7, 6), 5).On.ShouldBe(new(2023, 7, 13));
        Should.Throw<RefusedException>(() => query.ReplyBy(new(2023, 7, 6), 0));
    }

    [Fact]
    public async Task UnitsThatLeft_GetNoPaperToAll()
    {
        await using (var db = host.Db()) await db.Units.Where(row => row.UnitId == "b").ExecuteUpdateAsync(set => set.SetProperty(row => row.LeftOn, new DateOnly(2023, 7, 3)));
        var id = await host.Get<IssuePaper>().IssueAsync(OfficePlan.Lead, new(PaperKind.Circular, "示例〔2023〕2号", "通知") { Programme = OfficePlan.Programme, To = [NewPaper.AllUnits] });
        (await host.Get<PaperPageQuery>().FindAsync(OfficePlan.Lead, id, null, 1))!.Main.Names.ShouldBe(["示例一站"]);
    }
}
