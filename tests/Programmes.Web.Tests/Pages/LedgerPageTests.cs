using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Programmes.Engine.Ledgers;
using Programmes.Engine.Queries;

namespace Programmes.Web.Tests.Pages;

public sealed class LedgerPageTests(SmallPlan plan) : IClassFixture<SmallPlan>
{
    private static string Text(string html) => WebUtility.HtmlDecode(html);

    /// <summary>Enters a problem through the form of whoever keeps the ledger; returns its id.</summary>
    private async Task<string> EnterAsync(HttpClient browser, string unit, string problem, string deadline = "2023-08-15")
    {
        var page = $"/ledgers/new/{await plan.LedgerAsync(unit)}";
        var answer = await browser.SubmitAsync(page, new() { ["Entry.Area"] = "设施设备", ["Entry.Problem"] = problem, ["Entry.Office"] = "示例镇政府", ["Entry.Post"] = "分管副镇长", ["Entry.Deadline"] = deadline });
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.ToString().Split('/')[^1];
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient browser, string page)
    {
        using var form = new MultipartFormDataContent { { new StringContent(await browser.TokenAsync(page)), "__RequestVerificationToken" } };
        var file = new ByteArrayContent("%PDF-1.7\n%%EOF\n"u8.ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        form.Add(file, "file", "整改照片.pdf");
        return await browser.PostAsync($"{page}?handler=Attach", form);
    }

    [Fact]
    public async Task Problem_IsEntered_Submitted_Returned_Closed_AndReopened_OnItsPage()
    {
        var (unit, county) = (await plan.UnitAsync("a"), await plan.OfficeAsync("county"));
        var page = $"/ledgers/entries/{await EnterAsync(unit, "a", "阅览室没有开放")}";

        (await unit.SubmitAsync(page, new() { ["done"] = "已开放" }, $"{page}?handler=Submit")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await county.SubmitAsync(page, new() { ["reason"] = "照片看不清" }, $"{page}?handler=Return")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        Text(await unit.GetStringAsync(page)).ShouldContain("照片看不清");
        (await UploadAsync(unit, page)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await unit.SubmitAsync(page, new() { ["done"] = "已重新拍摄" }, $"{page}?handler=Submit")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await unit.SubmitAsync(page, [], $"{page}?handler=Close")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "a unit does not close its own");
        (await county.SubmitAsync(page, new() { ["comment"] = "属实" }, $"{page}?handler=Close")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        Text(await unit.GetStringAsync(page)).ShouldContain("已销号");
        (await county.SubmitAsync(page, new() { ["reason"] = "抽查仍未开放" }, $"{page}?handler=Reopen")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "a new deadline is needed");
        (await county.SubmitAsync(page, new() { ["reason"] = "抽查仍未开放", ["deadline"] = "2023-08-20" }, $"{page}?handler=Reopen")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var html = Text(await county.GetStringAsync(page));
        html.ShouldContain("重新打开 1 次");
        html.ShouldContain("期限：2023-08-20（原期限 2023-08-15）");
    }

    [Fact]
    public async Task Numbers_LeadToTheirList_AndAUnitCountsItsOwn()
    {
        var (unit, county, lead) = (await plan.UnitAsync("b"), await plan.OfficeAsync("county"), await plan.LeadAsync());
        await EnterAsync(unit, "b", "只有二站有的问题<script>alert(1)</script>");
        var list = await lead.GetStringAsync($"/ledgers?programme={SmallPlan.Programme}&name=二站&shown=Open");
        list.ShouldContain("只有二站有的问题&lt;script&gt;");
        list.ShouldNotContain("<script>alert(1)");
        Regex.Match(list, "shown=Open[^>]*>\\s*<strong>(\\d+)</strong>").Groups[1].Value.ShouldBe("1");
        (await lead.GetStringAsync($"/ledgers?programme={SmallPlan.Programme}&name=二站&shown=Late")).ShouldContain("没有超期的问题");
        (await county.GetStringAsync("/ledgers")).ShouldContain("只有二站有的问题");
        foreach (var other in new[] { await plan.UnitAsync("a"), await plan.UnitAsync("c"), await plan.OfficeAsync("other") })
            (await other.GetStringAsync("/ledgers")).ShouldNotContain("只有二站有的问题");
        Text(await lead.GetStringAsync("/ledgers")).ShouldContain("示例甲县文化局");
        Text(await lead.GetStringAsync("/ledgers?books=true")).ShouldContain("登记问题");
    }

    [Fact]
    public async Task OtherUnit_FindsNothing_AndMayDoNothing()
    {
        var (owner, stranger) = (await plan.UnitAsync("a"), await plan.UnitAsync("c"));
        var id = await EnterAsync(owner, "a", "别人的问题");
        (await stranger.GetAsync($"/ledgers/entries/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.GetAsync($"/ledgers/new/{await plan.LedgerAsync("a")}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var handler in new[] { "Submit", "Close", "Return", "Reopen", "Assign", "Attach" })
            (await stranger.SubmitAsync("/ledgers", new() { ["done"] = "x", ["reason"] = "x", ["deadline"] = "2023-08-30", ["Entry.Office"] = "x", ["Entry.Post"] = "x", ["Entry.Deadline"] = "2023-08-30" }, $"/ledgers/entries/{id}?handler={handler}"))
                .StatusCode.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.NotFound);
        (await stranger.SubmitAsync("/ledgers", new() { ["Entry.Area"] = "设施设备", ["Entry.Problem"] = "x" }, $"/ledgers/new/{await plan.LedgerAsync("a")}")).StatusCode.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.NotFound);
        (await plan.Get<LedgerBoardQuery>().FindAsync(SmallPlan.Office, id))!.History.Count.ShouldBe(2, "opened and assigned, nothing more");
        (await stranger.GetAsync("/ledgers?programme=another")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task TooLongOrMissing_SaysWhatIsWrong_AndKeepsWhatWasTyped()
    {
        var unit = await plan.UnitAsync("a");
        var page = $"/ledgers/new/{await plan.LedgerAsync("a")}";
        var answer = await unit.SubmitAsync(page, new() { ["Entry.Area"] = "设施设备", ["Entry.Problem"] = new string('长', 2001), ["Entry.Reference"] = "检查〔7〕" });
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = Text(await answer.Content.ReadAsStringAsync());
        html.ShouldContain("最长 2000 字");
        html.ShouldContain("检查〔7〕");
        (await unit.SubmitAsync(page, new() { ["Entry.Area"] = "设施设备", ["Entry.Problem"] = "x", ["Entry.Office"] = "镇政府" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "an office without a deadline");
    }

    [Fact]
    public async Task Board_CountsInTheDatabase_ByOffice()
    {
        var query = plan.Get<LedgerBoardQuery>();
        var before = await query.RunAsync(SmallPlan.Office, new(SmallPlan.Programme, Superior: "other"), 1);
        var id = await plan.Get<OpenEntry>().OpenAsync(SmallPlan.Office, await plan.LedgerAsync("c"), new("人员队伍", "人员不在岗", Assignment: new("镇政府", "副镇长", new(2023, 8, 1))));
        var after = await query.RunAsync(SmallPlan.Office, new(SmallPlan.Programme, Superior: "other"), 1);
        after.Counts.All.ShouldBe(before.Counts.All + 1);
        after.Counts.Open.ShouldBe(before.Counts.Open + 1);
        after.BySuperior.ShouldHaveSingleItem().Name.ShouldBe("示例乙县文化局");
        after.Lines.Rows.ShouldContain(line => line.Id == id);
    }
}
