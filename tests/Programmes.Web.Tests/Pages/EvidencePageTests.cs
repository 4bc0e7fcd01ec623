using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Programmes.Engine.People;

namespace Programmes.Web.Tests.Pages;

public sealed partial class EvidencePageTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private static readonly byte[] Pdf = "%PDF-1.7\n%%EOF\n"u8.ToArray();

    private Task<HttpClient> UnitAsync(string unit) => plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: unit, acceptLanguage: "zh");

    /// <param name="token">Null: the page's own.</param>
    private static async Task<HttpResponseMessage> UploadAsync(HttpClient browser, string work, byte[] content, string name, string? token = null, string? page = null)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(token ?? await browser.TokenAsync(page ?? $"/work/{work}")), "__RequestVerificationToken" },
            { new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("text/html") } }, "file", name },
        };
        return await browser.PostAsync($"/work/{work}?handler=Attach", form);
    }

    [Fact]
    public async Task Upload_IsListed_AndDownloadsAsAnAttachment()
    {
        var unit = await UnitAsync("s11");
        var work = await plan.WorkOfAsync("s11");

        (await UploadAsync(unit, work, Pdf, "自查报告.pdf")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        var html = await unit.GetStringAsync($"/work/{work}");
        html.ShouldContain("自查报告.pdf");
        var link = WebUtility.HtmlDecode(Link().Match(html).Groups[1].Value);
        var file = await unit.GetAsync(link);
        file.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await file.Content.ReadAsByteArrayAsync()).ShouldBe(Pdf);
        file.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        file.Content.Headers.ContentDisposition.FileNameStar.ShouldBe("自查报告.pdf");
        file.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf", "the kind is ours, not what the browser claimed");
        file.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Fact]
    public async Task Upload_WithAForgedToken_IsRefused()
    {
        var unit = await UnitAsync("s12");
        var work = await plan.WorkOfAsync("s12");

        (await UploadAsync(unit, work, Pdf, "自查报告.pdf", token: "CfDJ8forged")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unit.GetStringAsync($"/work/{work}")).ShouldNotContain("自查报告.pdf");
    }

    [Fact]
    public async Task AnotherUnit_NeitherUploadsNorDownloads()
    {
        var owner = await UnitAsync("s13");
        var other = await UnitAsync("s14");
        var work = await plan.WorkOfAsync("s13");
        (await UploadAsync(owner, work, Pdf, "自查报告.pdf")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var link = WebUtility.HtmlDecode(Link().Match(await owner.GetStringAsync($"/work/{work}")).Groups[1].Value);

        (await other.GetAsync(link)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        // The other's own work in the address does not help.
        var own = await plan.WorkOfAsync("s14");
        (await other.GetAsync(link.Replace(work, own, StringComparison.Ordinal))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await UploadAsync(other, work, Pdf, "冒名.pdf", page: "/work")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await other.SubmitAsync("/work", new() { ["file"] = File().Match(link).Groups[1].Value }, $"/work/{own}?handler=Withdraw")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await owner.GetStringAsync($"/work/{work}")).ShouldContain("自查报告.pdf");
    }

    [Fact]
    public async Task Program_RenamedToPdf_IsRefusedOnThePage()
    {
        var unit = await UnitAsync("s15");
        var work = await plan.WorkOfAsync("s15");

        var answer = await UploadAsync(unit, work, [0x4D, 0x5A, 0x90, 0, 3, 0, 0, 0], "自查报告.pdf");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("不是 .pdf 文件");
    }

    [GeneratedRegex("href=\"([^\"]*handler=File[^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("file=([0-9]+)")]
    private static partial Regex File();
}
