using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Web.Tests.Pages;

public sealed partial class UrgingPageTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private const string Page = $"/supervision?shown=Unsigned&programme={PlanApp.Programme}";
    private const string Post = $"/supervision?handler=Urge&shown=Unsigned&programme={PlanApp.Programme}";

    private Task<HttpClient> SupervisorAsync() => plan.App.SignedInAsync(PersonRole.Supervisor, acceptLanguage: "zh");

    private Task<HttpClient> UnitAsync(string unit) => plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: unit, acceptLanguage: "zh");

    /// <summary>As a browser without a script sends the form: a field for each box that is ticked.</summary>
    private static async Task<HttpResponseMessage> UrgeAsync(HttpClient browser, IEnumerable<string> items, string words, string to = Post, string page = Page, string? token = null, params (string Name, string Value)[] more) =>
        await browser.PostAsync(to, new FormUrlEncodedContent(
        [
            .. items.Select(item => new KeyValuePair<string, string>("Urge.Items", item)), new("Urge.Text", words), new("Urge.Channel", "Mail"), .. more.Select(one => new KeyValuePair<string, string>(one.Name, one.Value)),
            new("__RequestVerificationToken", token ?? await browser.TokenAsync(page)),
        ]));

    private async Task<int> UrgingsAsync(string work)
    {
        await using var db = await plan.App.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        return await db.Urgings.CountAsync(row => row.WorkItemId == work);
    }

    [Fact]
    public async Task Supervisor_UrgesChosenLines_AndIsToldHowMany()
    {
        var supervisor = await SupervisorAsync();
        string[] works = [await plan.WorkOfAsync("s01"), await plan.WorkOfAsync("s02")];
        var before = await supervisor.GetStringAsync(Page);
        foreach (var work in works) before.ShouldContain($"form=\"urge\" name=\"Urge.Items\" value=\"{work}\"");

        var answer = await UrgeAsync(supervisor, works, "请于本周五前报送。\r\n联系人：督查科");

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        var location = answer.Headers.Location!.ToString();
        location.ShouldContain("shown=Unsigned");
        var html = await supervisor.GetStringAsync(location);
        html.ShouldContain("已催办 2 项，邮件发往 2 个单位");
        Regex.Count(html, "已催办</small>").ShouldBe(2, "the lines say when they were urged");
        var record = WebUtility.HtmlDecode(await supervisor.GetStringAsync("/supervision/urgings"));
        record.ShouldContain("请于本周五前报送。\n联系人：督查科");
        record.ShouldContain("待发送");
    }

    [Fact]
    public async Task Refused_NamesEachWithItsReason_AndKeepsWordsAndBoxes()
    {
        var supervisor = await SupervisorAsync();
        var (urged, other) = (await plan.WorkOfAsync("s03"), await plan.WorkOfAsync("s04"));
        (await UrgeAsync(supervisor, [urged], "第一次")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        var answer = await UrgeAsync(supervisor, [urged, other], "再次催办</textarea><script>alert(1)</script>");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("没有催办，请更正以下内容");
        html.ShouldMatch("<li><span>示例乡镇03综合文化站“[^”]+”：[^<]*已催办，[^<]*起方可再次催办");
        html.ShouldContain("再次催办&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;</textarea>");
        html.ShouldNotContain("<script>alert(1)");
        foreach (var work in new[] { urged, other }) Box(html, work).ShouldContain("checked");
        (await UrgingsAsync(other)).ShouldBe(0);

        var left = await UrgeAsync(supervisor, [urged, other], "再次催办", more: ("Urge.SkipRefused", "true"));
        left.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await supervisor.GetStringAsync(left.Headers.Location!.ToString())).ShouldContain("已催办 1 项，邮件发往 1 个单位；1 项没有催办：示例乡镇03综合文化站");
        (await UrgingsAsync(other)).ShouldBe(1);
    }

    [Fact]
    public async Task NothingChosen_OrNoWords_SaysWhatIsMissing()
    {
        var supervisor = await SupervisorAsync();
        (await (await UrgeAsync(supervisor, [], "请抓紧")).Content.ReadAsStringAsync()).ShouldContain("请选择要催办的任务");
        (await (await UrgeAsync(supervisor, [await plan.WorkOfAsync("s05")], " ")).Content.ReadAsStringAsync()).ShouldContain("请写明催办内容");
    }

    [Fact]
    public async Task ChooseThePage_TicksEveryBox_WithoutAScript_AndKeepsTheWords()
    {
        var supervisor = await SupervisorAsync();
        var answer = await UrgeAsync(supervisor, [], "写了一半", Post.Replace("=Urge", "=Choose", StringComparison.Ordinal));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var html = await answer.Content.ReadAsStringAsync();
        Boxes().Count(html).ShouldBeGreaterThan(2);
        Boxes().Matches(html).ShouldAllBe(box => box.Value.Contains("checked", StringComparison.Ordinal));
        html.ShouldContain("写了一半</textarea>");
    }

    [Fact]
    public async Task ForgedToken_UrgesNobody()
    {
        var supervisor = await SupervisorAsync();
        var work = await plan.WorkOfAsync("s06");
        (await UrgeAsync(supervisor, [work], "请抓紧", token: "CfDJ8forged")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await UrgeAsync(supervisor, [work], "请抓紧", $"/work/{work}?handler=Urge", token: "CfDJ8forged")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await UrgingsAsync(work)).ShouldBe(0);
    }

    [Fact]
    public async Task UnitsAndReaders_SeeNoBoxes_AndAreRefused()
    {
        var own = await plan.WorkOfAsync("s07");
        foreach (var browser in new[] { await UnitAsync("s07"), await plan.App.SignedInAsync(PersonRole.Reader, acceptLanguage: "zh") })
        {
            var html = await browser.GetStringAsync(Page);
            html.ShouldContain($"/work/{own}");
            html.ShouldNotContain("Urge.Items");
            (await browser.GetStringAsync($"/work/{own}")).ShouldNotContain("Urge.Text");
            (await UrgeAsync(browser, [own], "请抓紧")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await UrgeAsync(browser, [own], "请抓紧", $"/work/{own}?handler=Urge", $"/work/{own}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        (await UrgingsAsync(own)).ShouldBe(0);
        (await plan.App.NewBrowser().GetAsync("/supervision/urgings")).StatusCode.ShouldBe(HttpStatusCode.Redirect, "strangers are sent to the sign-in");
    }

    [Fact]
    public async Task WorkPage_UrgesOne_AndTheUnitSeesIt_ButNotOthers()
    {
        var supervisor = await SupervisorAsync();
        var work = await plan.WorkOfAsync("s08");
        var hostile = "请抓紧<img src=x onerror=alert(1)>\r\n第二行";

        (await UrgeAsync(supervisor, [], hostile, $"/work/{work}?handler=Urge", $"/work/{work}")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var html = await supervisor.GetStringAsync($"/work/{work}");
        html.ShouldContain("邮件：待发送");
        html.ShouldContain("起方可再次以邮件催办");
        (await UrgeAsync(supervisor, [], "电话已告知站长", $"/work/{work}?handler=Urge", $"/work/{work}", more: ("Urge.Channel", "Call"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "the first of two channels counts");

        var unit = await (await UnitAsync("s08")).GetStringAsync($"/work/{work}");
        WebUtility.HtmlDecode(unit).ShouldContain("请抓紧<img src=x onerror=alert(1)>\n第二行");
        unit.ShouldNotContain("<img src=x");
        var others = await (await UnitAsync("s09")).GetStringAsync("/supervision/urgings");
        others.ShouldNotContain(work);
    }

    [Fact]
    public async Task Call_IsPutOnRecord()
    {
        var supervisor = await SupervisorAsync();
        var work = await plan.WorkOfAsync("s10");
        var fields = new Dictionary<string, string> { ["Urge.Text"] = "站长答复周五报送", ["Urge.Channel"] = "Call" };
        (await supervisor.SubmitAsync($"/work/{work}", fields, $"/work/{work}?handler=Urge")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var html = await supervisor.GetStringAsync($"/work/{work}");
        html.ShouldContain("已登记催办 1 项（电话）");
        html.ShouldContain("电话：已登记");
    }

    [Fact]
    public async Task UnknownWork_IsRefusedByName() =>
        (await (await UrgeAsync(await SupervisorAsync(), [await plan.WorkOfAsync("s11"), "no-such-work"], "请抓紧")).Content.ReadAsStringAsync()).ShouldContain("“no-such-work”：没有找到此任务");

    private static string Box(string html, string work) => Boxes().Matches(html).Select(box => box.Value).Single(box => box.Contains($"value=\"{work}\"", StringComparison.Ordinal));

    [GeneratedRegex("<input[^>]*name=\"Urge.Items\"[^>]*>")]
    private static partial Regex Boxes();
}
