using System.Text.Json;

namespace Programmes.Cli.Tests.Launching;

public sealed class LaunchAndStatusTests : IDisposable
{
    private const string Tongjiang = "tongjiang-grading-2023";
    private static readonly string Workflows = Path.Combine(AppContext.BaseDirectory, "workflows");
    private static readonly string Sample = Path.Combine(Workflows, "tongjiang-grading", "launch.example.json");

    private readonly TempFolder folder = TempFolder.WithPlan();

    private string Database => $"Data Source={folder["test.db"]};Pooling=False";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Launch_OfTheSample_IsRefusedAsPlannedAndRunsOnAClockOfItsOwn()
    {
        var past = await LaunchAsync(Sample, Workflows, "--confirm", "--json");
        past.ExitCode.ShouldBe(2);
        past.Json.EnumerateObject().Select(property => property.Name).ShouldBe(["launched", "programme", "mode", "problems"]);
        past.Json.GetProperty("launched").GetBoolean().ShouldBeFalse();
        past.Json.GetProperty("programme").ValueKind.ShouldBe(JsonValueKind.Null);
        past.Json.GetProperty("mode").GetString().ShouldBe("as-planned");
        Codes(past).ShouldContain("dates-past");
        past.Error.ShouldContain("--mode demonstration");
        past.Error.ShouldContain("--mode shifted");
        past.Error.ShouldContain("--mode backfilled");
        (await ProgrammesAsync()).ShouldBeEmpty();

        var launched = await LaunchAsync(Sample, Workflows, "--mode", "demonstration", "--confirm", "--json");
        launched.ExitCode.ShouldBe(0, launched.Error + launched.Output);
        launched.Json.GetProperty("launched").GetBoolean().ShouldBeTrue();
        launched.Json.GetProperty("programme").GetString().ShouldBe(Tongjiang);
        launched.Json.GetProperty("mode").GetString().ShouldBe("demonstration");

        var again = await LaunchAsync(Sample, Workflows, "--mode", "demonstration", "--confirm", "--json");
        again.ExitCode.ShouldBe(2);
        Codes(again).ShouldContain("id-taken");

        var one = (await ProgrammesAsync(Tongjiang)).ShouldHaveSingleItem();
        one.EnumerateObject().Select(property => property.Name).ShouldBe(
            ["id", "name", "status", "clock", "suspendedOn", "suspendReason", "startsOn", "backfilledUntil", "units", "batches", "openWorkItems", "overdueWorkItems", "incidents", "results", "achieved"]);
        one.GetProperty("id").GetString().ShouldBe(Tongjiang);
        one.GetProperty("status").GetString().ShouldBe("running");
        one.GetProperty("clock").GetProperty("kind").GetString().ShouldBe("demonstration");
        one.GetProperty("clock").GetProperty("today").GetString().ShouldBe("2023-07-03");
        one.GetProperty("startsOn").GetString().ShouldBe("2023-07-03");
        one.GetProperty("units").GetInt32().ShouldBe(33);
        var batches = one.GetProperty("batches").EnumerateArray().ToList();
        batches[0].EnumerateObject().Select(property => property.Name).ShouldBe(["number", "name", "supplementary", "started", "units", "finished"]);
        batches.Select(batch => batch.GetProperty("supplementary").GetBoolean()).ShouldBe([false, false, false, true]);
        batches.Sum(batch => batch.GetProperty("units").GetInt32()).ShouldBe(33);
        batches.ShouldAllBe(batch => batch.GetProperty("finished").GetInt32() == 0);

        var table = await Cli.RunAsync(Variable, "status");
        table.ExitCode.ShouldBe(0);
        table.Output.ShouldContain("演示 2023-07-03");
        var details = await Cli.RunAsync(Variable, "status", Tongjiang, "--lang", "en");
        details.Output.ShouldContain("demonstration 2023-07-03");
        var misspelt = await Cli.RunAsync(Variable, "status", "tongjiang-grading-2032");
        misspelt.ExitCode.ShouldBe(2);
        misspelt.Error.ShouldContain($"是否为“{Tongjiang}”");
    }

    [Fact]
    public async Task Launch_WithWarnings_NeedsConfirmation()
    {
        // Nobody can be reminded, which the office is to see.
        folder.Change("launch.json", json => json["units"]![0]!.AsObject().Remove("mail"));

        var cautious = await LaunchAsync(folder["launch.json"], folder.Path, "--mode", "demonstration");
        cautious.ExitCode.ShouldBe(2);
        cautious.Output.ShouldContain("没有启动：0 个错误");
        cautious.Error.ShouldContain("--confirm");
        (await ProgrammesAsync()).ShouldBeEmpty();

        (await LaunchAsync(folder["launch.json"], folder.Path, "--mode", "demonstration", "--confirm")).ExitCode.ShouldBe(0);
        (await ProgrammesAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Launch_Backfilled_ShowsItsResults()
    {
        var cli = await LaunchAsync(folder["launch.json"], folder.Path, "--mode", "backfilled", "--confirm");
        cli.ExitCode.ShouldBe(0, cli.Error + cli.Output);

        var one = (await ProgrammesAsync()).ShouldHaveSingleItem();
        one.GetProperty("clock").GetProperty("kind").GetString().ShouldBe("real");
        one.GetProperty("backfilledUntil").GetString().ShouldNotBeNull();
        one.GetProperty("results").GetProperty("达标").GetInt32().ShouldBe(5);
        one.GetProperty("achieved").GetInt32().ShouldBe(5);
        one.GetProperty("batches").EnumerateArray().Sum(batch => batch.GetProperty("finished").GetInt32()).ShouldBe(5);
        one.GetProperty("status").GetString().ShouldBe("finished");
    }

    [Fact]
    public async Task Launch_OfABrokenFile_IsLocatedAndLaunchesNothing()
    {
        (await LaunchAsync(Sample, Workflows, "--json")).ExitCode.ShouldBe(2);
        folder.Change("launch.json", json => json["batches"]![0]!["units"]![0] = "nobody");

        var cli = await LaunchAsync(folder["launch.json"], folder.Path, "--mode", "demonstration", "--confirm", "--json");

        cli.ExitCode.ShouldBe(2);
        cli.Json.GetProperty("launched").GetBoolean().ShouldBeFalse();
        var problem = cli.Json.GetProperty("problems").EnumerateArray().First(one => one.GetProperty("severity").GetString() == "error");
        problem.GetProperty("file").GetString().ShouldBe(folder["launch.json"]);
        problem.GetProperty("property").GetString().ShouldNotBeNull();
        (await ProgrammesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Launch_OfNoJson_TouchesNoDatabase()
    {
        File.WriteAllText(folder["launch.json"], "{");

        (await LaunchAsync(folder["launch.json"], folder.Path)).ExitCode.ShouldBe(2);
        File.Exists(folder["test.db"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Status_WithoutADatabase_MakesNone()
    {
        var cli = await Cli.RunAsync(Variable, "status");

        cli.ExitCode.ShouldBe(2);
        cli.Error.ShouldContain("没有数据库");
        File.Exists(folder["test.db"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("File=x")]
    public async Task Database_ThatIsNone_IsRefused(string database)
    {
        var cli = await Cli.RunAsync("status", "--database", database);

        cli.ExitCode.ShouldBe(2);
        cli.Error.ShouldContain("Data Source=");
    }

    [Fact]
    public async Task TestClock_OutsideTests_IsRefused()
    {
        (await LaunchAsync(Sample, Workflows, "--json")).ExitCode.ShouldBe(2);

        var cli = await Cli.RunAsync(name => name == "PROGRAMMES_TEST_CLOCK" ? folder["clock"] : Variable(name), "status");

        cli.ExitCode.ShouldBe(2);
        cli.Error.ShouldContain("PROGRAMMES_TEST_CLOCK");
    }

    private string? Variable(string name) => name == "Programmes__Database" ? Database : null;

    private Task<Cli> LaunchAsync(string file, string workflows, params string[] more) => Cli.RunAsync(["launch", file, "--database", Database, "--workflows", workflows, .. more]);

    private async Task<List<JsonElement>> ProgrammesAsync(params string[] ids)
    {
        var cli = await Cli.RunAsync(Variable, ["status", .. ids, "--json"]);
        cli.ExitCode.ShouldBe(0, cli.Error);
        return [.. cli.Json.GetProperty("programmes").EnumerateArray()];
    }

    private static List<string?> Codes(Cli cli) => [.. cli.Json.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("code").GetString())];
}
