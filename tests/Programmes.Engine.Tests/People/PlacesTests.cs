using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.Urging;
using Programmes.Engine.WorkItems;

namespace Programmes.Engine.Tests.People;

/// <summary>Two counties below a city, a unit below each county, one office beside them: who sees, urges and files what.</summary>
public sealed class PlacesTests : IAsyncLifetime
{
    private const string Programme = OfficePlan.Programme;
    private EngineHost host = null!;

    public async Task InitializeAsync() => host = await OfficePlan.LaunchAsync(
        [OfficePlan.Work("city-plan", "lead"), OfficePlan.Work("county-plan", "county"), OfficePlan.Work("other-plan", "other-county"), OfficePlan.Work("reply", "government")],
        [OfficePlan.Work("report", "unit", ("reviewer", "government"))], amend: launch =>
        {
            var offices = launch["offices"]!.AsObject();
            offices["lead"]!["level"] = "city";
            (offices["county"]!["superior"], offices["county"]!["level"]) = ("lead", "county");
            offices["other-county"] = new JsonObject { ["name"] = "示例二县文化局", ["mail"] = "county2@example.org", ["superior"] = "lead", ["level"] = "county" };
            var units = launch["units"]!.AsArray();
            units[0]!["level"] = "township";
            (units[1]!["level"], units[1]!["superior"]) = ("township", "other-county");
        });

    public async Task DisposeAsync() => await host.DisposeAsync();

    private static Person Supervisor(params SupervisionScope[] scopes) => new("supervisor") { IsSupervisor = true, Scopes = scopes };

    /// <summary>Titles of what the person sees on the supervision page, with the unit.</summary>
    private async Task<string[]> SeenAsync(Person person)
    {
        var (works, seen) = (host.Get<WorkItemQuery>(), new List<string>());
        await using var db = host.Db();
        foreach (var item in await db.WorkItems.OrderBy(row => row.Activity).ThenBy(row => row.UnitId).ToListAsync())
            if (await works.RunAsync(person, item.Id) is not null) seen.Add($"{item.Activity}{item.UnitId}");
        var supervised = await host.Get<SupervisionQuery>().RunAsync(person, new(SupervisionShown.Unsigned, null, null, null, null), 1);
        supervised.Unsigned.ShouldBe(seen.Count, "the list and the single work item follow one rule");
        return [.. seen];
    }

    private async Task<string> IdAsync(string activity, string? unit = null)
    {
        await using var db = host.Db();
        return await db.WorkItems.Where(row => row.Activity == activity && row.UnitId == unit).Select(row => row.Id).SingleAsync();
    }

    [Fact]
    public async Task PersonOfSeveralPlaces_SeesAndFilesForEach()
    {
        var person = new Person("clerk") { Places = [new(Programme, null, "a"), new(null, "government", null), new("elsewhere", null, "b")] };

        (await SeenAsync(person)).ShouldBe(["reply", "reporta", "reportb"], "its own, its office's, and what that reviews");
        var list = await host.Get<WorkListQuery>().RunAsync(person, WorkShown.All, false, 1);
        list.Lines.Rows.Select(line => line.Title.Zh).Order(StringComparer.Ordinal).ShouldBe(["reply", "report"]);
        await host.Get<WorkOnItem>().SubmitAsync(person, await IdAsync("report", "a"));
        await host.Get<WorkOnItem>().SubmitAsync(person, await IdAsync("reply"));
        (await Should.ThrowAsync<RefusedException>(async () => await host.Get<WorkOnItem>().SubmitAsync(person, await IdAsync("report", "b")))).IsForbidden.ShouldBeTrue();
        (await Should.ThrowAsync<RefusedException>(async () => await host.Get<WorkOnItem>().SubmitAsync(person, await IdAsync("county-plan")))).IsForbidden.ShouldBeTrue();
    }

    [Fact]
    public async Task SuperiorOffice_SeesAndUrgesWhatIsBelowIt_ButDoesNotFileIt()
    {
        (await SeenAsync(OfficePlan.County)).ShouldBe(["county-plan", "reporta"]);
        (await SeenAsync(OfficePlan.Lead)).ShouldBe(["city-plan", "county-plan", "other-plan", "reporta", "reportb"], "offices below, and their units");
        (await SeenAsync(OfficePlan.UnitA)).ShouldBe(["reporta"]);
        (await SeenAsync(Person.Nobody)).ShouldBeEmpty();

        var report = await IdAsync("report", "a");
        (await host.Get<WorkItemQuery>().RunAsync(OfficePlan.Lead, report)).ShouldNotBeNull().MayFile.ShouldBeFalse();
        (await Should.ThrowAsync<RefusedException>(() => host.Get<WorkOnItem>().SubmitAsync(OfficePlan.Lead, report))).IsForbidden.ShouldBeTrue();
        (await host.Get<UrgeWork>().UrgeAsync(OfficePlan.Lead, new([report, await IdAsync("county-plan")], "请抓紧办理"))).Urged.Count.ShouldBe(2);
        (await Should.ThrowAsync<RefusedException>(async () => await host.Get<UrgeWork>().UrgeAsync(OfficePlan.County, new([await IdAsync("report", "b")], "请抓紧办理")))).Words.Zh.ShouldContain("没有找到此任务");
    }

    [Fact]
    public async Task Supervisor_SeesItsScopesOnly()
    {
        (await SeenAsync(Supervisor())).Length.ShouldBe(6, "the whole");
        (await SeenAsync(Supervisor(new SupervisionScope(Programme)))).Length.ShouldBe(6);
        (await SeenAsync(Supervisor(new SupervisionScope("elsewhere")))).ShouldBeEmpty();
        (await SeenAsync(Supervisor(new SupervisionScope()))).ShouldBeEmpty();
        (await SeenAsync(Supervisor(new SupervisionScope(Level: AdministrativeLevel.County)))).ShouldBe(["county-plan", "other-plan"]);
        (await SeenAsync(Supervisor(new SupervisionScope(Programme, AdministrativeLevel.Township)))).ShouldBe(["reporta", "reportb"]);
        (await SeenAsync(Supervisor(new SupervisionScope(Programme, OfficeRole: "county")))).ShouldBe(["county-plan", "reporta"]);
        (await SeenAsync(Supervisor(new SupervisionScope(null, OfficeRole: "lead")))).ShouldBe(["city-plan", "county-plan", "other-plan", "reporta", "reportb"]);
        (await SeenAsync(Supervisor(new(Programme, UnitId: "b"), new(Programme, AdministrativeLevel.City)))).ShouldBe(["city-plan", "reportb"]);
    }

    [Fact]
    public async Task SupervisorsScope_HoldsOnBoardOverviewHistoryAndEvidence()
    {
        var county = Supervisor(new SupervisionScope(Programme, OfficeRole: "county"));

        (await host.Get<CohortBoardQuery>().RunAsync(county, Programme, 1, null, 1)).ShouldNotBeNull().Units.Rows.Select(row => row.UnitId).ShouldBe(["a"]);
        (await host.Get<CohortBoardQuery>().RunAsync(Supervisor(), Programme, 1, null, 1)).ShouldNotBeNull().Units.Total.ShouldBe(2);
        (await host.Get<OverviewQuery>().RunAsync(county)).Open.ShouldBe(2);
        (await host.Get<ProgrammeQueries>().HeadAsync(county, Programme)).ShouldNotBeNull();
        (await host.Get<ProgrammeQueries>().HeadAsync(Supervisor(new SupervisionScope("elsewhere")), Programme)).ShouldBeNull();
        (await host.Get<DirectoryQuery>().RunAsync(county, Programme, false, null, 1)).Units.Rows.Select(line => line.UnitId).ShouldBe(["a"]);
        (await host.Get<PaperQueries>().ListAsync(county, Programme, 1)).Total.ShouldBe(0);
        (await host.Get<LedgerQueries>().LedgersAsync(county, new(Programme))).Total.ShouldBe(0);
        (await host.Get<ReadEvidence>().ListAsync(county, new(EvidenceSubjectKind.WorkItem, await IdAsync("report", "b")))).ShouldBeNull();
        county.CanSeeAll.ShouldBeFalse();
        (await Should.ThrowAsync<RefusedException>(() => host.Get<UrgingQuery>().BulletinAsync(county, Programme, OfficePlan.StartsOn))).IsForbidden.ShouldBeTrue("a bulletin names all counties");
    }

    [Fact]
    public async Task PlaceOfAUnitThatLeft_ReadsButDoesNothing()
    {
        var left = new Person("clerk") { Places = [new(Programme, null, "a") { HasLeft = true }, new(Programme, null, "b")] };

        (await SeenAsync(left)).ShouldBe(["reporta", "reportb"]);
        (await host.Get<WorkListQuery>().RunAsync(left, WorkShown.All, false, 1)).Counts.All.ShouldBe(1);
        (await Should.ThrowAsync<RefusedException>(async () => await host.Get<WorkOnItem>().SubmitAsync(left, await IdAsync("report", "a")))).IsForbidden.ShouldBeTrue();
        await host.Get<WorkOnItem>().SubmitAsync(left, await IdAsync("report", "b"));
    }

    [Fact]
    public async Task AccountOfAUnit_LearnsThatItLeft()
    {
        await using (var db = host.Db())
        {
            db.Users.Add(new() { Id = "u", UserName = "u", NormalizedUserName = "U", SecurityStamp = "s" });
            db.Roles.Add(new() { Id = "unit", Name = "unit", NormalizedName = "UNIT" });
            db.UserRoles.Add(new() { UserId = "u", RoleId = "unit" });
            db.AccountPlaces.Add(new() { AccountId = "u", ProgrammeId = Programme, UnitId = "b" });
            await db.SaveChangesAsync();
        }

        await host.Get<WithdrawUnit>().RunAsync(EngineHost.Office, Programme, "b", "撤销建制");

        await using var read = host.Db();
        (await AccountStore.LoadAsync(read, "u", default)).ShouldNotBeNull().ToPerson().Places.ShouldHaveSingleItem().HasLeft.ShouldBeTrue();
    }
}
