namespace Programmes.Cli.Tests.Safekeeping;

public sealed class MoveDatabaseTests : IDisposable
{
    private readonly TempFolder folder = TempFolder.WithPlan();

    public void Dispose() => folder.Dispose();

    private string Old => $"Data Source={folder["old/programmes.db"]};Pooling=False";
    private string New => $"Data Source={folder["new/programmes.db"]};Pooling=False";

    private Task<Cli> RunAsync(params string[] args) => Cli.RunAsync(name => name == "Programmes__Mail__Pickup" ? folder["mail"] : null, args);

    private async Task<Cli> DoneAsync(params string[] args)
    {
        var cli = await RunAsync(args);
        cli.ExitCode.ShouldBe(0, cli.Error + cli.Output);
        return cli;
    }

    private async Task LaunchAsync()
    {
        await DoneAsync("launch", folder["launch.json"], "--workflows", folder.Path, "--mode", "demonstration", "--confirm", "--database", Old);
        await File.WriteAllTextAsync(folder["scan.pdf"], "%PDF-1.7");
        await DoneAsync("paper", "issue", "--programme", "small-plan-2023", "--kind", "Bulletin", "--number", "示例〔2023〕2号", "--title", "通报", "--to-unit", "all", "--issuer", "office", "--scan", folder["scan.pdf"], "--database", Old);
    }

    [Fact]
    public async Task Move_TakesEverythingAlong_AndTheOldDatabaseStartsNoMore()
    {
        await LaunchAsync();
        var before = (await DoneAsync("status", "--database", Old, "--json")).Output;

        var moved = (await DoneAsync("move-database", "--from", Old, "--to", New, "--evidence-to", folder["files"], "--json")).Json;
        moved.EnumerateObject().Select(property => property.Name).ShouldBe(["from", "to", "rows", "tables", "evidence", "evidenceFolder", "evidenceExpected"]);
        moved.GetProperty("evidence").GetProperty("files").GetInt32().ShouldBe(1);
        moved.GetProperty("evidence").GetProperty("missing").GetInt32().ShouldBe(0);
        moved.GetProperty("evidenceFolder").GetString().ShouldBe(folder["files"]);
        moved.GetProperty("tables").EnumerateArray().Single(table => table.GetProperty("name").GetString() == "papers").GetProperty("rows").GetInt32().ShouldBe(1);
        Directory.GetFiles(folder["files"], "*", SearchOption.AllDirectories).ShouldHaveSingleItem();

        (await DoneAsync("status", "--database", New, "--json")).Output.ShouldBe(before);
        var old = await RunAsync("status", "--database", Old);
        old.ExitCode.ShouldBe(2);
        old.Error.ShouldContain($"此数据库已迁移到 {folder["new/programmes.db"]}");
        (await RunAsync("move-database", "--from", Old, "--to", $"Data Source={folder["third.db"]}")).Error.ShouldContain("--take-back");
        (await RunAsync("move-database", "--from", New, "--to", New)).Error.ShouldContain("同一个数据库");

        (await DoneAsync("move-database", "--from", Old, "--take-back")).Output.ShouldContain("迁移已撤回");
        (await DoneAsync("status", "--database", Old, "--json")).Output.ShouldBe(before);
        (await RunAsync("move-database", "--from", Old, "--take-back")).Error.ShouldContain("没有迁移过");
        (await RunAsync("move-database", "--from", Old, "--to", New)).Error.ShouldContain("目标数据库不是空的");
    }

    [Fact]
    public async Task Move_SaysWhereTheEvidenceIs_AndIsRefusedWhileSomeIsMissing()
    {
        await LaunchAsync();
        var file = Directory.GetFiles(folder["old/evidence"], "*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        var hash = Path.GetFileName(file);
        File.Move(file, folder["aside"]);
        var refused = await RunAsync("move-database", "--from", Old, "--to", New);
        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain($"缺少 1 份佐证材料（如 {hash}）");
        (await RunAsync("move-database", "--from", Old, "--to", New, "--evidence-to", folder["files"], "--lang", "en")).Error.ShouldContain("1 evidence files are missing");

        File.Move(folder["aside"], file);
        await File.AppendAllTextAsync(file, "x");
        (await RunAsync("move-database", "--from", Old, "--to", New)).Error.ShouldContain("缺少 1 份");
        var moved = await DoneAsync("move-database", "--from", Old, "--to", New, "--accept-missing");
        moved.Output.ShouldContain("逐行核对一致，已提交");
        moved.Output.ShouldContain($"请设置 Programmes:Evidence={folder["old/evidence"]}");
    }

    [Fact]
    public async Task Move_OfWhatIsNotThereOrNoDatabase_IsRefused()
    {
        (await RunAsync("move-database", "--from", Old, "--to", New)).Error.ShouldContain("没有数据库");
        File.Exists(folder["new/programmes.db"]).ShouldBeFalse();
        (await RunAsync("move-database", "--from", "nonsense", "--to", New)).Error.ShouldContain("连接字符串无效");
        (await RunAsync("move-database", "--from", Old)).Error.ShouldContain("--to");
        (await RunAsync("move-database", "--to", New)).Error.ShouldContain("--from");
    }

    [Fact]
    public async Task Move_WhileAHostHasTheDatabaseOpen_IsRefused()
    {
        await LaunchAsync();
        await using var host = Storage.Databases.Database.Open(Storage.Databases.DatabaseOptions.Parse(Old));
        await using var transaction = await new Storage.Instances.InstanceStore(host).BeginAsync(TimeProvider.System.GetUtcNow());
        await transaction.DisposeAsync();
        var refused = await RunAsync("move-database", "--from", Old, "--to", New);
        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain("数据库正在使用");
    }
}
