using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Programmes;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Papers;

namespace Programmes.Web.Tests.Pages;

public sealed class PaperPageTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private const string New = $"/papers/new?programme={PlanApp.Programme}";
    private static readonly Person Office = new("test-office") { IsLeadingOffice = true };
    private static int last;

    private Task<HttpClient> LeadAsync() => plan.App.SignedInAsync(PersonRole.LeadingOffice, acceptLanguage: "zh");

    private Task<HttpClient> UnitAsync(string unit) => plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: unit, acceptLanguage: "zh");

    private async Task<DateOnly> TodayAsync() => (await plan.App.Services.GetRequiredService<ProgrammeQueries>().HeadAsync(Office, PlanApp.Programme))!.Today;

    /// <summary>A supervision order to units.</summary>
    private async Task<long> OrderAsync(params string[] units) => await plan.App.Services.GetRequiredService<IssuePaper>().IssueAsync(Office, new(
        PaperKind.SupervisionOrder, $"示例督〔2023〕{100 + Interlocked.Increment(ref last)}号", "关于报送进度的督办单", "请书面答复。")
    {
        Programme = PlanApp.Programme, Issuer = "leadingGroupOffice", To = [], ToUnits = units, ReplyBy = (await TodayAsync()).AddDays(5),
    });

    private static async Task<string> TextAsync(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

    private static async Task<HttpResponseMessage> SendAsync(HttpClient browser, string page, string to, params (string Name, string Value)[] fields)
    {
        var token = await browser.TokenAsync(page);
        return await browser.PostAsync(to, new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)).Append(new("__RequestVerificationToken", token))));
    }

    private static (string, string)[] Draft(string number, params (string, string)[] more) =>
        [("Form.Kind", "SupervisionOrder"), ("Form.Number", number), ("Form.Title", "关于限期整改的督办单"), ("Form.Body", "第一行\r\n第二行"), ("Form.ReplyDays", "5"), ("Form.Issuer", "leadingGroupOffice"), .. more];

    [Fact]
    public async Task Lead_SearchesRecipients_IsProposedANumberAndADay_AndIssues()
    {
        var lead = await LeadAsync();
        var page = await lead.GetStringAsync(New);
        page.ShouldContain("起草公文");

        var found = await (await SendAsync(lead, New, $"{New}&handler=Find", Draft("示例督〔2023〕1号", ("Form.Name", "示例乡镇01")))).Content.ReadAsStringAsync();
        found.ShouldContain("name=\"Form.Pick\" value=\"s01\"");
        found.ShouldNotContain("name=\"Form.Pick\" value=\"s02\"");
        WebUtility.HtmlDecode(found).ShouldContain("第一行\r\n第二行</textarea>", customMessage: "a search loses nothing that was typed");
        found.ShouldContain("为什么是这一天", customMessage: "the day of the answer is worked out, with its reasons");

        var all = await (await SendAsync(lead, New, $"{New}&handler=AddAll", Draft("示例督〔2023〕1号", ("Form.Name", "示例乡镇0")))).Content.ReadAsStringAsync();
        all.ShouldContain("已选 9 个参与单位");

        var sent = await SendAsync(lead, New, $"{New}&handler=Issue", Draft("示例督[2023]1号", ("Form.Chosen", "s01"), ("Form.Pick", "s02"), ("Form.Cc", "departments")));
        sent.StatusCode.ShouldBe(HttpStatusCode.Redirect, await sent.Content.ReadAsStringAsync());
        var details = WebUtility.HtmlDecode(await lead.GetStringAsync(sent.Headers.Location!.ToString()));
        details.ShouldContain("示例督〔2023〕1号");
        details.ShouldContain("示例乡镇01综合文化站、示例乡镇02综合文化站");
        (await lead.GetStringAsync(New)).ShouldContain("value=\"示例督〔2023〕2号\"");
    }

    [Fact]
    public async Task Refused_KeepsEverythingThatWasTyped_AndEncodesIt()
    {
        var lead = await LeadAsync();
        var answer = await SendAsync(lead, New, $"{New}&handler=Issue", Draft("没有号", ("Form.Chosen", "s03"), ("Form.Name", "\"><script>alert(1)</script>")));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("请填写文号");
        html.ShouldContain("关于限期整改的督办单");
        html.ShouldContain("示例乡镇03综合文化站");
        html.ShouldNotContain("<script>alert(1)");
        var long_ = await SendAsync(lead, New, $"{New}&handler=Issue", [.. Draft("示例督〔2023〕9号", ("Form.Chosen", "s03")).Where(field => field.Item1 != "Form.Title"), ("Form.Title", new string('长', 201))]);
        (await TextAsync(long_)).ShouldContain("最长 200 字");
    }

    [Fact]
    public async Task ChosenLateWork_BecomesAnOrderToItsOwners()
    {
        var lead = await LeadAsync();
        var (one, two) = (await plan.WorkOfAsync("s04"), await plan.WorkOfAsync("s05"));
        var html = await TextAsync(await SendAsync(lead, "/supervision", "/papers/new?handler=FromWork", ("Urge.Items", one), ("Urge.Items", two)));
        html.ShouldContain("已选 2 个参与单位");
        html.ShouldContain("示例乡镇04综合文化站");
        html.ShouldContain("1. ");
        (await TextAsync(await SendAsync(lead, "/supervision", "/papers/new?handler=FromWork"))).ShouldContain("请先选择任务");
        (await lead.GetStringAsync($"/supervision?shown=Unsigned&programme={PlanApp.Programme}")).ShouldContain("/papers/new?handler=FromWork");
    }

    [Fact]
    public async Task Recipient_SignsAnswersWithAFile_IsReturned_AnswersAgain_AndIsAccepted()
    {
        var id = await OrderAsync("s06", "s07");
        var (lead, unit) = (await LeadAsync(), await UnitAsync("s06"));
        var page = $"/papers/{id}";
        WebUtility.HtmlDecode(await unit.GetStringAsync("/work")).ShouldContain("公文待办");

        (await unit.SubmitAsync(page, [], $"{page}?handler=Sign")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(await unit.TokenAsync(page)), "__RequestVerificationToken" },
            { new StringContent("已完成整改<script>alert(1)</script>"), "answer" },
        };
        var file = new ByteArrayContent("%PDF-1.7\n%%EOF\n"u8.ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        form.Add(file, "files", "整改照片.pdf");
        (await unit.PostAsync($"{page}?handler=Reply", form)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        var seen = await lead.GetStringAsync(page);
        seen.ShouldContain("已完成整改&lt;script&gt;");
        seen.ShouldNotContain("<script>alert(1)");
        var download = Regex.Match(WebUtility.HtmlDecode(seen), $"/papers/{id}\\?handler=File&file=(\\d+)|/papers/{id}\\?file=(\\d+)&handler=File").Value;
        (await lead.GetAsync(download)).Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        var other = await UnitAsync("s07");
        (await other.GetStringAsync(page)).ShouldNotContain("已完成整改", customMessage: "one recipient does not see another's answer");
        (await other.GetAsync(download)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        WebUtility.HtmlDecode(await (await UnitAsync("s07")).GetStringAsync("/work")).ShouldContain("待答复");

        (await lead.SubmitAsync(page, new() { ["recipient"] = "s06", ["reason"] = "请补充数据" }, $"{page}?handler=Return")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        WebUtility.HtmlDecode(await unit.GetStringAsync(page)).ShouldContain("请补充数据");
        (await unit.SubmitAsync(page, new() { ["answer"] = "补充如下" }, $"{page}?handler=Reply")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await lead.SubmitAsync(page, new() { ["recipient"] = "s06" }, $"{page}?handler=Accept")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        WebUtility.HtmlDecode(await unit.GetStringAsync(page)).ShouldContain("已确认");

        // The leading office answers for one that has no account, named as such.
        (await lead.SubmitAsync($"{page}?for=s07", new() { ["answer"] = "电话答复，由办公室代填" }, $"{page}?handler=Reply&for=s07")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await lead.SubmitAsync(page, [], $"{page}?handler=Accept")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        WebUtility.HtmlDecode(await lead.GetStringAsync(page)).ShouldContain("已办结");
    }

    [Fact]
    public async Task OtherUnit_FindsNothing_AndMayDoNothing()
    {
        var id = await OrderAsync("s08");
        var (owner, stranger, reader) = (await UnitAsync("s08"), await UnitAsync("s09"), await plan.App.SignedInAsync(PersonRole.Reader, acceptLanguage: "zh"));
        (await stranger.GetAsync($"/papers/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.GetStringAsync("/papers")).ShouldNotContain($"/papers/{id}\"");
        (await owner.GetStringAsync("/papers")).ShouldContain($"/papers/{id}\"");
        foreach (var browser in new[] { stranger, owner, reader })
            foreach (var handler in new[] { "Accept", "Return", "Withdraw" })
                (await browser.SubmitAsync("/papers", new() { ["recipient"] = "s08", ["reason"] = "x" }, $"/papers/{id}?handler={handler}")).StatusCode.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.NotFound);
        foreach (var browser in new[] { stranger, reader })
        {
            (await browser.SubmitAsync("/papers", new() { ["answer"] = "冒充" }, $"/papers/{id}?handler=Reply&for=s08")).StatusCode.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.NotFound);
            (await browser.SubmitAsync("/papers", [], $"/papers/{id}?handler=Sign&for=s08")).StatusCode.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.NotFound);
        }

        // A unit writes requests to offices; orders to other units are not its to give, and it cannot search for them.
        (await SendAsync(stranger, "/papers", $"{New}&handler=Issue", Draft("示例〔2023〕77号", ("Form.Chosen", "s08")))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await (await SendAsync(stranger, "/papers", $"{New}&handler=Find", Draft("示例〔2023〕77号", ("Form.Name", "示例乡镇")))).Content.ReadAsStringAsync()).ShouldNotContain("Form.Pick");
        (await reader.GetAsync(New)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await using var db = await plan.App.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.PaperReplies.CountAsync(row => row.PaperId == id)).ShouldBe(0);
        (await db.Papers.Where(row => row.Id == id).Select(row => row.Status).SingleAsync()).ShouldBe(PaperStatus.Issued);
    }

    [Fact]
    public async Task Withdrawn_SaysWhyToItsRecipients_AndTakesNoAnswer()
    {
        var id = await OrderAsync("s10");
        var (lead, unit) = (await LeadAsync(), await UnitAsync("s10"));
        (await lead.SubmitAsync($"/papers/{id}", new() { ["reason"] = " " }, $"/papers/{id}?handler=Withdraw")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await lead.SubmitAsync($"/papers/{id}", new() { ["reason"] = "文号有误" }, $"/papers/{id}?handler=Withdraw")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        WebUtility.HtmlDecode(await unit.GetStringAsync($"/papers/{id}")).ShouldContain("文号有误");
        (await unit.SubmitAsync("/papers", new() { ["answer"] = "晚了" }, $"/papers/{id}?handler=Reply")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task English_IsComplete()
    {
        var id = await OrderAsync("s11");
        var browser = await plan.App.SignedInAsync(PersonRole.LeadingOffice, acceptLanguage: "en");
        foreach (var page in new[] { "/papers", $"/papers/{id}", New })
        {
            var html = Regex.Replace(await browser.GetStringAsync(page), "(?s)<(?:article|option|script|svg).*?</(?:article|option|script|svg)>", "");
            html.ShouldContain("lang=\"en\"");
            foreach (var word in new[] { "通报<", "签收", "答复期限", "发文单位" }) html.ShouldNotContain(word, customMessage: page);
        }
    }
}
