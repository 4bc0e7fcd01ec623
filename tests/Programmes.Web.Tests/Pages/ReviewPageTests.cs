using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Ledgers;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.WorkItems;
using Programmes.Storage;

namespace Programmes.Web.Tests.Pages;

/// <summary>What waits for an office: accepted in bulk, granted, given to somebody else; and the comparison that counts it.</summary>
public sealed class ReviewPageTests : IAsyncLifetime
{
    private readonly SmallPlan plan = new();

    public Task InitializeAsync() => plan.InitializeAsync();

    public Task DisposeAsync() => plan.DisposeAsync();

    private async Task<string> SubmitAsync(string unit)
    {
        var report = await plan.ReportAsync(unit);
        await plan.Get<WorkOnItem>().SubmitAsync(SmallPlan.Office, report);
        return report;
    }

    [Fact]
    public async Task Reviewer_AcceptsManyAtOnce_AndIsToldWhatCouldNotBeDone()
    {
        var (a, b, c) = (await SubmitAsync("a"), await SubmitAsync("b"), await SubmitAsync("c"));
        var county = await plan.OfficeAsync("county");
        var html = await county.GetStringAsync("/review?kind=Work");
        html.ShouldContain($"value=\"{a}\"");
        html.ShouldNotContain($"value=\"{c}\"", customMessage: "another county's");
        (await SmallPlan.SendAsync(county, "/review?kind=Work", "/review?handler=Choose&kind=Work")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var answer = await SmallPlan.SendAsync(county, "/review?kind=Work", "/review?handler=Accept&kind=Work", ("Items", a), ("Items", b), ("Items", c));

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        var said = WebUtility.HtmlDecode(await county.GetStringAsync(answer.Headers.Location!.ToString()));
        said.ShouldContain("已办 2 项；1 项没有办");
        said.ShouldNotContain("示例三站", customMessage: "nothing is told of what is not its own");
        await using var db = await plan.Get<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.WorkItems.CountAsync(row => row.Id == c && row.ClosedOn == null)).ShouldBe(1);
        (await (await SmallPlan.SendAsync(county, "/review?kind=Work", "/review?handler=Accept&kind=Work")).Content.ReadAsStringAsync()).ShouldContain("请先选择");
    }

    [Fact]
    public async Task Queue_HoldsEveryKind_OldestFirst_AndLeadsToEach()
    {
        await SubmitAsync("a");
        var entry = await plan.Get<OpenEntry>().OpenAsync(SmallPlan.Office, await plan.LedgerAsync("a"), new("设施设备", "阅览室<b>未开放</b>", Assignment: new("镇政府", "副镇长", new(2023, 8, 1))));
        await plan.Get<SubmitEntry>().SubmitAsync(SmallPlan.Office, entry, "已开放");
        await plan.Get<ReviewItem>().AskExtensionAsync(SmallPlan.Office, await plan.ReportAsync("b"), new(2023, 7, 21), "设备未到");
        var county = await plan.OfficeAsync("county");

        var html = await county.GetStringAsync("/review");
        Regex.Match(html, "aria-current=\"page\">全部<span class=\"tab-count\">(\\d+)").Groups[1].Value.ShouldBe("3");
        html.ShouldContain($"/ledgers/entries/{entry}");
        html.ShouldNotContain("<b>未开放</b>");
        html.ShouldContain("设备未到");
        var extension = await plan.ReportAsync("b");
        (await (await SmallPlan.SendAsync(county, "/review?kind=Extension", "/review?handler=Accept&kind=Extension", ("Items", extension))).Content.ReadAsStringAsync()).ShouldContain("请写明准予延期的理由");
        (await SmallPlan.SendAsync(county, "/review?kind=Extension", "/review?handler=Accept&kind=Extension", ("Items", extension), ("Answer", "情况属实"))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await plan.Get<WorkItemQuery>().RunAsync(SmallPlan.Office, extension))!.Due!.On.ShouldBe(new DateOnly(2023, 7, 21));
        (await SmallPlan.SendAsync(county, "/review?kind=Entry", "/review?handler=Accept&kind=Entry", ("Items", entry))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await plan.Get<LedgerBoardQuery>().FindAsync(SmallPlan.Office, entry))!.Line.ClosedOn.ShouldNotBeNull();
        (await (await plan.OfficeAsync("other")).GetStringAsync("/review")).ShouldContain("没有等待审核的事项");
    }

    [Fact]
    public async Task UnitsAndReaders_ReviewNothing()
    {
        var report = await SubmitAsync("a");
        foreach (var browser in new[] { await plan.UnitAsync("a"), await plan.UnitAsync("b"), await plan.App.SignedInAsync(PersonRole.Reader), await plan.App.SignedInAsync(PersonRole.Supervisor) })
        {
            (await browser.GetStringAsync("/")).ShouldNotContain("href=\"/review\"");
            (await SmallPlan.SendAsync(browser, "/work", "/review?handler=Accept&kind=Work", ("Items", report))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        await using var db = await plan.Get<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.WorkItems.CountAsync(row => row.Id == report && row.ClosedOn == null)).ShouldBe(1);
    }

    [Fact]
    public async Task OpenWork_GoesToAnotherOffice_WithItsReason_AndIsTheOtherOnesAtOnce()
    {
        var report = await plan.ReportAsync("a");
        var (lead, unit, other) = (await plan.LeadAsync(), await plan.UnitAsync("a"), await plan.OfficeAsync("other"));
        await plan.Get<WorkOnItem>().SignForAsync(SmallPlan.Office, report);
        (await lead.GetStringAsync($"/work/{report}")).ShouldContain($"/work/{report}/reassign");
        var page = $"/work/{report}/reassign";
        foreach (var (to, reason, words) in new[] { ("", "x", "请选择承办单位"), ("other", " ", "请写明改派理由"), ("county", "x", "不能既办理又审核"), ("unit", "x", "无须改派"), ("nobody", "x", "没有角色"), ("other", new string('长', 1001), "理由最长") })
        {
            var refused = await SmallPlan.SendAsync(lead, page, page, ("To", to), ("Reason", reason));
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync()).ShouldContain(words);
        }

        foreach (var browser in new[] { unit, other }) (await SmallPlan.SendAsync(browser, "/work", page, ("To", "other"), ("Reason", "x"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await SmallPlan.SendAsync(lead, page, page, ("To", "other"), ("Reason", "该站由乙县代管"))).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        (await unit.GetAsync($"/work/{report}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var html = WebUtility.HtmlDecode(await other.GetStringAsync($"/work/{report}"));
        html.ShouldContain("改派");
        html.ShouldContain("该站由乙县代管");
        html.ShouldContain("待签收");
        await using var db = await plan.Get<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        var row = await db.WorkItems.SingleAsync(one => one.Id == report);
        (row.NextReminderOn, row.RemindersSent).ShouldBe((new DateOnly(2023, 7, 4), 0), "it is new to those who have it now");
        (await db.Audit.CountAsync(one => one.Subject == report && one.Action == "work-item.Reassigned")).ShouldBe(1);
        await plan.Get<WorkOnItem>().SubmitAsync(new("x") { ProgrammeId = SmallPlan.Programme, OfficeRole = "other" }, report);
    }

    [Fact]
    public async Task Comparison_CountsByOffice_InTheOrderOfNames_AndLeadsToTheLists()
    {
        var a = await SubmitAsync("a");
        await plan.Get<ReviewItem>().CompleteAsync(SmallPlan.Office, a);
        await plan.AdvanceAsync(new(2023, 7, 17));
        var b = await SubmitAsync("b");
        await plan.Get<ReviewItem>().CompleteAsync(SmallPlan.Office, b);
        var query = plan.Get<WorkComparisonQuery>();
        var found = (await query.RunAsync(SmallPlan.Office, new(SmallPlan.Programme, new(2023, 1, 1), new(2023, 12, 31))))!;

        found.Units.Select(one => one.Name).ShouldBe(["示例乙县文化局", "示例甲县文化局"], "by name");
        var county = found.Units.Single(one => one.Role == "county");
        (county.Total, county.OnTime, county.DoneLate, county.Open, county.Late, county.LateDays).ShouldBe((2, 1, 1, 0, 0, 3L));
        (county.OnTimeRate, county.MeanLateDays).ShouldBe((0.5, 3.0));
        var other = found.Units.Single(one => one.Role == "other");
        (other.Total, other.Open, other.Late, other.LateDays, other.OnTimeRate).ShouldBe((1, 1, 1, 3L, 0.0));
        found.Offices.ShouldHaveSingleItem().OnTimeRate.ShouldBeNull("the office's own work is not due yet");
        found.AllUnits.Total.ShouldBe(3);
        (await query.RunAsync(SmallPlan.Office, new(SmallPlan.Programme, new(2024, 1, 1), new(2024, 12, 31))))!.Units.ShouldBeEmpty();
        (await query.ListAsync(SmallPlan.Office, new(new(SmallPlan.Programme, new(2023, 1, 1), new(2023, 12, 31)), ComparedShown.DoneLate, "county", null), 1))!.Rows.ShouldHaveSingleItem().Id.ShouldBe(b);

        var lead = await plan.LeadAsync();
        var page = $"/supervision/compare?programme={SmallPlan.Programme}&from=2023-01-01&until=2023-12-31";
        var html = await lead.GetStringAsync(page);
        html.ShouldNotContain("style=");
        html.IndexOf("示例乙县文化局", StringComparison.Ordinal).ShouldBeLessThan(html.IndexOf("示例甲县文化局", StringComparison.Ordinal));
        var link = WebUtility.HtmlDecode(Regex.Match(html, "href=\"(/supervision/period[^\"]*shown=Late[^\"]*superior=other[^\"]*)\"").Groups[1].Value);
        WebUtility.HtmlDecode(await lead.GetStringAsync(link)).ShouldContain("示例三站");
        (await (await plan.UnitAsync("a")).GetAsync(page)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await lead.GetAsync("/supervision/compare?programme=none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await lead.GetAsync($"/supervision/compare?programme={SmallPlan.Programme}&from=2024-01-01&until=2023-01-01")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await lead.GetStringAsync($"/supervision?programme={SmallPlan.Programme}&superior=county")).ShouldNotContain("示例三站");
        (await lead.GetStringAsync($"/supervision?programme={SmallPlan.Programme}&superior=other")).ShouldContain("示例三站");
        var seen = (await query.RunAsync(new("x") { ProgrammeId = SmallPlan.Programme, OfficeRole = "county" }, new(SmallPlan.Programme, new(2023, 1, 1), new(2023, 12, 31))))!;
        seen.Units.ShouldAllBe(one => one.Role == "county");
    }
}
