using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Programmes.Engine.People;

namespace Programmes.Web.Tests.Pages;

/// <summary>The sample plan with a score sheet that has every kind of item.</summary>
public sealed class FormPlanApp : IAsyncLifetime
{
    private const string Sheet = """
        { "title": "评分表", "groups": [
          { "title": "必备条件", "items": [ { "key": "premises", "title": "有独立馆舍", "kind": "yesNo", "required": true, "ifNo": "不参加本批评定" }, { "key": "staff", "title": "有专职人员", "kind": "yesNo", "ifNo": "限期整改" } ] },
          { "part": "基础指标", "title": "业务建设", "items": [ { "key": "open", "title": "开放时间", "kind": "score", "required": true, "pointsMin": 1, "pointsMax": 10 }, { "key": "events", "title": "活动场次", "kind": "score", "pointsMax": 20 } ] },
          { "part": "基础指标", "title": "满意度", "items": [ { "key": "survey", "title": "公众满意度", "kind": "score", "pointsMax": 5.5 } ] },
          { "title": "其他", "items": [ { "key": "surveyOn", "title": "测评日期", "kind": "date" }, { "key": "level", "title": "类别", "kind": "choice", "choices": ["甲", "乙"] },
            { "key": "problems", "title": "问题清单", "kind": "table", "required": true, "rowsMax": 4, "columns": [ { "key": "what", "title": "问题", "kind": "text", "required": true }, { "key": "until", "title": "整改期限", "kind": "date" }, { "key": "cost", "title": "经费（万元）", "kind": "number" } ] },
            { "key": "photo", "title": "馆舍照片", "kind": "file", "required": true } ] } ] }
        """;

    public PlanApp Plan { get; } = new()
    {
        Amend = file =>
        {
            var launch = JsonNode.Parse(file)!;
            launch["forms"]!["score-sheet"] = JsonNode.Parse(Sheet);
            return launch.ToJsonString();
        },
    };

    public Task InitializeAsync() => Plan.InitializeAsync();

    public Task DisposeAsync() => Plan.DisposeAsync();
}

public sealed partial class WorkFormTests(FormPlanApp fixture) : IClassFixture<FormPlanApp>
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 0x4A, 0x46, 0x49, 0x46, 0, 1];

    private readonly PlanApp plan = fixture.Plan;

    private Task<HttpClient> UnitAsync(string unit) => plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: unit, acceptLanguage: "zh");

    private static Dictionary<string, string> Filled(string page) => new()
    {
        ["Stamp"] = Stamp().Match(page).Groups[1].Value,
        ["f.premises"] = "yes", ["f.staff"] = "no", ["f.open"] = "9.5", ["f.events"] = "12", ["f.survey"] = "5", ["f.surveyOn"] = "2023-08-01", ["f.level"] = "乙",
        ["f.problems.0.what"] = "消防通道堆物", ["f.problems.0.until"] = "2023-08-20", ["f.problems.0.cost"] = "0.5", ["f.problems.1.what"] = "", ["f.problems.2.what"] = "标牌缺失",
    };

    private static async Task<HttpResponseMessage> SendAsync(HttpClient browser, string work, string handler, Dictionary<string, string> fields, params (string Field, byte[] Content, string Name)[] files)
    {
        using var body = new MultipartFormDataContent { { new StringContent(await browser.TokenAsync($"/work/{work}")), "__RequestVerificationToken" } };
        foreach (var (name, value) in fields) body.Add(new StringContent(value), name);
        foreach (var (field, content, name) in files) body.Add(new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } }, field, name);
        return await browser.PostAsync($"/work/{work}?handler={handler}", body);
    }

    [Fact]
    public async Task Draft_OfEveryKind_IsKept_WithSumsByTheServer_AndSubmitsWithItsFile()
    {
        var unit = await UnitAsync("s02");
        var work = await plan.WorkOfAsync("s02");
        var page = await unit.GetStringAsync($"/work/{work}");
        page.ShouldNotContain("form-errors", customMessage: "nothing is wrong yet");
        page.ShouldContain("答“否”：");
        page.ShouldContain("1 至 10 分");
        (await SendAsync(unit, work, "Save", Filled(page))).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        page = await unit.GetStringAsync($"/work/{work}");
        page.ShouldContain("<output data-sum=\"g1\">21.5</output> / 30");
        page.ShouldContain("<output data-sum=\"all\">26.5</output>");
        page.ShouldContain("有 1 项必备条件不符合");
        page.ShouldContain("name=\"f.problems.1.what\" aria-label=\"问题\">标牌缺失", customMessage: "the empty row is gone, and the next has moved up");
        page.ShouldContain("name=\"f.problems.3.what\"", customMessage: "there is room for more, up to the table's bound");
        page.ShouldNotContain("name=\"f.problems.4.what\"");
        page.ShouldMatch("Unit-[0-9a-f]+ 于 .* 保存");

        (await (await SendAsync(unit, work, "Submit", Filled(page))).Content.ReadAsStringAsync()).ShouldContain("“馆舍照片”须上传文件");
        (await SendAsync(unit, work, "Submit", Filled(page), ("file.photo", Jpeg, "正门.jpg"))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await unit.GetStringAsync($"/work/{work}")).ShouldContain("正门.jpg");
    }

    [Fact]
    public async Task FaultyFields_AreNamedBesideThem_AndLinkedFromTheSummary()
    {
        var unit = await UnitAsync("s03");
        var work = await plan.WorkOfAsync("s03");
        var fields = Filled(await unit.GetStringAsync($"/work/{work}"));
        (fields["f.premises"], fields["f.open"], fields["f.events"], fields["f.survey"], fields["f.surveyOn"], fields["f.level"], fields["f.problems.0.what"], fields["f.problems.0.until"]) = ("", "0.5", "21", "五", "8月", "丙", "", "x");

        var answer = await SendAsync(unit, work, "Submit", fields, ("file.photo", Jpeg, "正门.jpg"));

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await answer.Content.ReadAsStringAsync();
        foreach (var words in new[] { "“有独立馆舍”须填写", "最低 1 分", "最高 20 分", "“公众满意度”应为数字", "应为日期", "应选：甲、乙", "“问题清单 1：问题”须填写", "“问题清单 1：整改期限”应为日期" }) html.ShouldContain(words);
        foreach (Match link in ErrorLink().Matches(html)) html.ShouldContain($"id=\"{link.Groups[1].Value}\"", customMessage: "each line of the summary leads to its field");
        ErrorLink().Count(html).ShouldBe(8);
        html.ShouldContain("aria-describedby=\"i3-error\"");
        html.ShouldContain("value=\"0.5\"", customMessage: "what was typed is kept");
        html.ShouldContain("data-dirty=\"\"");
        (await unit.GetStringAsync($"/work/{work}")).ShouldNotContain("value=\"0.5\"", customMessage: "and nothing was saved");
    }

    [Fact]
    public async Task TwoPeople_DoNotOverwriteEachOtherUnseen()
    {
        var (first, second) = (await UnitAsync("s04"), await UnitAsync("s04"));
        var work = await plan.WorkOfAsync("s04");
        var began = await first.GetStringAsync($"/work/{work}");
        var (mine, theirs) = (Filled(began), Filled(began));
        (mine["f.open"], theirs["f.open"]) = ("3", "7");
        (await SendAsync(second, work, "Save", theirs)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        // The page that saves by itself is told, and stops.
        var told = await SendAsync(first, work, "Draft", mine);
        told.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await told.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("words").GetString()!.ShouldContain("保存了另一份草稿");
        var answer = await SendAsync(first, work, "Save", mine);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("两份草稿的不同之处");
        html.ShouldMatch("开放时间</th>.*<span class=\"prewrap\">7</span>.*<span class=\"prewrap\">3</span>");
        (await second.GetStringAsync($"/work/{work}")).ShouldContain("value=\"7\"");
        mine["Stamp"] = Stamp().Match(html).Groups[1].Value;
        (await SendAsync(first, work, "Save", mine)).StatusCode.ShouldBe(HttpStatusCode.Redirect, "having seen both, one may overwrite");
        (await second.GetStringAsync($"/work/{work}")).ShouldContain("value=\"3\"");
    }

    [Fact]
    public async Task Draft_SavedByThePage_IsNoLineOfTheHistory_AndGoesOnWithItsStamp()
    {
        var unit = await UnitAsync("s05");
        var work = await plan.WorkOfAsync("s05");
        var fields = Filled(await unit.GetStringAsync($"/work/{work}"));
        for (var i = 1; i <= 3; i++)
        {
            fields["f.events"] = $"{i}";
            var answer = await SendAsync(unit, work, "Draft", fields);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            fields["Stamp"] = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stamp").GetString()!;
        }

        (await unit.GetStringAsync($"/work/{work}")).ShouldContain("value=\"3\"");
        (await plan.Administrator.GetStringAsync("/audit")).ShouldNotContain($"work-item.Saved</td><td>{work}");
        var other = await UnitAsync("s06");
        (await other.SubmitAsync("/work", new(fields), $"/work/{work}?handler=Draft")).StatusCode.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task SeveralFiles_GoodAndBad_TheGoodOnesAreTaken()
    {
        var unit = await UnitAsync("s07");
        var work = await plan.WorkOfAsync("s07");

        var answer = await SendAsync(unit, work, "Attach", new() { ["item"] = "photo" }, ("file", Jpeg, "一.jpg"), ("file", [0x4D, 0x5A, 0x90, 0], "二.jpg"), ("file", [.. Jpeg, 1], "三.jpg"));

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("“二.jpg”的内容不是 .jpg 文件");
        Regex.Count(html, "download>[一三].jpg").ShouldBe(2);
        (await SendAsync(unit, work, "Attach", new() { ["item"] = "level" }, ("file", Jpeg, "四.jpg"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "no item of that name takes files");
    }

    [Fact]
    public async Task HostileCells_AreEncoded_AndUnknownFieldsAreDropped()
    {
        const string hostile = "</textarea><script>alert(1)</script>";
        var unit = await UnitAsync("s08");
        var work = await plan.WorkOfAsync("s08");
        var fields = Filled(await unit.GetStringAsync($"/work/{work}"));
        (fields["f.problems.0.what"], fields["f.level"], fields["f.open"], fields["f.nothere"], fields["f.problems.0.nothere"]) = (hostile, hostile, hostile, hostile, "dropped");

        (await SendAsync(unit, work, "Save", fields)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        var html = await unit.GetStringAsync($"/work/{work}");
        html.ShouldNotContain("<script>alert(1)");
        html.ShouldContain("&lt;script&gt;alert(1)");
        html.ShouldNotContain("dropped");
    }

    [Fact]
    public async Task MyWork_SaysWhatIsNext_SignsForAll_AndShowsTheReviewersWords()
    {
        var unit = await UnitAsync("s09");
        var html = await unit.GetStringAsync("/work");
        html.ShouldContain("新任务，待签收");
        html.ShouldContain("全部签收");
        (await unit.SubmitAsync("/work", [], "/work?handler=Sign")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var others = await plan.WorkOfAsync("s10");
        (await unit.SubmitAsync("/work", new() { ["items"] = others }, "/work?handler=Sign")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        (await unit.SubmitAsync("/work", new() { ["all"] = "true" }, "/work?handler=Sign")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        html = await unit.GetStringAsync("/work");
        html.ShouldNotContain("全部签收");
        html.ShouldNotContain("示例乡镇10综合文化站");
        html.ShouldContain("办理");
    }

    [GeneratedRegex("name=\"Stamp\" value=\"([^\"]+)\"")]
    private static partial Regex Stamp();

    [GeneratedRegex("<li><a href=\"#([^\"]+)\">")]
    private static partial Regex ErrorLink();
}
