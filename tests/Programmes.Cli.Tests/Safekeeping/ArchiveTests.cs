namespace Programmes.Cli.Tests.Safekeeping;

public sealed class ArchiveTests : IDisposable
{
    private readonly TempFolder folder = TempFolder.WithPlan();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Archive_TellsWhatItDid_AndRefusesWrongSettings()
    {
        string? years = null;
        string? Variable(string name) => name switch
        {
            "Programmes__Database" => $"Data Source={folder["test.db"]};Pooling=False",
            "Programmes__Mail__Pickup" => folder["mail"],
            "Programmes__Retention__Years" => years,
            _ => null,
        };
        (await Cli.RunAsync(Variable, "archive")).Error.ShouldContain("没有数据库");
        (await Cli.RunAsync(Variable, "launch", folder["launch.json"], "--workflows", folder.Path, "--mode", "demonstration", "--confirm")).ExitCode.ShouldBe(0);
        var dry = await Cli.RunAsync(Variable, "archive", "--dry-run", "--json");
        dry.ExitCode.ShouldBe(0, dry.Error);
        dry.Json.EnumerateObject().Select(property => property.Name).ShouldBe(["dryRun", "programmes", "mailTexts"]);
        dry.Json.GetProperty("programmes").GetArrayLength().ShouldBe(0);
        (await Cli.RunAsync(Variable, "archive")).Output.ShouldContain("已归档 0 项专项工作的细节");
        years = "0";
        (await Cli.RunAsync(Variable, "archive")).Error.ShouldContain("Programmes:Retention 有误：Years 须为 1 至 100 的整数");
    }
}
