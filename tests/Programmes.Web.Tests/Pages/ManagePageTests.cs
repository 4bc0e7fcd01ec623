using System.Net;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;

namespace Programmes.Web.Tests.Pages;

/// <summary>A running programme is changed on its page, with reason and history.</summary>
public sealed class ManagePageTests : IAsyncLifetime
{
    private const string Page = $"/programmes/{SmallPlan.Programme}/manage";

    private readonly SmallPlan plan = new();

    public Task InitializeAsync() => plan.InitializeAsync();

    public Task DisposeAsync() => plan.DisposeAsync();

    private static Task<HttpResponseMessage> DoAsync(HttpClient browser, string handler, params (string Name, string Value)[] fields) =>
        SmallPlan.SendAsync(browser, "/programmes", $"{Page}?handler={handler}", [.. fields.Select(field => ($"Change.{field.Name}", field.Value))]);

    private static async Task MustAsync(HttpClient browser, string handler, params (string Name, string Value)[] fields)
    {
        var answer = await DoAsync(browser, handler, fields);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Units_JoinLeaveAndMerge_AndTheHistoryTellsWhy()
    {
        var lead = await plan.LeadAsync();
        (await lead.GetStringAsync($"/programmes/{SmallPlan.Programme}")).ShouldContain(Page);
        WebUtility.HtmlDecode(await lead.GetStringAsync(Page)).ShouldContain("“示例一站”退出后：1 项未办任务取消");
        await MustAsync(lead, "Admit", ("Unit", "d"), ("Name", "示例四站"), ("Batch", "1"), ("Superior", "county"), ("Reason", "新建的站"), ("Document", "示例〔2023〕9号"));
        WebUtility.HtmlDecode(await lead.GetStringAsync($"{Page}?sought=四站")).ShouldContain("示例四站");
        await MustAsync(lead, "Withdraw", ("Unit", "c"), ("Reason", "撤站<script>alert(1)</script>"));
        await MustAsync(lead, "Merge", ("Unit", "b"), ("Into", "a"), ("Reason", "乡镇合并"));
        var units = await plan.Get<ProgrammeManagement>().UnitsAsync(SmallPlan.Office, SmallPlan.Programme, null, 1);
        units.Rows.Select(unit => unit.Id).ShouldBe(["a", "d"]);
        var history = await lead.GetStringAsync($"{Page}?part=Changes");
        history.ShouldNotContain("<script>alert(1)");
        foreach (var words in new[] { "新建的站", "示例〔2023〕9号", "乡镇合并", "中途加入", "退出", "并入" }) WebUtility.HtmlDecode(history).ShouldContain(words);
        (await plan.UnitAsync("a")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Refused_KeepsWhatWasTyped_AndSaysWhatIsWrong()
    {
        var lead = await plan.LeadAsync();
        foreach (var (handler, fields, words) in new (string, (string, string)[], string)[]
        {
            ("Withdraw", [("Unit", "a"), ("Reason", " ")], "请写明理由"),
            ("Withdraw", [("Unit", "nobody"), ("Reason", "x")], "没有单位“nobody”"),
            ("Merge", [("Unit", "a"), ("Into", "a"), ("Reason", "x")], "不能并入自己"),
            ("Admit", [("Unit", "e"), ("Name", "示例五站"), ("Reason", "x")], "请选择批次"),
            ("Rename", [("Role", "county"), ("Name", "示例甲县文化局"), ("Mail", "office@example.org"), ("Reason", "x")], "没有变化"),
            ("HandOver", [("Role", "county"), ("Reason", "x")], "请填写接手单位的名称"),
            ("Preview", [("Policy", "提前很多天")], "提醒规则第"),
            ("Resume", [("Reason", "x")], "没有暂停"),
            ("Withdraw", [("Unit", "a"), ("Reason", new string('长', 1001))], "理由最长"),
        })
        {
            var answer = await DoAsync(lead, handler, fields);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, handler);
            WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()).ShouldContain(words);
        }

        WebUtility.HtmlDecode(await (await DoAsync(lead, "Admit", ("Unit", "e"), ("Name", "示例五站"), ("Reason", "有理由"), ("Document", "示例〔2023〕7号"))).Content.ReadAsStringAsync()).ShouldSatisfyAllConditions(
            html => html.ShouldContain("value=\"示例五站\""), html => html.ShouldContain("value=\"示例〔2023〕7号\""), html => html.ShouldContain(">有理由</textarea>"));
    }

    [Fact]
    public async Task Offices_Reminders_AndStanding_Change()
    {
        var lead = await plan.LeadAsync();
        await MustAsync(lead, "HandOver", ("Role", "other"), ("Name", "示例乙县文旅局"), ("Mail", "new@example.org"), ("Reason", "机构改革"));
        var offices = WebUtility.HtmlDecode(await lead.GetStringAsync($"{Page}?part=Offices"));
        offices.ShouldContain("示例乙县文旅局");
        offices.ShouldContain("示例乙县文化局", customMessage: "who held it before");
        var preview = WebUtility.HtmlDecode(await (await DoAsync(lead, "Preview", ("Policy", "提前1个工作日"))).Content.ReadAsStringAsync());
        preview.ShouldContain("4 项在办任务从下一个早上起按新规则提醒");
        preview.ShouldContain("2023-07-13", customMessage: "one working day before the 14th");
        (await plan.Get<ProgrammeManagement>().RemindersAsync(SmallPlan.Office, SmallPlan.Programme))!.Policy.ShouldBeNull("a preview changes nothing");
        await MustAsync(lead, "Reminders", ("Policy", "提前1个工作日"), ("Reason", "减少邮件"));
        (await plan.Get<ProgrammeManagement>().RemindersAsync(SmallPlan.Office, SmallPlan.Programme))!.Policy.ShouldBe("提前1个工作日");
        await MustAsync(lead, "Suspend", ("Reason", "防汛"));
        WebUtility.HtmlDecode(await lead.GetStringAsync($"{Page}?part=Standing")).ShouldContain("日期顺延");
        WebUtility.HtmlDecode(await lead.GetStringAsync("/programmes")).ShouldContain(">暂停</td>");
        WebUtility.HtmlDecode(await lead.GetStringAsync("/")).ShouldContain("<span class=\"light-word\">暂停</span>");
        await MustAsync(lead, "Resume", ("Mode", "KeepDates"), ("Reason", "汛期结束"));
        await MustAsync(lead, "Cancel", ("Reason", "误启动"));
        WebUtility.HtmlDecode(await lead.GetStringAsync(Page)).ShouldContain("不能再变更");
    }

    [Fact]
    public async Task Others_MayNotEvenLook()
    {
        foreach (var browser in new[] { await plan.UnitAsync("a"), await plan.OfficeAsync("county"), await plan.App.SignedInAsync(PersonRole.Supervisor), await plan.App.SignedInAsync(PersonRole.Reader) })
        {
            (await browser.GetAsync(Page)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            foreach (var handler in new[] { "Admit", "Withdraw", "Merge", "Rename", "HandOver", "Preview", "Reminders", "Suspend", "Resume", "Cancel" })
                (await DoAsync(browser, handler, ("Unit", "a"), ("Reason", "x"), ("Batch", "1"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        await using var db = await plan.Get<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.ProgrammeChanges.CountAsync()).ShouldBe(0);
    }
}
