using System.Text.Json.Nodes;

namespace Programmes.Cli.Tests.Ledgers;

/// <summary>The office's own ledger of a programme adopted in mid-course.</summary>
public sealed class LedgerTests : IDisposable
{
    private const string Programme = "small-plan-2023";

    private readonly TempFolder folder = TempFolder.WithPlan();

    public void Dispose() => folder.Dispose();

    private string? Variable(string name) => name == "Programmes__Database" ? $"Data Source={folder["test.db"]};Pooling=False" : null;

    private Task<Cli> RunAsync(params string[] args) => Cli.RunAsync(Variable, args);

    private async Task<string> LaunchedAsync()
    {
        folder.Change("programme.json", json =>
        {
            json["root"]!["activities"]!.AsArray().Add(JsonNode.Parse("""{ "id": "problems", "type": "Programmes.Ledger", "title": "问题台账", "role": "office", "until": "2035-12-31", "areas": ["设施设备"], "clause": "三" }"""));
            json["root"]!["connections"]!.AsArray().Add(JsonNode.Parse("""{ "source": { "activity": "start", "port": "Done" }, "target": { "activity": "problems", "port": "In" } }"""));
        });
        var launched = await RunAsync("launch", folder["launch.json"], "--workflows", folder.Path, "--mode", "backfilled", "--confirm");
        launched.ExitCode.ShouldBe(0, launched.Output + launched.Error);
        var list = await RunAsync("ledger", "list", Programme, "--json");
        list.ExitCode.ShouldBe(0, list.Error);
        var ledger = list.Json.GetProperty("ledgers").EnumerateArray().ShouldHaveSingleItem();
        ledger.GetProperty("status").GetString().ShouldBe("open");
        return ledger.GetProperty("id").GetString()!;
    }

    [Fact]
    public async Task Entry_FromOpeningToClosing_IsListedAndInTheBulletin()
    {
        var ledger = await LaunchedAsync();
        var opened = await RunAsync("ledger", "open", ledger, "--area", "设施设备", "--problem", "阅览室漏水", "--source", "unannounced", "--office", "示例镇人民政府", "--post", "分管副镇长", "--until", "2035-11-30", "--as", "role:office");
        opened.ExitCode.ShouldBe(0, opened.Error);
        opened.Output.ShouldContain($"{ledger}.1");

        var empty = await RunAsync("ledger", "close", $"{ledger}.1", "--done", "已修好");
        empty.ExitCode.ShouldBe(2);
        empty.Error.ShouldContain("没有佐证材料，不能销号");

        await File.WriteAllTextAsync(folder["修缮.pdf"], "%PDF-1.7\n%%EOF\n");
        (await RunAsync("evidence", "add", $"ledger:{ledger}.1", folder["修缮.pdf"])).ExitCode.ShouldBe(0);
        (await RunAsync("ledger", "submit", $"{ledger}.1", "--done", "已修好", "--as", "role:office")).ExitCode.ShouldBe(0);
        (await RunAsync("ledger", "return", $"{ledger}.1", "--reason", "请附验收单")).ExitCode.ShouldBe(0);
        (await RunAsync("ledger", "close", $"{ledger}.1", "--done", "已修好，验收单已附")).ExitCode.ShouldBe(0);
        (await RunAsync("ledger", "reopen", $"{ledger}.1", "--reason", "又漏水", "--until", "2035-12-15")).ExitCode.ShouldBe(0);

        var entry = (await RunAsync("ledger", "list", Programme, "--json")).Json.GetProperty("entries").EnumerateArray().ShouldHaveSingleItem();
        entry.GetProperty("status").GetString().ShouldBe("assigned");
        entry.GetProperty("source").GetString().ShouldBe("unannounced");
        entry.GetProperty("reopened").GetInt32().ShouldBe(1);
        entry.GetProperty("deadlineOn").GetString().ShouldBe("2035-12-15");
        (await RunAsync("ledger", "list", Programme, "--overdue", "--json")).Json.GetProperty("entriesInAll").GetInt32().ShouldBe(0);
        var bulletin = await RunAsync("ledger", "bulletin", Programme, "--since", "2023-07-03");
        bulletin.Output.ShouldContain("台账共登记问题 1 个，已销号 0 个，未销号 1 个，均在期限内。");
        (await RunAsync("ledger", "bulletin", Programme, "--since", "2023-07-03", "--json")).Json.GetProperty("total").GetProperty("reopenedSince").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Open_WithHalfAnAssignmentOrAWrongSource_SaysWhatIsMissing()
    {
        var ledger = await LaunchedAsync();
        var half = await RunAsync("ledger", "open", ledger, "--area", "设施设备", "--problem", "漏水", "--office", "示例镇");
        half.ExitCode.ShouldBe(2);
        half.Error.ShouldContain("--office、--post、--until 须一起写");
        var wrong = await RunAsync("ledger", "open", ledger, "--area", "设施设备", "--problem", "漏水", "--source", "rumour");
        wrong.ExitCode.ShouldBe(2);
        wrong.Error.ShouldContain("cross-county");
    }
}
