using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Exports.Sheets;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Web.Tests.Pages;

/// <summary>Many units join by one Excel list: shown first, then all or none.</summary>
public sealed class AdmitPageTests : IAsyncLifetime
{
    private const string Page = $"/programmes/{SmallPlan.Programme}/admit";
    private const string Number = "示例〔2023〕9号";

    private static readonly HtmlParser Parser = new();

    private readonly SmallPlan plan = new();

    public Task InitializeAsync() => plan.InitializeAsync();

    public Task DisposeAsync() => plan.DisposeAsync();

    private static byte[] Workbook(params string[][] rows)
    {
        using var file = new MemoryStream();
        using (var book = new XlsxWriter(file, "名单", DateTimeOffset.UnixEpoch))
        {
            var sheet = book.AddSheet("名单", [.. Enum.GetValues<UnitColumn>().Select(column => new SheetColumn(UnitSheet.Title(column).Zh, 10))]);
            foreach (var row in rows) sheet.Row([.. row.Select(Cell.Of)]);
        }

        return file.ToArray();
    }

    private static async Task<(HttpStatusCode Status, string Html, string Raw)> UploadAsync(HttpClient browser, byte[] file, string? document = null)
    {
        var content = new MultipartFormDataContent { { new StringContent(await browser.TokenAsync("/programmes")), "__RequestVerificationToken" }, { new StringContent(document ?? ""), "Document" } };
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        content.Add(part, "file", "名单.xlsx");
        var answer = await browser.PostAsync($"{Page}?handler=Preview", content);
        var raw = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, WebUtility.HtmlDecode(raw), raw);
    }

    /// <summary>The rows as the form carries them on.</summary>
    private static string RowsOf(string html) => ((IHtmlInputElement)Parser.ParseDocument(html).QuerySelector("input[name=Rows]").ShouldNotBeNull()).Value;

    private static Task<HttpResponseMessage> AdmitAsync(HttpClient browser, string rows, string reason, string? document = null) =>
        SmallPlan.SendAsync(browser, "/programmes", $"{Page}?handler=Admit", ("Rows", rows), ("Reason", reason), ("Document", document ?? ""));

    [Fact]
    public async Task List_IsShownRowByRow_AndAllJoinAtOnce()
    {
        var lead = await plan.LeadAsync();
        (await lead.GetStringAsync($"/programmes/{SmallPlan.Programme}/manage")).ShouldContain(Page);
        var template = await lead.GetAsync($"{Page}?handler=Template");
        using (var reader = XlsxReader.Open(new MemoryStream(await template.Content.ReadAsByteArrayAsync())))
            reader.Rows().Count().ShouldBe(1, "headings and no unit");

        var list = Workbook([.. Enumerable.Range(1, 40).Select(i => new[] { $"示例村{i}", "", "第一批", $"v{i}@example.org", "", i % 2 == 0 ? "示例甲县文化局" : "other", "村级" }), ["示例一站", "", "1", "", "", "", ""]]);
        var (status, html, shown) = await UploadAsync(lead, list, Number);
        status.ShouldBe(HttpStatusCode.OK);
        foreach (var words in new[] { "核对无误，还没有加入", "将加入 40 个", "已在本批 1 个，不变", "加入第一批，自 2023年7月3日", "示例甲县文化局", "示例乙县文化局", $"value=\"{Number}\"" }) html.ShouldContain(words);
        (await UnitsAsync()).ShouldBe(3, "nothing has happened yet");

        var done = await AdmitAsync(lead, RowsOf(shown), "新设的村", Number);
        done.StatusCode.ShouldBe(HttpStatusCode.Redirect, await done.Content.ReadAsStringAsync());
        (await UnitsAsync()).ShouldBe(43);
        (await CountAsync(db => db.ProgrammeChanges.CountAsync(row => row.Reason == "新设的村" && row.DocumentNumber == Number))).ShouldBe(40);
        (await CountAsync(db => db.Audit.CountAsync(row => row.Action == "programme.unit-admitted"))).ShouldBe(40);
        WebUtility.HtmlDecode(await lead.GetStringAsync($"/programmes/{SmallPlan.Programme}/manage")).ShouldContain("40 个单位已加入");
    }

    [Fact]
    public async Task RefusedRows_StandWithTheirRule_AndNobodyJoins()
    {
        var lead = await plan.LeadAsync();
        var (status, html, shown) = await UploadAsync(lead, Workbook(["示例村", "", "1", "", "", "county", ""], ["<script>alert(1)</script>", "", "九", "", "", "", ""], ["示例无上级村", "", "1", "", "", "", ""]), Number);
        status.ShouldBe(HttpStatusCode.OK);
        foreach (var words in new[] { "有 2 行不能加入，更正后重新上传", ">C3</th>", "没有批次“九”；可填：第一批", ">F4</th>", "请填写上级单位（依据：" }) html.ShouldContain(words);
        Parser.ParseDocument(shown).QuerySelectorAll("button").Select(button => button.TextContent).ShouldNotContain(text => text.Contains("全部加入"));

        var rows = RowsOf(shown);
        var refused = await AdmitAsync(lead, rows, "新设<script>", Number);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var raw = await refused.Content.ReadAsStringAsync();
        raw.ShouldNotContain("<script>alert");
        WebUtility.HtmlDecode(raw).ShouldContain("名单有 2 行不能加入，没有一个单位加入");
        RowsOf(raw).ShouldBe(rows, "the list is not lost");
        (await UnitsAsync()).ShouldBe(3);
        (await CountAsync(db => db.Audit.CountAsync(row => row.Action == "refused.programme.unit-admitted"))).ShouldBe(1);

        var marked = await SmallPlan.SendAsync(lead, "/programmes", $"{Page}?handler=Marked", ("Rows", rows), ("Document", Number));
        using var reader = XlsxReader.Open(new MemoryStream(await marked.Content.ReadAsByteArrayAsync()));
        reader.Rows().ElementAt(2).Cells[7].Text.ShouldContain("没有批次“九”");
    }

    [Fact]
    public async Task WithoutDocumentOrReason_OrWithADamagedList_NothingHappens()
    {
        var lead = await plan.LeadAsync();
        var list = Workbook(["示例村", "", "1", "", "", "county", ""]);
        (await UploadAsync(lead, list)).Html.ShouldContain("逾期加入须有批准文件，请写明文号");
        (await UploadAsync(lead, [])).Html.ShouldContain("请选择填好的名单");
        (await UploadAsync(lead, "no workbook"u8.ToArray())).Html.ShouldContain("不是 Excel 工作簿");
        var rows = RowsOf((await UploadAsync(lead, list, Number)).Raw);
        foreach (var (sent, reason, words) in new[] { (rows, " ", "请写明理由"), ("{", "新设", "请重新上传"), ("", "新设", "请重新上传") })
        {
            var answer = await AdmitAsync(lead, sent, reason, Number);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()).ShouldContain(words);
        }

        (await UnitsAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task Others_MayNotEvenLook()
    {
        foreach (var browser in new[] { await plan.UnitAsync("a"), await plan.OfficeAsync("county"), await plan.App.SignedInAsync(PersonRole.Supervisor), await plan.App.SignedInAsync(PersonRole.Reader) })
        {
            (await browser.GetAsync(Page)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await browser.GetAsync($"{Page}?handler=Template")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await AdmitAsync(browser, "[]", "x")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    private Task<int> UnitsAsync() => CountAsync(db => db.Units.CountAsync());

    private async Task<int> CountAsync(Func<ProgrammesDb, Task<int>> count)
    {
        await using var db = await plan.Get<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        return await count(db);
    }
}
