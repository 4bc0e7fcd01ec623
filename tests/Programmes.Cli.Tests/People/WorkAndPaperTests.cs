namespace Programmes.Cli.Tests.People;

/// <summary>People's work from the command line: sign, hand in, submit, and the papers around it.</summary>
public sealed class WorkAndPaperTests : IDisposable
{
    private const string Programme = "small-plan-2023";
    private readonly TempFolder folder = TempFolder.WithPlan();

    public void Dispose() => folder.Dispose();

    private string? Variable(string name) => name == "Programmes__Database" ? $"Data Source={folder["test.db"]};Pooling=False" : null;

    private Task<Cli> RunAsync(params string[] args) => Cli.RunAsync(Variable, args);

    private async Task<Cli> DoneAsync(params string[] args)
    {
        var cli = await RunAsync(args);
        cli.ExitCode.ShouldBe(0, cli.Error + cli.Output);
        return cli;
    }

    private Task<Cli> LaunchAsync() => DoneAsync("launch", folder["launch.json"], "--workflows", folder.Path, "--mode", "demonstration", "--confirm");

    [Fact]
    public async Task Paper_IsIssued_SignedFor_AnsweredAndAccepted()
    {
        await LaunchAsync();
        string[] order = ["paper", "issue", "--programme", Programme, "--kind", "SupervisionOrder", "--number", "示例督〔2023〕1号", "--title", "督办单", "--to-unit", "u1,u2", "--issuer", "office", "--reply-by", "2023-07-20"];
        await DoneAsync(order);
        (await RunAsync(order)).Error.ShouldContain("已登记过");
        var unsigned = (await DoneAsync("paper", "list", Programme, "--unsigned", "--json")).Json;
        unsigned.GetProperty("recipients").EnumerateArray().Select(one => one.GetProperty("unit").GetString()).ShouldBe(["u1", "u2"]);

        await DoneAsync("paper", "sign", "1", "--as", "unit:u1");
        await DoneAsync("paper", "reply", "1", "--text", "已整改", "--as", "unit:u1");
        (await RunAsync("paper", "accept", "1", "--as", "unit:u1")).ExitCode.ShouldBe(2);
        await DoneAsync("paper", "return", "1", "--reason", "不全", "--as", "role:office");
        await DoneAsync("paper", "reply", "1", "--text", "已补充", "--as", "unit:u1");
        await DoneAsync("paper", "reply", "1", "--text", "已整改", "--for", "u2");
        await DoneAsync("paper", "accept", "1", "--as", "role:office");

        var paper = (await DoneAsync("paper", "list", Programme, "--json")).Json.GetProperty("papers").EnumerateArray().Single();
        paper.EnumerateObject().Select(property => property.Name).ShouldBe(["id", "kind", "number", "title", "issuer", "issuedOn", "unit", "workItem", "replyBy", "reopensOn", "state", "unsigned"]);
        (paper.GetProperty("kind").GetString(), paper.GetProperty("state").GetString(), paper.GetProperty("issuedOn").GetString()).ShouldBe(("SupervisionOrder", "closed", "2023-07-03"));
        (await RunAsync("paper", "withdraw", "1", "--reason", "x")).Error.ShouldContain("已办结");
        (await RunAsync("paper", "issue", "--programme", Programme, "--kind", "Memo", "--number", "1", "--title", "x")).Error.ShouldContain("督办单");
        (await RunAsync("paper", "sign", "1", "--as", "u1")).Error.ShouldContain("unit:");
    }

    [Fact]
    public async Task Work_IsListed_AndNobodyDoesAnothers()
    {
        await LaunchAsync();
        (await DoneAsync("work", "list", Programme, "--json")).Json.GetProperty("total").GetInt32().ShouldBe(0, "the host's jobs open the work");
        (await RunAsync("work", "sign", "nothing")).Error.ShouldContain("没有找到此任务");
        (await RunAsync("work", "submit", "nothing", "--form", "missing.json")).ExitCode.ShouldBe(2);
        File.WriteAllText(folder["note.pdf"], "%PDF-1.7");
        (await RunAsync("evidence", "add", "nothing", folder["note.pdf"], "--as", "unit:u1")).Error.ShouldContain("没有办理此事的权限");
        (await RunAsync("evidence", "list", "nothing")).Error.ShouldContain("没有找到");
    }

    [Fact]
    public async Task Scan_LiesBesideTheDatabase_AndIsListedForTheRecipient()
    {
        await LaunchAsync();
        File.WriteAllText(folder["scan.pdf"], "%PDF-1.7");
        await DoneAsync("paper", "issue", "--programme", Programme, "--kind", "Bulletin", "--number", "示例〔2023〕2号", "--title", "通报", "--to-unit", "all", "--issuer", "office", "--scan", folder["scan.pdf"]);

        var file = (await DoneAsync("evidence", "list", "paper:1", "--as", "unit:u5", "--json")).Json.GetProperty("files").EnumerateArray().Single();
        file.GetProperty("name").GetString().ShouldBe("scan.pdf");
        var hash = file.GetProperty("sha256").GetString()!;
        File.Exists(folder[Path.Combine("evidence", hash[..2], hash)]).ShouldBeTrue();
    }

    [Fact]
    public async Task Work_IsSignedForAndSubmitted_AfterABackfill()
    {
        // The backfill leaves what lies ahead open; the plan is moved so that the units' filing is still to come.
        folder.Change("launch.json", json =>
        {
            var today = DateTime.Parse(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
            json["startsOn"] = today.AddDays(-14).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            for (var i = 0; i < 3; i++)
            {
                json["batches"]![i]!["start"] = today.AddDays(-7 + 200 * i).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
                json["batches"]![i]!["dates"]!["filingDue"] = today.AddDays(60 + 200 * i).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
                json["batches"]![i]!["dates"]!["verifyDue"] = today.AddDays(90 + 200 * i).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            }
        });
        await DoneAsync("launch", folder["launch.json"], "--workflows", folder.Path, "--mode", "backfilled", "--confirm");
        var unsigned = (await DoneAsync("work", "list", Programme, "--unsigned", "--json", "--as", "unit:u1")).Json.GetProperty("workItems").EnumerateArray().Single();
        unsigned.EnumerateObject().Select(property => property.Name).ShouldBe(["id", "title", "batch", "unit", "role", "due", "state", "overdue"]);
        var id = unsigned.GetProperty("id").GetString()!;

        (await RunAsync("work", "sign", id, "--as", "unit:u2")).Error.ShouldContain("没有办理此事的权限");
        await DoneAsync("work", "sign", id, "--as", "unit:u1");
        (await DoneAsync("work", "list", Programme, "--unsigned", "--json", "--as", "unit:u1")).Json.GetProperty("total").GetInt32().ShouldBe(0);
        File.WriteAllText(folder["报告.pdf"], "%PDF-1.7");
        await DoneAsync("evidence", "add", id, folder["报告.pdf"], "--as", "unit:u1");
        (await DoneAsync("evidence", "list", id)).Output.ShouldContain("报告.pdf");
        await DoneAsync("work", "submit", id, "--as", "unit:u1", "--comment", "已填报");
        (await DoneAsync("work", "list", Programme, "--json", "--as", "unit:u1")).Json.GetProperty("workItems").EnumerateArray().Select(one => one.GetProperty("id").GetString()).ShouldNotContain(id);
    }
}
