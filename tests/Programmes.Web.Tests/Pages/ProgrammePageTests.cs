using System.Net;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Web.Tests.Pages;

public sealed class ProgrammePageTests(PlanApp plan) : IClassFixture<PlanApp>
{
    [Theory]
    [InlineData("/", "进行中的专项工作")]
    [InlineData("/programmes", "示例文号〔2023〕1号")]
    [InlineData("/programmes/tongjiang-grading-2023", "自查整改与网上填报")]
    [InlineData("/programmes/tongjiang-grading-2023?view=Board&batch=1", "示例乡镇01综合文化站")]
    [InlineData("/programmes/tongjiang-grading-2023?view=Notices", "没有公示")]
    [InlineData("/programmes/tongjiang-grading-2023?view=Results", "还没有结论")]
    [InlineData("/programmes/tongjiang-grading-2023?view=History", "大事记")]
    [InlineData("/programmes/tongjiang-grading-2023?view=Incidents", "没有异常")]
    [InlineData("/programmes/tongjiang-grading-2023?view=Mails", "邮件")]
    [InlineData("/work", "对标自查，形成问题清单和台账")]
    [InlineData("/supervision?shown=Unsigned", "对标自查，形成问题清单和台账")]
    [InlineData("/notices", "公示")]
    [InlineData("/public/notices", "当前没有公示")]
    [InlineData("/mails", "邮件")]
    [InlineData("/calendar/2023", "2022年12月8日")]
    [InlineData("/calendar/2050", "尚未公布")]
    [InlineData("/definitions", "tongjiang-grading-batch")]
    [InlineData("/definitions/tongjiang-grading-station/1", "等待公示结果")]
    [InlineData("/audit", "programme.launched")]
    public async Task Page_Shows(string address, string text)
    {
        foreach (var language in new[] { "zh", "en" })
        {
            var browser = await plan.App.AdministratorAsync(language);
            var answer = await browser.GetAsync(address);
            var html = await answer.Content.ReadAsStringAsync();

            answer.StatusCode.ShouldBe(HttpStatusCode.OK, html);
            html.ShouldNotContain(" style=", customMessage: "the security policy refuses inline styles");
            if (language == "zh") html.ShouldContain(text);
        }
    }

    [Fact]
    public async Task Archived_IsSaid_WithWhatIsLeft_AndTheFileToAdministratorsAlone()
    {
        await using var archived = new ArchivedPlan();
        await archived.InitializeAsync();
        var administrator = await archived.App.AdministratorAsync("zh");
        var page = $"/programmes/{SmallPlan.Programme}";
        (await administrator.GetStringAsync(page)).ShouldNotContain("按保存期限归档");
        var work = await archived.ArchiveAsync();

        var html = await administrator.GetStringAsync(page);
        html.ShouldContain("按保存期限归档");
        html.ShouldContain("仍可在此查看");
        html.ShouldContain("不能再查看：流程的步骤记录、各单位的填报内容");
        html.ShouldContain("small-plan-2.zip");
        var unit = await archived.UnitAsync("a");
        html = await unit.GetStringAsync(page);
        html.ShouldContain("按保存期限归档");
        html.ShouldNotContain("small-plan-2.zip", customMessage: "where files are is the administrator's");
        (await unit.GetStringAsync($"/work/{work}")).ShouldContain("填报内容已于");
        (await (await archived.App.AdministratorAsync("en")).GetStringAsync(page)).ShouldContain("as the retention rule says");
    }

    private sealed class ArchivedPlan : IAsyncDisposable
    {
        private readonly SmallPlan plan = new();

        public WebApp App => plan.App;

        public Task InitializeAsync() => plan.InitializeAsync();

        public Task<HttpClient> UnitAsync(string unit) => plan.UnitAsync(unit);

        /// <summary>As the retention rule leaves it, after a run that was interrupted; returns a work item whose form went.</summary>
        public async Task<string> ArchiveAsync()
        {
            var work = await plan.ReportAsync("a");
            await using var db = plan.Get<IDbContextFactory<ProgrammesDb>>().CreateDbContext();
            var now = plan.App.Time.GetUtcNow();
            await db.Programmes.ExecuteUpdateAsync(set => set.SetProperty(row => row.DetailsRemovedAt, now).SetProperty(row => row.EndedAt, now.AddYears(-11)));
            await db.WorkItems.Where(row => row.Id == work).ExecuteUpdateAsync(set => set.SetProperty(row => row.Form, "sheet").SetProperty(row => row.SubmittedOn, new DateOnly(2023, 7, 4)).SetProperty(row => row.ClosedOn, new DateOnly(2023, 7, 5)).SetProperty(row => row.Status, WorkItemStatus.Completed));
            foreach (var (forms, file) in new[] { (3, "small-plan.zip"), (0, "small-plan-2.zip") })
                db.Audit.Add(new() { At = now, Actor = "engine", Action = "programme.details-removed", Subject = SmallPlan.Programme, ProgrammeId = SmallPlan.Programme, Details = $"executions 9, leftovers 1, forms {forms}, archive {file}" });
            await db.SaveChangesAsync();
            return work;
        }

        public async ValueTask DisposeAsync() => await plan.DisposeAsync();
    }

    [Fact]
    public async Task AdvanceClock_MakesWorkLateAndSaysWhyTheDay()
    {
        var answer = await plan.Administrator.SubmitAsync($"/programmes/{PlanApp.Programme}", new() { ["to"] = "2023-09-01" }, $"/programmes/{PlanApp.Programme}?handler=Advance");
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await plan.PumpAsync();

        var html = await plan.Administrator.GetStringAsync($"/supervision?programme={PlanApp.Programme}&batch=1");

        html.ShouldContain("示例乡镇01综合文化站");
        html.ShouldContain("逾期 1 个工作日");
        html.ShouldContain("为什么是这一天？");
        (await plan.Administrator.GetStringAsync($"/programmes/{PlanApp.Programme}")).ShouldContain("演示时钟");
    }

    [Fact]
    public async Task AdvanceClock_BackInTime_IsRefusedOnThePage()
    {
        var answer = await plan.Administrator.SubmitAsync($"/programmes/{PlanApp.Programme}", new() { ["to"] = "2020-01-01" }, $"/programmes/{PlanApp.Programme}?handler=Advance");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("只能向前");
    }

    [Fact]
    public async Task Board_ForAUnit_ShowsItsOwnLineOnly()
    {
        var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s02", acceptLanguage: "zh");

        var html = await unit.GetStringAsync($"/programmes/{PlanApp.Programme}?view=Board&batch=1");

        html.ShouldContain("示例乡镇02综合文化站");
        html.ShouldNotContain("示例乡镇01综合文化站");
        (await unit.GetAsync($"/programmes/{PlanApp.Programme}?view=Mails")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Board_ChosenByState_CountsAndLeafsAtTheServer_AndKeepsTheChoiceInLinks()
    {
        var page = $"/programmes/{PlanApp.Programme}?view=Board&batch=1&state=";
        var found = new List<string>();
        foreach (var state in new[] { "Late", "Soon", "Fine" })
            if ((await plan.Administrator.GetStringAsync(page + state)).Contains("示例乡镇01综合文化站", StringComparison.Ordinal)) found.Add(state);
        found.ShouldNotBeEmpty();
        var html = await plan.Administrator.GetStringAsync(page + found[0]);
        html.ShouldContain($"board.xlsx?batch=1&amp;state={found[0]}");
        html.ShouldContain($"value=\"{found[0]}\" selected");
        (await plan.Administrator.GetAsync($"/exports/programmes/{PlanApp.Programme}/board.xlsx?batch=1&state={found[0]}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        html = await plan.Administrator.GetStringAsync(page + "Suspended");
        html.ShouldContain("这一批没有符合条件的单位");
        html.ShouldNotContain("示例乡镇01综合文化站");
    }

    [Theory]
    [InlineData("/audit")]
    [InlineData("/mails")]
    public async Task OfficePages_ForAUnit_AreForbidden(string address)
    {
        var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s02");

        (await unit.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Calendar_CountsAndExplains()
    {
        var html = await plan.Administrator.GetStringAsync("/calendar/2023?from=2023-09-25&by=5个工作日");

        html.ShouldContain("2023年10月8日（周日）");
        html.ShouldContain("参照《民法典》第二百零一条");
    }

    [Fact]
    public async Task Calendar_WithARuleThatIsNone_SaysSo()
    {
        var html = await plan.Administrator.GetStringAsync("/calendar/2023?from=2023-09-25&by=<b>五天左右");

        html.ShouldContain("row-problem");
        html.ShouldNotContain("<b>五天");
    }
}
