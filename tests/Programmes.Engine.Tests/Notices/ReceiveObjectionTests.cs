using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Notices;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Evidence;
using Programmes.Engine.Tests.Operations;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Tests.Notices;

/// <summary>Tongjiang's first batch, whose notice is published on 2023-11-30 and closes on 2023-12-07.</summary>
public sealed class ReceiveObjectionTests : OperationTests
{
    private static readonly DateOnly LastDay = On(2023, 12, 7);

    private ReceiveObjection Receiving => Host.Get<ReceiveObjection>();
    private ObjectToNotice Deciding => Host.Get<ObjectToNotice>();

    private async Task<string> NoticeAsync()
    {
        await LaunchAsync(Few);
        await PassUntilAsync(On(2023, 11, 30));
        var notice = await ReadAsync(db => db.Notices.SingleAsync());
        notice.ClosesOn.ShouldBe(LastDay);
        return notice.Id;
    }

    /// <summary>Four stations of the first batch alone.</summary>
    private static string Few(string file)
    {
        var launch = JsonNode.Parse(file)!;
        string[] few = ["s01", "s02", "s03", "s04"];
        launch["units"] = new JsonArray([.. launch["units"]!.AsArray().Where(unit => few.Contains((string)unit!["id"]!)).Select(unit => unit!.DeepClone())]);
        foreach (var batch in launch["batches"]!.AsArray())
            if (batch!["units"] is JsonArray units) batch["units"] = new JsonArray([.. units.Where(unit => few.Contains((string)unit!)).Select(unit => unit!.DeepClone())]);
        return launch.ToJsonString();
    }

    private static PublicObjection Of(string notice, string unit, ObjectionSource source = ObjectionSource.RealName) =>
        new(notice, unit, source, "填报的开放时间与实际不符，请核查。", source == ObjectionSource.Anonymous ? null : "某群众", source == ObjectionSource.Anonymous ? null : "someone@example.org", ObjectionReceipt.New());

    private Task<string?> OutcomeAsync(string notice, string unit) => ReadAsync(db => db.StepRows.Where(row => row.SubjectId == notice && row.UnitId == unit).Select(row => row.Outcome).SingleAsync());

    private Task<StepRowStatus> RowAsync(string notice, string unit) => ReadAsync(db => db.StepRows.Where(row => row.SubjectId == notice && row.UnitId == unit).Select(row => row.Status).SingleAsync());

    [Fact]
    public async Task OnTheLastEvening_TheUnitWaitsForTheAnswer_AndTheOthersGoOn()
    {
        var notice = await NoticeAsync();
        Host.Clock.To(LastDay, 20);
        foreach (var unit in new[] { "s01", "s02", "s03" }) (await Receiving.ReceiveAsync(Of(notice, unit), preview: false)).State.ShouldBe(ObjectionState.Filed);
        (await RowAsync(notice, "s01")).ShouldBe(StepRowStatus.Open, "nothing is suspended until it is accepted");

        Host.Clock.To(LastDay.AddDays(1), 9);
        await PumpAsync();

        (await ReadAsync(db => db.Notices.SingleAsync())).Status.ShouldBe(NoticeStatus.Closed);
        (await ReadAsync(db => db.StepRows.CountAsync(row => row.SubjectId == notice && row.Outcome == BatchRows.NoObjection))).ShouldBe(1);
        foreach (var unit in new[] { "s01", "s02", "s03" }) (await OutcomeAsync(notice, unit)).ShouldBeNull();

        var ids = await ReadAsync(db => db.Objections.ToDictionaryAsync(row => row.UnitId, row => row.Id));
        await Deciding.RefuseAsync(Office, ids["s01"], "与公示内容无关");
        (await OutcomeAsync(notice, "s01")).ShouldBe(BatchRows.NoObjection);
        await Deciding.KeepAsLeadAsync(Office, ids["s02"], "联系不上提出人");
        (await OutcomeAsync(notice, "s02")).ShouldBe(BatchRows.NoObjection);
        await Deciding.AcceptAsync(Office, ids["s03"]);
        (await RowAsync(notice, "s03")).ShouldBe(StepRowStatus.Suspended);
        await Deciding.DecideAsync(Office, ids["s03"], upheld: true, "经核查属实");
        (await OutcomeAsync(notice, "s03")).ShouldBe("Upheld");
        await PassUntilAsync(On(2024, 1, 31));
        (await ReadAsync(db => db.UnitResults.CountAsync(row => row.Batch == 1 && row.Achieved))).ShouldBe(3);
    }

    [Fact]
    public async Task TwoObjectionsToOneUnit_HoldItUntilBothAreDealtWith()
    {
        var notice = await NoticeAsync();
        Host.Clock.To(LastDay, 20);
        await Receiving.ReceiveAsync(Of(notice, "s01"), preview: false);
        await Receiving.ReceiveAsync(Of(notice, "s01"), preview: false);
        var ids = await ReadAsync(db => db.Objections.OrderBy(row => row.Id).Select(row => row.Id).ToListAsync());
        await Deciding.AcceptAsync(Office, ids[0]);
        Host.Clock.To(LastDay.AddDays(1), 9);
        await PumpAsync();

        await Deciding.DecideAsync(Office, ids[0], upheld: false, "不成立");
        (await OutcomeAsync(notice, "s01")).ShouldBeNull("the second still waits");
        await Deciding.RefuseAsync(Office, ids[1], "重复提出");

        (await OutcomeAsync(notice, "s01")).ShouldBe(BatchRows.NoObjection);
    }

    [Fact]
    public async Task LateOrAnonymous_IsALead()
    {
        var notice = await NoticeAsync();
        Host.Clock.To(LastDay, 20);
        (await Receiving.ReceiveAsync(Of(notice, "s01", ObjectionSource.Anonymous), preview: false)).State.ShouldBe(ObjectionState.Lead);
        Host.Clock.To(LastDay.AddDays(1), 0.5);
        (await Receiving.ReceiveAsync(Of(notice, "s02"), preview: false)).State.ShouldBe(ObjectionState.Lead);

        (await OutcomeAsync(notice, "s01")).ShouldBe(BatchRows.NoObjection);
        (await OutcomeAsync(notice, "s02")).ShouldBe(BatchRows.NoObjection);
        (await ReadAsync(db => db.Objections.SingleAsync(row => row.UnitId == "s01"))).Author.ShouldBeNull();
    }

    [Fact]
    public async Task Flood_OfOneNotice_IsStoppedForTheDay()
    {
        var notice = await NoticeAsync();
        for (var i = 0; i < ReceiveObjection.PerDayMax; i++) await Receiving.ReceiveAsync(Of(notice, "s01"), preview: false);

        (await Should.ThrowAsync<RefusedException>(() => Receiving.ReceiveAsync(Of(notice, "s02"), preview: false))).Words.Zh.ShouldContain("已达上限");

        Host.Clock.Now += TimeSpan.FromHours(25);
        (await Receiving.ReceiveAsync(Of(notice, "s02"), preview: false)).State.ShouldBe(ObjectionState.Filed);
    }

    [Fact]
    public async Task Receipt_TellsHowItStands_AndNeitherMailNorAuditNamesTheAuthor()
    {
        var notice = await NoticeAsync();
        var objection = Of(notice, "s01") with { Files = [new(new MemoryStream(Files.Pdf()), "说明.pdf")] };
        await Receiving.ReceiveAsync(objection, preview: false);

        var standing = (await Host.Get<ObjectionQueries>().StandingAsync(objection.Receipt.Replace('-', ' ').ToLowerInvariant())).ShouldNotBeNull();
        (standing.State, standing.FiledOn).ShouldBe((ObjectionState.Filed, Host.Clock.Today));
        (await Host.Get<ObjectionQueries>().StandingAsync(ObjectionReceipt.New())).ShouldBeNull();
        (await Host.Get<ObjectionQueries>().InboxAsync(Office, 1)).Rows.Single().Files.ShouldBe(1);
        await Should.ThrowAsync<RefusedException>(() => Host.Get<ObjectionQueries>().InboxAsync(new("supervisor") { IsSupervisor = true }, 1));
        await Should.ThrowAsync<RefusedException>(() => Deciding.ReadAuthorAsync(new("supervisor") { IsSupervisor = true }, 1));
        (await ReadAsync(db => db.MailRequests.Where(row => row.Key.StartsWith("objection|")).Select(row => row.Payload).ToListAsync())).ShouldAllBe(payload => !payload.Contains("某群众") && !payload.Contains("开放时间"));
        (await ReadAsync(db => db.Audit.Where(row => row.Details != null && row.Details.Contains("某群众")).CountAsync())).ShouldBe(0);
        (await ReadAsync(db => db.Audit.SingleAsync(row => row.Action == "objection.received"))).Actor.ShouldBe("public");
    }
}
