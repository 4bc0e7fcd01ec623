using System.Text.Json;

namespace Programmes.Cli.Tests.DryRuns;

public class DryRunTests
{
    private static readonly string Launch = Path.Combine(TempFolder.Plan, "launch.json");

    [Fact]
    public async Task Json_OnTime_TellsTheWholePlanInOrder()
    {
        var cli = await Cli.RunAsync("dry-run", Launch, "--json");

        cli.ExitCode.ShouldBe(0);
        cli.Json.EnumerateObject().Select(property => property.Name).ShouldBe(["events", "mails", "problems", "summary"]);
        cli.Json.GetProperty("events")[0].EnumerateObject().Select(property => property.Name)
            .ShouldBe(["on", "at", "kind", "batch", "unit", "activity", "title", "due", "provisional", "why"]);
        var events = Events(cli);
        events.Select(what => what.GetProperty("at").GetDateTimeOffset()).ShouldBeInOrder();
        events.ShouldAllBe(what => what.GetProperty("at").GetString()!.EndsWith("+08:00", StringComparison.Ordinal));
        var notice = events.First(what => Kind(what) == "notice-opened");
        notice.GetProperty("on").GetString().ShouldBe("2023-09-25");
        notice.GetProperty("due").GetString().ShouldBe("2023-10-08");
        notice.GetProperty("why").EnumerateArray().Select(line => line.GetString()).ShouldContain("计入：10月7日（周六）补班；10月8日（周日）补班。");
        events.First(what => Kind(what) == "notice-closed").GetProperty("on").GetString().ShouldBe("2023-10-08");
        var summary = cli.Json.GetProperty("summary");
        summary.GetProperty("results").GetProperty("达标").GetInt32().ShouldBe(5);
        summary.GetProperty("goalReached").GetInt32().ShouldBe(5);
        summary.GetProperty("finishedOn").GetString().ShouldBe("2024-07-06");
        summary.GetProperty("batches")[0].GetProperty("startedOn").GetString().ShouldBe("2023-07-03");
    }

    [Fact]
    public async Task Mails_OfOneAddress_AreFilesAsItWouldGetThem()
    {
        using var folder = new TempFolder();
        var cli = await Cli.RunAsync("dry-run", Launch, "--policy", "late", "--mails", folder["mails"], "--mails-to", "u1@example.org");
        cli.ExitCode.ShouldBe(0, cli.Error);
        var files = Directory.GetFiles(folder["mails"], "*.eml");
        files.Length.ShouldBeGreaterThan(3);
        cli.Output.ShouldContain($"邮件已写成 {files.Length} 个文件");
        files.Select(Path.GetFileName).ShouldAllBe(name => name!.Contains("u1@example.org", StringComparison.Ordinal));
        (await File.ReadAllTextAsync(files[0])).ShouldContain("To: ");
        // At most one digest a morning.
        files.Select(file => Path.GetFileName(file)[..10]).GroupBy(on => on).Max(day => day.Count()).ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Json_LateAndFailing_ShowsEveryKindOfEvent()
    {
        var kinds = new HashSet<string>();
        foreach (var policy in new[] { "late", "fail-first" })
        {
            var cli = await Cli.RunAsync("dry-run", Launch, "--policy", policy, "--json");
            cli.ExitCode.ShouldBe(0);
            kinds.UnionWith(Events(cli).Select(Kind));
            cli.Json.GetProperty("summary").GetProperty("policy").GetString().ShouldBe(policy);
        }

        kinds.ShouldBe(
            ["work-opened", "work-due", "work-overdue", "work-completed", "notice-opened", "notice-closed", "reminder", "mail", "result",
                "stage-opened", "stage-closed", "carried-over", "batch-finished", "programme-finished", "goal"], ignoreOrder: true);
    }

    [Fact]
    public async Task Json_FailFirst_CarriesUnitsIntoTheNextBatchAndTheSupplementaryRound()
    {
        var cli = await Cli.RunAsync("dry-run", Launch, "--policy", "fail-first", "--json");

        Events(cli).Where(what => Kind(what) == "carried-over").Select(what => (what.GetProperty("unit").GetString(), what.GetProperty("batch").GetInt32()))
            .ShouldBe([("u1", 1), ("u2", 1), ("u3", 1), ("u4", 2), ("u5", 2)]);
        cli.Json.GetProperty("summary").GetProperty("batches").EnumerateArray().Select(batch => batch.GetProperty("units").GetInt32()).ShouldBe([3, 5, 2]);
    }

    [Fact]
    public async Task Json_SameSeed_SameBytes()
    {
        var first = await Cli.RunAsync("dry-run", Launch, "--policy", "random", "--seed", "7", "--json");
        var again = await Cli.RunAsync("dry-run", Launch, "--policy", "random", "--seed", "7", "--json");
        var other = await Cli.RunAsync("dry-run", Launch, "--policy", "random", "--seed", "8", "--json");

        again.Bytes.ShouldBe(first.Bytes);
        other.Bytes.ShouldNotBe(first.Bytes);
        first.Json.GetProperty("summary").GetProperty("seed").GetInt64().ShouldBe(7);
    }

    [Fact]
    public async Task Json_AsKnownOn_MarksWhatANoticeCanStillMove()
    {
        var cli = await Cli.RunAsync("dry-run", Launch, "--as-known-on", "2023-07-01", "--json");

        cli.ExitCode.ShouldBe(0);
        Events(cli).ShouldContain(what => what.GetProperty("provisional").GetBoolean());
        cli.Json.GetProperty("summary").GetProperty("asKnownOn").GetString().ShouldBe("2023-07-01");
    }

    [Fact]
    public async Task ErrorsInTheDefinitions_PlayNothing()
    {
        using var folder = TempFolder.WithPlan();
        folder.Change("unit.json", json => json["root"]!["activities"]![0]!["type"] = "Programmes.WorkItm");

        var cli = await Cli.RunAsync("dry-run", folder["launch.json"], "--json");

        cli.ExitCode.ShouldBe(2);
        cli.Json.GetProperty("events").GetArrayLength().ShouldBe(0);
        cli.Json.GetProperty("summary").ValueKind.ShouldBe(JsonValueKind.Null);
        cli.Json.GetProperty("problems")[0].GetProperty("file").GetString().ShouldBe(folder["unit.json"]);
    }

    [Fact]
    public async Task ErrorsOfThePlan_AreLocatedInTheFileAndFail()
    {
        using var folder = TempFolder.WithPlan();
        folder.Change("launch.json", json => json["batches"]![0]!["dates"]!["verifyDue"] = "2023-08-25");

        var cli = await Cli.RunAsync("dry-run", folder["launch.json"], "--json");

        cli.ExitCode.ShouldBe(2);
        cli.Json.GetProperty("events").GetArrayLength().ShouldBeGreaterThan(0);
        var problem = cli.Json.GetProperty("problems").EnumerateArray().First(problem => problem.GetProperty("code").GetString() == "due-before-open");
        problem.GetProperty("file").GetString().ShouldBe(folder["batch.json"]);
        problem.GetProperty("activity").GetString().ShouldBe("verify");
        problem.GetProperty("batch").GetInt32().ShouldBe(1);
        problem.GetProperty("on").GetString().ShouldBe("2023-08-25");
    }

    [Fact]
    public async Task Workflows_InAnotherFolder_AreFound()
    {
        using var folder = TempFolder.WithPlan();
        var elsewhere = Directory.CreateDirectory(folder["elsewhere"]);
        File.Move(folder["launch.json"], Path.Combine(elsewhere.FullName, "launch.json"));

        var without = await Cli.RunAsync("dry-run", Path.Combine(elsewhere.FullName, "launch.json"));
        var with = await Cli.RunAsync("dry-run", Path.Combine(elsewhere.FullName, "launch.json"), "--workflows", folder.Path);

        without.ExitCode.ShouldBe(2);
        without.Output.ShouldContain("没有预演");
        with.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Timeline_CountsUnitsUnlessEachIsWanted()
    {
        var counted = await Cli.RunAsync("dry-run", Launch);
        var each = await Cli.RunAsync("dry-run", Launch, "--units");

        counted.Output.ShouldContain("第一批 3 家 开始 网上填报，至 2023-08-31");
        counted.Output.ShouldNotContain("示例单位1");
        each.Output.ShouldContain("示例单位1");
        counted.Output.ShouldContain("2023-10-08 周日\n  第一批 公示期满 评估结果公示");
        counted.Output.ShouldContain("0 个错误");
        counted.Output.ShouldNotContain("\u001b");
        counted.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Timeline_ProblemsComeFirstWithTheirSeverity()
    {
        using var folder = TempFolder.WithPlan();
        folder.Change("launch.json", json => json["batches"]![0]!["dates"]!["filingDue"] = "2023-09-02");

        var cli = await Cli.RunAsync("dry-run", folder["launch.json"]);

        cli.ExitCode.ShouldBe(0);
        cli.Output.ShouldStartWith("警告 “网上填报”的期限 2023-09-02 是休息日");
    }

    [Theory]
    [InlineData("--policy", "lazy")]
    [InlineData("--seed", "seven")]
    [InlineData("--workflows", "no-such-folder")]
    [InlineData("--as-known-on", "2023-13-01")]
    public async Task BadOption_IsNamedWithAnExample(string option, string value)
    {
        var cli = await Cli.RunAsync("dry-run", Launch, option, value);

        cli.ExitCode.ShouldBe(2);
        cli.Error.ShouldContain(option);
        cli.Error.ShouldContain(value);
        cli.Error.ShouldContain("示例：programmes dry-run");
    }

    [Fact]
    public async Task LaunchWithErrors_ListsThemAll()
    {
        using var folder = TempFolder.WithPlan();
        folder.Change("launch.json", json =>
        {
            json["startsOn"] = "2023-02-30";
            json.AsObject().Remove("approval");
        });

        var cli = await Cli.RunAsync("dry-run", folder["launch.json"], "--json");

        cli.ExitCode.ShouldBe(2);
        cli.Json.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("property").GetString()).ShouldBe(["startsOn", "approval"], ignoreOrder: true);
    }

    [Fact]
    public async Task ShippedWorkflows_AreValidAndPlayToTheirGoal()
    {
        var workflows = Path.Combine(AppContext.BaseDirectory, "workflows");

        var valid = await Cli.RunAsync("validate", workflows, "--json");
        var played = await Cli.RunAsync("dry-run", Path.Combine(workflows, "tongjiang-grading", "launch.example.json"), "--policy", "fail-first", "--json");

        valid.ExitCode.ShouldBe(0);
        played.ExitCode.ShouldBe(0);
        var summary = played.Json.GetProperty("summary");
        summary.GetProperty("goalReached").GetInt32().ShouldBe(33);
        summary.GetProperty("events").GetProperty("carried-over").GetInt32().ShouldBe(33);
    }

    private static IReadOnlyList<JsonElement> Events(Cli cli) => [.. cli.Json.GetProperty("events").EnumerateArray()];

    private static string Kind(JsonElement what) => what.GetProperty("kind").GetString()!;
}
