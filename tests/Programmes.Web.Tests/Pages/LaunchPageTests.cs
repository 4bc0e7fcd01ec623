using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Programmes;
using Programmes.Engine.Exports.Sheets;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Web.Tests.Pages;

/// <summary>A launch prepared step by step, without script.</summary>
public sealed partial class LaunchPageTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private static readonly Person Office = new("test-office") { IsLeadingOffice = true };

    private HttpClient Browser => plan.Administrator;

    private LaunchDrafts Drafts => plan.App.Services.GetRequiredService<LaunchDrafts>();

    [Fact]
    public async Task Wuhu_IsLaunchedFromAnExcelListAndADryRun()
    {
        var sample = LaunchReader.Read(await File.ReadAllTextAsync(PlanApp.SampleFile("wuhu-rectification")), "").Launch!;
        var draft = await BeginAsync("wuhu-rectification");

        (await SubmitAsync(draft, "basics", new()
        {
            ["Form.Name"] = "示例整治", ["Form.Id"] = "example-2027", ["Form.ApprovalNumber"] = "示例〔2027〕1号", ["Form.ApprovedOn"] = "2027-01-04", ["Form.StartsOn"] = $"{sample.StartsOn:yyyy-MM-dd}",
        })).Headers.Location!.OriginalString.ShouldEndWith("/batches");
        (await SubmitAsync(draft, "batches", Batches(sample))).Headers.Location!.OriginalString.ShouldEndWith("/offices");
        (await SubmitAsync(draft, "offices", Offices(sample))).Headers.Location!.OriginalString.ShouldEndWith("/units");

        (await UploadAsync(draft, Workbook(sample))).Headers.Location!.OriginalString.ShouldEndWith("/units");
        (await Drafts.FindAsync(Office, draft))!.Launch.Units.Count.ShouldBe(73);
        (await SubmitAsync(draft, "reminders", new() { ["Choice"] = "close", ["Every"] = "3" })).Headers.Location!.OriginalString.ShouldEndWith("/rehearsal");

        var preview = await SubmitAsync(draft, "rehearsal", new() { ["Mode"] = "Demonstration", ["Policy"] = "FailFirst" }, "Preview");
        var html = await preview.Content.ReadAsStringAsync();
        preview.StatusCode.ShouldBe(HttpStatusCode.OK, html);
        html.ShouldContain("首次评定都不通过，结转或整改后再评</h2>");
        html.ShouldContain("每日汇总，");
        html.ShouldContain("为什么是这一天？");

        (await SubmitAsync(draft, "rehearsal", new() { ["Mode"] = "Demonstration" }, "Launch")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var launched = await SubmitAsync(draft, "rehearsal", new() { ["Mode"] = "Demonstration", ["Confirmed"] = "true" }, "Launch");
        launched.Headers.Location!.OriginalString.ShouldBe("/programmes/example-2027", await launched.Content.ReadAsStringAsync());
        (await Drafts.FindAsync(Office, draft)).ShouldBeNull();

        // A demonstration, and so it can go.
        await plan.PumpAsync();
        (await Browser.SubmitAsync("/programmes/example-2027", [], "/programmes/example-2027?handler=Remove")).Headers.Location!.OriginalString.ShouldBe("/programmes");
        (await Browser.GetAsync("/programmes/example-2027")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Basics_ThatAreMissing_AreNamedAndWhatWasTypedIsKept()
    {
        var draft = await BeginAsync("tongjiang-grading");

        var answer = await SubmitAsync(draft, "basics", new() { ["Form.Name"] = "<script>alert(1)</script>", ["Form.Id"] = "Not An Id", ["Form.Dates[0].Name"] = "leadingGroupDue", ["Form.Dates[0].Value"] = "2027-13-45" });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        foreach (var words in new[] { "“Not An Id”不能作标识", "缺少启动日期", "缺少文号", "日期“2027-13-45”第" }) html.ShouldContain(words);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("<script>alert");
        html.ShouldContain("value=\"2027-13-45\"");
        var stored = (await Drafts.FindAsync(Office, draft))!.Launch;
        (stored.Name, stored.Dates["leadingGroupDue"]).ShouldBe(("<script>alert(1)</script>", "2027-13-45"));
    }

    [Fact]
    public async Task Draft_ChangedByAnotherMeanwhile_IsNotOverwritten()
    {
        var draft = await BeginAsync("tongjiang-grading");
        var token = await Browser.TokenAsync($"/programmes/launch/{draft}/basics");
        await SubmitAsync(draft, "basics", new() { ["Form.Name"] = "第一次" });

        var answer = await Browser.PostAsync($"/programmes/launch/{draft}/basics", new FormUrlEncodedContent([new("Version", "0"), new("Form.Name", "第二次"), new("__RequestVerificationToken", token)]));

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("刚刚改动了此草稿");
        (await Drafts.FindAsync(Office, draft))!.Launch.Name.ShouldBe("第一次");
    }

    [Fact]
    public async Task Batches_AreAddedAndRemovedWithoutScript()
    {
        var draft = await Drafts.CreateAsync(Office, LaunchDrafts.Blank("tongjiang-grading", "示例", null));

        (await SubmitAsync(draft, "batches", new() { ["add"] = "true" })).StatusCode.ShouldNotBe(HttpStatusCode.InternalServerError);
        await SubmitAsync(draft, "batches", new() { ["Rows[0].Number"] = "1", ["Rows[0].Name"] = "第一批", ["Rows[0].Start"] = "2027-03-01", ["add"] = "true" });
        (await Drafts.FindAsync(Office, draft))!.Launch.Batches.Select(batch => batch.Number).ShouldBe([1, 2]);
        await SubmitAsync(draft, "batches", new() { ["Rows[0].Number"] = "1", ["Rows[0].Name"] = "第一批", ["Rows[0].Start"] = "2027-03-01", ["Rows[1].Number"] = "2", ["remove"] = "2" });
        (await Drafts.FindAsync(Office, draft))!.Launch.Batches.ShouldHaveSingleItem().Start.ShouldBe("2027-03-01");
    }

    [Fact]
    public async Task ListWithFaults_IsNotTakenOver_AndShowsThemBesideTheirCells()
    {
        var draft = await WithBatchAsync();
        var file = new MemoryStream();
        using (var book = new XlsxWriter(file, "名单", DateTimeOffset.UnixEpoch))
        {
            var sheet = book.AddSheet("名单", [new("单位名称", 20), new("邮箱", 20), new("批次", 10), new("上级单位", 10), new("单位标识", 10)]);
            sheet.Row(Cell.Of("示例一站"), Cell.Of("a@example.org"), Cell.Of("第一批"));
            sheet.Row(Cell.Of("<script>alert(1)</script>"), Cell.Of("not a mail"), Cell.Of("第九批"), Cell.Of("不在册的局"), Cell.Of("坏 标识"));
            sheet.Row(Cell.Empty, Cell.Of("c@example.org"), Cell.Of(1));
        }

        var answer = await UploadAsync(draft, file.ToArray());

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await answer.Content.ReadAsStringAsync();
        var text = WebUtility.HtmlDecode(html);
        html.ShouldNotContain("<script>alert");
        foreach (var words in new[] { "上传的名单有 5 处错误，没有导入", ">D3</th>", "“not a mail”不是邮箱地址", ">C3</th>", "没有批次“第九批”；可填：第一批", ">F3</th>", "“不在册的局”不在角色单位中", ">B3</th>", ">A4</th>", "缺少单位名称" }) text.ShouldContain(words);
        (await Drafts.FindAsync(Office, draft))!.Launch.Units.ShouldBeEmpty();
        var marked = await Browser.GetAsync($"/programmes/launch/{draft}/units/checked.xlsx");
        using var reader = XlsxReader.Open(new MemoryStream(await marked.Content.ReadAsByteArrayAsync()));
        reader.Rows().ElementAt(2).Cells[7].Text.ShouldContain("不是邮箱地址");

        (await SubmitAsync(draft, "units", [], "Settle", "&discard=true")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await Browser.GetStringAsync($"/programmes/launch/{draft}/units")).ShouldNotContain("没有导入");
    }

    [Theory]
    [InlineData("this is no workbook at all", "不是 Excel 工作簿")]
    [InlineData("MZ\u0090 a program that calls itself units.xlsx", "不是 Excel 工作簿")]
    public async Task DisguisedFile_IsRefusedInWords(string content, string words)
    {
        var draft = await WithBatchAsync();

        var answer = await UploadAsync(draft, System.Text.Encoding.Latin1.GetBytes(content));

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(words);
    }

    [Fact]
    public async Task FileOf50Megabytes_IsRefused()
    {
        var draft = await WithBatchAsync();

        var answer = await UploadAsync(draft, new byte[50 * 1024 * 1024]);

        ((int)answer.StatusCode).ShouldBeInRange(400, 499);
        (await Drafts.FindAsync(Office, draft))!.Launch.Units.ShouldBeEmpty();
    }

    [Fact]
    public async Task Unit_IsAddedChangedAndRemovedOnThePage()
    {
        var draft = await WithBatchAsync();

        await SubmitAsync(draft, "units", new() { ["Values[0]"] = "示例一站", ["Values[1]"] = "s01", ["Values[2]"] = "第一批", ["Values[3]"] = "a@example.org", ["Values[4]"] = "", ["Values[5]"] = "" }, "Put");
        (await Drafts.FindAsync(Office, draft))!.Launch.Units.ShouldHaveSingleItem().ShouldBe(new("s01", "示例一站", "a@example.org"));
        var twice = await SubmitAsync(draft, "units", new() { ["Values[0]"] = "示例二站", ["Values[1]"] = "s01", ["Values[2]"] = "第一批" }, "Put");
        twice.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await twice.Content.ReadAsStringAsync()).ShouldContain("已在第 2 行用过");
        await SubmitAsync(draft, "units", new() { ["edit"] = "s01", ["Values[0]"] = "示例改名站", ["Values[1]"] = "s01", ["Values[2]"] = "第一批" }, "Put");
        (await Drafts.FindAsync(Office, draft))!.Launch.Units.ShouldHaveSingleItem().Name.ShouldBe("示例改名站");
        await SubmitAsync(draft, "units", new() { ["edit"] = "s01" }, "Remove");
        (await Drafts.FindAsync(Office, draft))!.Launch.Units.ShouldBeEmpty();
    }

    [Fact]
    public async Task LaunchFile_BecomesADraft_OrSaysWhatIsWrong()
    {
        var json = await File.ReadAllTextAsync(PlanApp.SampleFile("tongjiang-grading"));

        (await BeginAsync(new Dictionary<string, string> { ["pasted"] = json })).Headers.Location!.OriginalString.ShouldEndWith("/rehearsal");
        var wrong = await BeginAsync(new Dictionary<string, string> { ["pasted"] = json.Replace("\"units\"", "\"unitz\"", StringComparison.Ordinal) });

        wrong.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await wrong.Content.ReadAsStringAsync()).ShouldContain("unitz");
    }

    [Fact]
    public async Task IdThatIsTaken_IsRefusedWithWords_AndTheDraftIsKept()
    {
        var begun = await BeginAsync(new Dictionary<string, string> { ["pasted"] = await File.ReadAllTextAsync(PlanApp.SampleFile("tongjiang-grading")) });
        var draft = IdOf(begun);

        var answer = await SubmitAsync(draft, "rehearsal", new() { ["Mode"] = "Demonstration", ["Confirmed"] = "true" }, "Launch");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("已被另一专项工作使用，请换一个");
        (await Drafts.FindAsync(Office, draft)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Sample_IsLoadedMarkedAndItsMailsStayHere_AndRemoved()
    {
        var sample = Regex.Match(await Browser.GetStringAsync("/programmes/launch"), "name=\"sample\" value=\"([^\"]*wuhu[^\"]*)\"").Groups[1].Value;

        var loaded = (await Browser.SubmitAsync("/programmes/launch", new() { ["sample"] = sample }, "/programmes/launch?handler=Sample")).Headers.Location!.OriginalString;

        await plan.PumpAsync();
        (await Browser.GetStringAsync(loaded)).ShouldContain("【示例】");
        (await Browser.SubmitAsync(loaded, [], $"{loaded}?handler=Remove")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await using var db = await plan.App.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.WorkItems.CountAsync(row => row.ProgrammeId == loaded.Substring(12))).ShouldBe(0);
    }

    [Fact]
    public async Task Drafts_AreForWhoLaunches()
    {
        var draft = await WithBatchAsync();
        var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s01");

        foreach (var path in new[] { "/programmes/launch", $"/programmes/launch/{draft}/basics", $"/programmes/launch/{draft}/units", $"/programmes/launch/{draft}/units/template.xlsx" })
            (await unit.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        (await Browser.SubmitAsync("/programmes/launch", new() { ["id"] = $"{draft}" }, "/programmes/launch?handler=Discard")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await Browser.GetAsync($"/programmes/launch/{draft}/basics")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<long> BeginAsync(string definition) => IdOf(await BeginAsync(new Dictionary<string, string> { ["plan"] = definition }));

    private Task<HttpResponseMessage> BeginAsync(Dictionary<string, string> fields) => Browser.SubmitAsync("/programmes/launch", fields, "/programmes/launch?handler=Begin");

    private static long IdOf(HttpResponseMessage begun) => long.Parse(DraftId().Match(begun.Headers.Location!.OriginalString).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private Task<long> WithBatchAsync() => Drafts.CreateAsync(Office, LaunchDrafts.Blank("tongjiang-grading", "示例", null) with { Batches = [new() { Number = 1, Name = "第一批", Start = "2027-03-01" }] });

    private async Task<HttpResponseMessage> SubmitAsync(long draft, string step, Dictionary<string, string> fields, string? handler = null, string more = "")
    {
        var page = $"/programmes/launch/{draft}/{step}";
        fields["Version"] = $"{(await Drafts.FindAsync(Office, draft))!.Version}";
        return await Browser.SubmitAsync(page, fields, handler is null ? page : $"{page}?handler={handler}{more}");
    }

    private async Task<HttpResponseMessage> UploadAsync(long draft, byte[] workbook)
    {
        var page = $"/programmes/launch/{draft}/units";
        using var file = new ByteArrayContent(workbook);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        using var form = new MultipartFormDataContent
        {
            { new StringContent(await Browser.TokenAsync(page)), "__RequestVerificationToken" }, { new StringContent($"{(await Drafts.FindAsync(Office, draft))!.Version}"), "Version" }, { file, "file", "units.xlsx" },
        };
        return await Browser.PostAsync($"{page}?handler=Import", form);
    }

    private static byte[] Workbook(Launch launch)
    {
        using var stream = new MemoryStream();
        UnitSheet.Write(stream, launch, "zh", DateTimeOffset.UnixEpoch);
        return stream.ToArray();
    }

    private static Dictionary<string, string> Batches(Launch launch)
    {
        var fields = new Dictionary<string, string>();
        for (var i = 0; i < launch.Batches.Count; i++)
        {
            var batch = launch.Batches[i];
            (fields[$"Rows[{i}].Number"], fields[$"Rows[{i}].Name"], fields[$"Rows[{i}].Start"]) = ($"{batch.Number}", batch.Name, batch.Start);
            foreach (var (name, value, j) in batch.Dates.Select((date, j) => (date.Key, date.Value, j))) (fields[$"Rows[{i}].Dates[{j}].Name"], fields[$"Rows[{i}].Dates[{j}].Value"]) = (name, value);
        }

        return fields;
    }

    private static Dictionary<string, string> Offices(Launch launch)
    {
        var fields = new Dictionary<string, string> { ["supervisor"] = launch.Supervisor ?? "" };
        foreach (var (role, office, i) in launch.Offices.Select((office, i) => (office.Key, office.Value, i)))
            (fields[$"Rows[{i}].Role"], fields[$"Rows[{i}].Name"], fields[$"Rows[{i}].Mail"]) = (role, office.Name, office.Mail ?? "");
        return fields;
    }

    [GeneratedRegex("/launch/([0-9]+)/")]
    private static partial Regex DraftId();
}
