using System.IO.Compression;
using System.Net;
using Programmes.Engine.People;

namespace Programmes.Web.Tests.Pages;

public sealed class ExportPageTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [Theory]
    [InlineData("/supervision?shown=Unsigned", "/exports/supervision.xlsx?shown=Unsigned")]
    [InlineData("/work", "/exports/work.xlsx?shown=All&amp;everybody=true")]
    [InlineData($"/programmes/{PlanApp.Programme}?view=Board", $"/exports/programmes/{PlanApp.Programme}/board.xlsx?batch=1")]
    public async Task List_HasAButtonThatLeadsToItsFile(string page, string file)
    {
        (await plan.Administrator.GetStringAsync(page)).ShouldContain($"href='{file}'");

        var answer = await plan.Administrator.GetAsync(WebUtility.HtmlDecode(file));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(Xlsx);
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        answer.Content.Headers.ContentDisposition.FileNameStar.ShouldEndWith(".xlsx");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        using var sheet = new StreamReader(zip.GetEntry("xl/worksheets/sheet1.xml")!.Open());
        (await sheet.ReadToEndAsync()).ShouldContain("<row r=\"2\"");
    }

    [Theory]
    [InlineData("/exports/urgings.xlsx", HttpStatusCode.OK)]
    [InlineData($"/exports/programmes/{PlanApp.Programme}/results.xlsx", HttpStatusCode.OK)]
    [InlineData($"/exports/programmes/{PlanApp.Programme}/papers.xlsx", HttpStatusCode.OK)]
    [InlineData($"/exports/programmes/{PlanApp.Programme}/ledger.xlsx", HttpStatusCode.OK)]
    [InlineData($"/exports/programmes/{PlanApp.Programme}/urging-bulletin.docx?from=2023-01-01", HttpStatusCode.OK)]
    [InlineData("/exports/mails.xlsx?state=NoAddress", HttpStatusCode.OK)]
    [InlineData("/exports/programmes/none/board.xlsx", HttpStatusCode.NotFound)]
    [InlineData("/exports/notices/none.docx", HttpStatusCode.NotFound)]
    [InlineData("/exports/papers/999.docx", HttpStatusCode.NotFound)]
    [InlineData($"/exports/programmes/{PlanApp.Programme}/urging-bulletin.docx", HttpStatusCode.BadRequest)]
    public async Task File_ForTheOffice_IsThereOrNot(string path, HttpStatusCode expected) => (await plan.Administrator.GetAsync(path)).StatusCode.ShouldBe(expected);

    [Fact]
    public async Task File_ForAUnit_HoldsItsOwnAndNoMails()
    {
        var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s01");

        (await unit.GetAsync("/exports/mails.xlsx")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await unit.GetAsync($"/exports/programmes/{PlanApp.Programme}/urging-bulletin.docx?from=2023-01-01")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var zip = new ZipArchive(await (await unit.GetAsync($"/exports/programmes/{PlanApp.Programme}/board.xlsx?batch=1")).Content.ReadAsStreamAsync());
        using var sheet = new StreamReader(zip.GetEntry("xl/worksheets/sheet1.xml")!.Open());
        var xml = await sheet.ReadToEndAsync();
        xml.ShouldContain("示例乡镇01综合文化站");
        xml.ShouldNotContain("示例乡镇02综合文化站");
    }
}
