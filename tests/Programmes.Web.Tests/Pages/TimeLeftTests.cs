using System.Text.RegularExpressions;

namespace Programmes.Web.Tests.Pages;

/// <summary>What the first page and the timeline say of time: what is left, what is late and below whom, what is over.</summary>
public sealed partial class TimeLeftTests(PlanApp plan) : IClassFixture<PlanApp>
{
    [Fact]
    public async Task OverviewAndTimeline_FromTheFirstDayToTheNotice_SayWhatIsLeftLateAndOver()
    {
        // 4 to 31 July: 20 working days; August: 23; 1 to 28 September: 20, and from the 29th on it is a holiday.
        (await TextAsync($"/programmes/{PlanApp.Programme}")).ShouldContain("还有 63 个工作日的余地");

        // The stations' own stage ended with September; the assessment has until 31 October, and then it is too late.
        await plan.AdvanceAsync(new(2023, 10, 9));
        (await TextAsync($"/programmes/{PlanApp.Programme}")).ShouldContain("还有 16 个工作日的余地");
        await plan.AdvanceAsync(new(2023, 11, 6));
        (await TextAsync($"/programmes/{PlanApp.Programme}")).ShouldContain("已超过 4 个工作日");
        var late = await TextAsync("/");
        late.ShouldContain("逾期任务按单位");
        late.ShouldContain("2023-08-31");

        await plan.UntilNoticeAsync();
        var over = await TextAsync("/");
        over[over.IndexOf("近三十天完成", StringComparison.Ordinal)..].ShouldContain("核实与实地评估");
    }

    private async Task<string> TextAsync(string address) => Space().Replace(Tag().Replace(await plan.Administrator.GetStringAsync(address), " "), " ");

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
