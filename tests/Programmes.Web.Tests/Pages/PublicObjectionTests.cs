using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.Notices;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Notices;
using Programmes.Web.Pages.Public;

namespace Programmes.Web.Tests.Pages;

/// <summary>A plan with an open notice that is public: adopted in mid-course, so that its clock is moved by hand and it is no demonstration.</summary>
public sealed class PublicPlanApp : IAsyncLifetime
{
    public PlanApp Plan { get; } = new();
    public string Notice { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await Plan.InitializeAsync();
        Notice = await Plan.UntilNoticeAsync();
        await using var db = await Plan.App.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.Programmes.SingleAsync()).BackfillUntil = new(2020, 1, 1);
        await db.SaveChangesAsync();
    }

    public Task DisposeAsync() => Plan.DisposeAsync();
}

public sealed partial class PublicObjectionTests(PublicPlanApp fixture) : IClassFixture<PublicPlanApp>
{
    private const string Author = "测试提出人甲";
    private static int visitors;

    private readonly PlanApp plan = fixture.Plan;
    private readonly string notice = fixture.Notice;

    private string FormPath => $"/public/notices/{notice}/object";

    /// <summary>Each from an address of its own, so that one test's limit is not another's.</summary>
    private HttpClient Visitor(string language = "zh")
    {
        var browser = plan.App.Browser(language);
        browser.DefaultRequestHeaders.Add(WebApp.VisitorHeader, $"192.0.2.{Interlocked.Increment(ref visitors)}");
        return browser;
    }

    private sealed record Form(string Token, string Ticket, int Sum);

    private async Task<Form> OpenAsync(HttpClient visitor, bool wait = true)
    {
        var html = await visitor.GetStringAsync(FormPath);
        html.ShouldNotContain("form-errors", customMessage: "nothing is wrong yet");
        var sum = SumQuestion().Match(html);
        if (wait) plan.App.Time.Advance(TimeSpan.FromSeconds(ObjectionTicket.SecondsMin + 1));
        return new(TokenField().Match(html).Groups[1].Value, TicketField().Match(html).Groups[1].Value, int.Parse(sum.Groups[1].Value, CultureInfo.InvariantCulture) + int.Parse(sum.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    private static Dictionary<string, string> Fields(string unit, Form form) => new()
    {
        ["__RequestVerificationToken"] = form.Token, ["Ticket"] = form.Ticket, ["sum"] = $"{form.Sum}", ["unit"] = unit, ["source"] = "RealName", ["author"] = Author, ["contact"] = "someone@example.org",
        ["text"] = "该站开放时间与公示材料不一致，请核查。", ["consent"] = "true", ["website"] = "",
    };

    private async Task<HttpResponseMessage> SendAsync(HttpClient visitor, Dictionary<string, string> fields, params (byte[] Content, string Name)[] files)
    {
        using var body = new MultipartFormDataContent();
        foreach (var (name, value) in fields) body.Add(new StringContent(value), name);
        foreach (var (content, name) in files) body.Add(new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/pdf") } }, "files", name);
        return await visitor.PostAsync(FormPath, body);
    }

    private async Task<List<ObjectionRow>> ObjectionsOfAsync(string unit)
    {
        await using var db = await plan.App.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        return await db.Objections.AsNoTracking().Where(row => row.UnitId == unit).ToListAsync();
    }

    private Task<HttpResponseMessage> OfficeAsync(string handler, Dictionary<string, string> fields) => plan.Administrator.SubmitAsync($"/notices/{notice}", fields, $"/notices/{notice}?handler={handler}");

    [Fact]
    public async Task Notice_ForAnybody_ShowsUnitsAndNoPersonalData()
    {
        var visitor = Visitor();
        (await visitor.GetStringAsync("/public/notices")).ShouldContain(notice);

        var answer = await visitor.GetAsync($"/public/notices/{notice}");

        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("示例乡镇01综合文化站");
        html.ShouldContain("5 个工作日");
        html.ShouldContain("为什么是这一天？");
        html.ShouldNotContain("@example.org", customMessage: "no mail address of a unit or office");
        html.ShouldNotContain(Author);
        answer.Headers.GetValues("X-Robots-Tag").Single().ShouldContain("unavailable_after");
        (await Visitor("en").GetStringAsync($"/public/notices/{notice}")).ShouldContain("How to object");
    }

    [Fact]
    public async Task Objection_IsReceived_SuspendsNothing_UntilTheOfficeAccepts_AndItsAuthorStaysHidden()
    {
        var visitor = Visitor();
        var answer = await SendAsync(visitor, Fields("s01", await OpenAsync(visitor)), ("%PDF-1.7\n%%EOF\n"u8.ToArray(), "现场照片.pdf"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var receipt = Receipt().Match(await answer.Content.ReadAsStringAsync()).Groups[1].Value;
        var row = (await ObjectionsOfAsync("s01")).Single();
        (row.Status, row.Channel, row.Author).ShouldBe((ObjectionStatus.Filed, ObjectionChannel.Web, Author));
        row.ReceiptHash.ShouldNotBeNull().ShouldNotContain(receipt.Replace("-", "", StringComparison.Ordinal));

        // Nothing is suspended, and the office finds it waiting.
        var page = await plan.Administrator.GetStringAsync($"/notices/{notice}");
        page.ShouldNotContain("中止（异议核查中）");
        page.ShouldContain("现场照片.pdf");
        page.ShouldNotContain(Author);
        page.ShouldContain("件异议待受理");
        (await plan.Administrator.GetStringAsync("/notices/objections")).ShouldContain("示例乡镇01综合文化站");
        (await AskAsync(visitor, receipt)).ShouldContain("已收到，待决定是否受理");

        // The author is told to who decides, and each look is on record.
        var told = await OfficeAsync("Author", new() { ["objection"] = $"{row.Id}" });
        (await told.Content.ReadAsStringAsync()).ShouldContain(Author);
        (await plan.Administrator.GetStringAsync("/audit")).ShouldContain("objection.author-read");

        (await OfficeAsync("Accept", new() { ["objection"] = $"{row.Id}" })).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await plan.Administrator.GetStringAsync($"/notices/{notice}")).ShouldContain("中止（异议核查中）");
        (await AskAsync(visitor, receipt.ToLowerInvariant())).ShouldContain("已受理，正在核查");

        var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s01", acceptLanguage: "zh");
        var seen = await unit.GetStringAsync($"/notices/{notice}");
        seen.ShouldContain("已受理，核查中");
        seen.ShouldNotContain(Author);
        seen.ShouldNotContain("开放时间与公示材料不一致");
        seen.ShouldNotContain("现场照片.pdf");
        (await unit.SubmitAsync("/work", new() { ["objection"] = $"{row.Id}" }, $"/notices/{notice}?handler=Author")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var file = WebUtility.HtmlDecode(FileLink().Match(page).Groups[1].Value);
        (await unit.GetAsync(file)).StatusCode.ShouldBe(HttpStatusCode.NotFound, file);
        (await plan.Administrator.GetAsync(file)).Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        (await unit.GetAsync("/notices/objections")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task SameForm_SentTwice_IsOneObjection()
    {
        var visitor = Visitor();
        var fields = Fields("s02", await OpenAsync(visitor));

        var first = await (await SendAsync(visitor, fields)).Content.ReadAsStringAsync();
        var second = await (await SendAsync(visitor, fields)).Content.ReadAsStringAsync();

        Receipt().Match(second).Groups[1].Value.ShouldBe(Receipt().Match(first).Groups[1].Value);
        (await ObjectionsOfAsync("s02")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Anonymous_IsALead_WithoutEffect()
    {
        var visitor = Visitor();
        var fields = Fields("s03", await OpenAsync(visitor));
        (fields["source"], fields["author"], fields["contact"]) = ("Anonymous", "", "");

        (await (await SendAsync(visitor, fields)).Content.ReadAsStringAsync()).ShouldContain("作为线索处理");

        var row = (await ObjectionsOfAsync("s03")).Single();
        row.Status.ShouldBe(ObjectionStatus.Lead);
        var refused = await OfficeAsync("Accept", new() { ["objection"] = $"{row.Id}" });
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Office_MayKeepItAsALead_OrNotAcceptIt_WithTheReason()
    {
        var visitor = Visitor();
        var receipt = Receipt().Match(await (await SendAsync(visitor, Fields("s04", await OpenAsync(visitor)))).Content.ReadAsStringAsync()).Groups[1].Value;
        var row = (await ObjectionsOfAsync("s04")).Single();
        (await OfficeAsync("Lead", new() { ["objection"] = $"{row.Id}", ["reason"] = "" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        (await OfficeAsync("Lead", new() { ["objection"] = $"{row.Id}", ["reason"] = "联系方式无法核实" })).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await AskAsync(visitor, receipt)).ShouldContain("联系方式无法核实");
        (await OfficeAsync("Refuse", new() { ["objection"] = $"{row.Id}", ["reason"] = "与公示内容无关" })).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await AskAsync(visitor, receipt)).ShouldContain("与公示内容无关");
        (await plan.Administrator.GetStringAsync($"/notices/{notice}?name=04")).ShouldNotContain("中止（异议核查中）");
    }

    [Theory]
    [InlineData("author", "", "请填写真实姓名")]
    [InlineData("contact", "", "请填写联系方式")]
    [InlineData("text", "不实", "不少于 10 字")]
    [InlineData("unit", "", "请选择被异议单位")]
    [InlineData("unit", "s99", "请从公示名单中选择单位")]
    [InlineData("sum", "99", "计算结果不对")]
    [InlineData("consent", "false", "请阅读说明并勾选")]
    [InlineData("author", "甲\r\n乙", "不能换行")]
    public async Task FaultyField_IsSaidBesideIt_AndNothingTypedIsLost(string field, string value, string because)
    {
        var visitor = Visitor();
        var fields = Fields("s05", await OpenAsync(visitor));
        fields[field] = value;

        var answer = await SendAsync(visitor, fields);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain(because);
        html.ShouldContain("class=\"field-error\"");
        html.ShouldContain("aria-invalid=\"true\"");
        if (field != "text") html.ShouldContain("开放时间与公示材料不一致");
        (await ObjectionsOfAsync("s05")).ShouldBeEmpty();
    }

    [Fact]
    public async Task HostileText_IsEncodedEverywhere()
    {
        const string hostile = "</textarea><script>alert(1)</script>\"onfocus=alert(2)";
        var visitor = Visitor();
        var fields = Fields("s06", await OpenAsync(visitor));
        (fields["text"], fields["author"], fields["contact"], fields["sum"]) = (hostile, hostile, hostile, "0");
        (await (await SendAsync(visitor, fields)).Content.ReadAsStringAsync()).ShouldNotContain("<script>alert(1)");

        var form = await OpenAsync(visitor);
        (fields["Ticket"], fields["sum"], fields["__RequestVerificationToken"]) = (form.Ticket, $"{form.Sum}", form.Token);
        (await SendAsync(visitor, fields)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var row = (await ObjectionsOfAsync("s06")).Single();
        (await plan.Administrator.GetStringAsync($"/notices/{notice}")).ShouldNotContain("<script>alert(1)");
        var told = await (await OfficeAsync("Author", new() { ["objection"] = $"{row.Id}" })).Content.ReadAsStringAsync();
        told.ShouldNotContain("<script>alert(1)");
        told.ShouldContain("&lt;script&gt;alert(1)");
    }

    [Fact]
    public async Task Programs_AreRefused_ByTheTrapTheTimeTheTicketAndTheToken()
    {
        var visitor = Visitor();
        var fields = Fields("s07", await OpenAsync(visitor));
        fields["website"] = "http://example.org";
        (await (await SendAsync(visitor, fields)).Content.ReadAsStringAsync()).ShouldContain("提交得太快");
        fields = Fields("s07", await OpenAsync(visitor, wait: false));
        (await (await SendAsync(visitor, fields)).Content.ReadAsStringAsync()).ShouldContain("提交得太快");
        fields = Fields("s07", await OpenAsync(visitor));
        fields["Ticket"] = "CfDJ8forged";
        (await SendAsync(visitor, fields)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        fields = Fields("s07", await OpenAsync(visitor));
        fields["__RequestVerificationToken"] = "CfDJ8forged";
        (await SendAsync(visitor, fields)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        fields = Fields("s07", await OpenAsync(visitor));
        fields["Ticket"] = ObjectionTicket.New(notice, plan.App.Time.GetUtcNow().AddHours(-ObjectionTicket.HoursMax).AddMinutes(-1)).Sealed(plan.App.Services.GetRequiredService<IDataProtectionProvider>());
        (await (await SendAsync(visitor, fields)).Content.ReadAsStringAsync()).ShouldContain("打开太久");
        (await ObjectionsOfAsync("s07")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_DisguisedTooManyOrTooLarge_AreRefused()
    {
        var visitor = Visitor();
        var form = await OpenAsync(visitor);
        var pdf = "%PDF-1.7\n%%EOF\n"u8.ToArray();
        byte[] exe = [0x4D, 0x5A, 0x90, 0, 3, 0, 0, 0];

        (await (await SendAsync(visitor, Fields("s08", form), (exe, "照片.pdf"))).Content.ReadAsStringAsync()).ShouldContain("不是 .pdf 文件");
        (await (await SendAsync(visitor, Fields("s08", form), (pdf, "1.pdf"), (pdf, "2.pdf"), (pdf, "3.pdf"), (pdf, "4.pdf"))).Content.ReadAsStringAsync()).ShouldContain("最多 3 个文件");
        (await (await SendAsync(visitor, Fields("s08", form), (new byte[ReceiveObjection.FileBytesMax + 1], "大.pdf"))).Content.ReadAsStringAsync()).ShouldContain("最大 10 MB");
        (await SendAsync(visitor, Fields("s08", form), (pdf, "../../etc/passwd.pdf"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ObjectionsOfAsync("s08")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Flood_FromOneAddress_IsStopped_AndOthersGoOn()
    {
        var visitor = Visitor();
        for (var i = 0; i < VisitorLimits.ObjectionsPerHourMax; i++)
        {
            var fields = Fields("s09", await OpenAsync(visitor));
            fields["consent"] = "false";
            (await SendAsync(visitor, fields)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }

        var refused = await SendAsync(visitor, Fields("s09", await OpenAsync(visitor)));
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("开放时间与公示材料不一致", customMessage: "what was typed is kept");
        var other = Visitor();
        (await SendAsync(other, Fields("s09", await OpenAsync(other)))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Receipts_CannotBeGuessed_NorTriedForLong()
    {
        var visitor = Visitor();
        HttpResponseMessage answer = null!;
        for (var i = 0; i <= VisitorLimits.LookupsPerMinuteMax; i++) answer = await visitor.SubmitAsync("/public/objections", new() { ["receipt"] = ObjectionReceipt.New() });

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task NoticeThatIsNotThere_LooksLikeOneTakenDown()
    {
        foreach (var path in new[] { "/public/notices/none", "/public/notices/none/object" })
        {
            var answer = await Visitor().GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            answer.Headers.GetValues("X-Robots-Tag").Single().ShouldContain("noindex");
            (await answer.Content.ReadAsStringAsync()).ShouldContain("已经撤下");
        }
    }

    private static async Task<string> AskAsync(HttpClient visitor, string receipt)
    {
        var answer = await visitor.SubmitAsync("/public/objections", new() { ["receipt"] = receipt });
        var html = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, html);
        html.ShouldNotContain(Author);
        return html;
    }

    [GeneratedRegex("请计算：(\\d+) 加 (\\d+)")]
    private static partial Regex SumQuestion();

    [GeneratedRegex("name=\"Ticket\" value=\"([^\"]+)\"")]
    private static partial Regex TicketField();

    [GeneratedRegex("name=\"request-verification-token\" content=\"([^\"]+)\"")]
    private static partial Regex TokenField();

    [GeneratedRegex("id=\"receipt\">([A-Z0-9-]+)<")]
    private static partial Regex Receipt();

    [GeneratedRegex("href='([^']*handler=File[^']*)'")]
    private static partial Regex FileLink();
}
