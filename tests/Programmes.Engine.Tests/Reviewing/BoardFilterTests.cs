using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;

namespace Programmes.Engine.Tests.Reviewing;

/// <summary>A board's units by how they stand: one late, the other done, as time goes on.</summary>
public sealed class BoardFilterTests
{
    private static async Task<string[]> UnitsAsync(EngineHost host, BoardFilter filter, Person? person = null) =>
        [.. (await host.Get<CohortBoardQuery>().RunAsync(person ?? EngineHost.Office, OfficePlan.Programme, 1, null, filter, 1))!.Units.Rows.Select(row => row.UnitId)];

    [Fact]
    public async Task Units_AreFoundByTheirLights()
    {
        await using var host = await OfficePlan.LaunchAsync([], [OfficePlan.Work("report", "unit", ("due", "2023-07-14"), ("reviewer", "county"))]);
        (await UnitsAsync(host, BoardFilter.Fine)).ShouldBe(["a", "b"]);
        (await UnitsAsync(host, BoardFilter.Late)).ShouldBeEmpty();
        host.Clock.To(new(2023, 7, 12), 9);
        (await UnitsAsync(host, BoardFilter.Soon)).ShouldBe(["a", "b"]);
        (await UnitsAsync(host, BoardFilter.Fine)).ShouldBeEmpty();
        var report = (await host.Get<WorkListQuery>().RunAsync(OfficePlan.UnitA, WorkShown.All, false, 1)).Lines.Rows[0].Id;
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, report);
        host.Clock.To(new(2023, 7, 17), 9);

        (await UnitsAsync(host, BoardFilter.Submitted)).ShouldBe(["a"]);
        (await UnitsAsync(host, BoardFilter.Late)).ShouldBe(["b"]);
        (await UnitsAsync(host, BoardFilter.Late, OfficePlan.UnitA)).ShouldBeEmpty("another unit's");
        (await UnitsAsync(host, BoardFilter.Done)).ShouldBeEmpty();
        await host.Get<ReviewItem>().CompleteAsync(OfficePlan.County, report);
        (await UnitsAsync(host, BoardFilter.Done)).ShouldBe(["a"]);
        (await UnitsAsync(host, BoardFilter.Submitted)).ShouldBeEmpty();
    }
}
