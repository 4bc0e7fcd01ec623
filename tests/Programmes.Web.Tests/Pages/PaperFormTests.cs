using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Queries;

namespace Programmes.Web.Tests.Pages;

public sealed class PaperFormTests : IDisposable
{
    private const string Definition = """
        { "definitionId": "orders", "name": "督办", "version": 1, "root": { "id": "root", "type": "Elsa.Flowchart", "activities": [
          { "id": "order", "type": "Programmes.WorkItem", "title": "发督办单", "role": "lead", "paper": "SupervisionOrder", "paperTo": "county" } ], "connections": [] } }
        """;

    private const string Launch = """
        { "definition": "orders", "id": "orders", "name": "示例督办", "startsOn": "2023-07-03", "approval": { "number": "示例〔2023〕1号", "on": "2023-06-30" }, "batches": [],
          "offices": { "lead": { "name": "示例办公室", "mail": "lead@example.org" }, "county": { "name": "示例县", "mail": "county@example.org" } }, "units": [ { "id": "a", "name": "一站", "mail": "a@example.org" } ] }
        """;

    private readonly WebApp app = new();

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task WorkThatNeedsAPaper_AsksForIt_AndIsSubmittedAfterwards()
    {
        var services = app.Services;
        (await services.GetRequiredService<PublishDefinitions>().PublishAsync([DefinitionReader.Read(Definition, "orders.json").Definition!], null)).ShouldBeEmpty();
        await services.GetRequiredService<LaunchProgramme>().LaunchAsync(new("office") { IsLeadingOffice = true }, Launch, "launch.json", LaunchMode.Demonstration, true);
        await services.GetRequiredService<Pump>().RunAsync();
        var work = (await services.GetRequiredService<WorkListQuery>().RunAsync(new("x") { IsLeadingOffice = true }, WorkShown.All, true, 1, "orders")).Lines.Rows[0].Id;
        var lead = await app.SignedInAsync(PersonRole.Office, officeRole: "lead", programmeId: "orders", acceptLanguage: "zh");
        var page = $"/work/{work}";

        (await lead.GetStringAsync(page)).ShouldContain("登记公文后才能提交");
        var early = await lead.SubmitAsync(page, [], $"{page}?handler=Submit");
        early.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await early.Content.ReadAsStringAsync()).ShouldContain("须登记督办单（文号、印发日期）后提交");
        var without = await lead.SubmitAsync(page, new() { ["number"] = "示例督〔2023〕1号", ["title"] = "督办单" }, $"{page}?handler=Paper");
        (await without.Content.ReadAsStringAsync()).ShouldContain("督办单须写明答复期限");

        (await lead.SubmitAsync(page, new() { ["number"] = "示例督[2023]1号", ["title"] = "<b>督办单</b>", ["replyBy"] = "2023-07-20" }, $"{page}?handler=Paper")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var html = await lead.GetStringAsync(page);
        html.ShouldContain("示例督〔2023〕1号");
        html.ShouldNotContain("<b>督办单</b>");
        (await lead.SubmitAsync(page, [], $"{page}?handler=Submit")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await lead.GetStringAsync(page)).ShouldContain("已办结");
    }
}
