using Programmes.Engine.Exports.Sheets;

namespace Programmes.Cli.Tests.Changes;

public sealed class ChangeTests : IDisposable
{
    private const string Tongjiang = "tongjiang-grading-2023";
    private static readonly string Workflows = Path.Combine(AppContext.BaseDirectory, "workflows");

    private readonly TempFolder folder = TempFolder.WithPlan();

    private string Database => $"Data Source={folder["test.db"]};Pooling=False";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Office_ChangedAndHandedOver_StandsInTheHistory()
    {
        await LaunchAsync();

        var renamed = await RunAsync("programme", "office", Tongjiang, "departments", "--mail", "culture@example.org", "--reason", "邮箱更换", "--document", "示例〔2023〕9号", "--json");
        renamed.ExitCode.ShouldBe(0, renamed.Error);
        renamed.Json.EnumerateObject().Select(property => property.Name).ShouldBe(["programme", "kind", "subject", "on", "launchRevision", "open"]);
        renamed.Json.GetProperty("kind").GetString().ShouldBe("office-changed");
        renamed.Json.GetProperty("launchRevision").GetInt32().ShouldBe(2);
        var handed = await RunAsync("programme", "hand-over", Tongjiang, "departments", "--to", "县文化和旅游局", "--mail", "culture@example.org", "--reason", "机构改革");
        handed.ExitCode.ShouldBe(0, handed.Error);
        handed.Output.ShouldContain("启动文件第 3 版");

        var history = (await RunAsync("history", Tongjiang, "--json")).Json;
        history.EnumerateObject().Select(property => property.Name).ShouldBe(["programme", "total", "changes", "duties"]);
        var changes = history.GetProperty("changes").EnumerateArray().ToList();
        changes.Select(change => change.GetProperty("kind").GetString()).ShouldBe(["duty-handed-over", "office-changed"]);
        changes[0].EnumerateObject().Select(property => property.Name).ShouldBe(["on", "kind", "subject", "subjectName", "by", "reason", "document", "launchRevision", "details"]);
        changes[1].GetProperty("document").GetString().ShouldBe("示例〔2023〕9号");
        changes[1].GetProperty("details").GetProperty("to").GetProperty("mail").GetString().ShouldBe("culture@example.org");
        history.GetProperty("duties").EnumerateArray().Count(duty => duty.GetProperty("role").GetString() == "departments").ShouldBe(2);
        var table = await RunAsync("history", Tongjiang, "--lang", "en");
        table.Output.ShouldContain("Duty handed over");
        table.Output.ShouldContain("县文化和旅游局");
    }

    [Fact]
    public async Task Reminders_ChangedForAll_AndForAStep()
    {
        await LaunchAsync();

        var all = await RunAsync("programme", "reminders", Tongjiang, "提前5个工作日，当日", "--reason", "减少邮件", "--json");
        all.ExitCode.ShouldBe(0, all.Error);
        all.Json.GetProperty("kind").GetString().ShouldBe("reminders-changed");
        (await RunAsync("programme", "reminders", Tongjiang, "提前5个月", "--reason", "减少邮件")).Error.ShouldContain("提醒规则第");
        (await RunAsync("programme", "reminders", Tongjiang, "不提醒", "--step", "nothing", "--reason", "减少邮件")).Error.ShouldContain("没有步骤");
        (await RunAsync("history", Tongjiang)).Output.ShouldContain("调整提醒");
    }

    [Fact]
    public async Task Directory_ContactsAndSubstitutes_AreKeptAndListed()
    {
        await LaunchAsync();

        var added = await RunAsync("directory", "add", Tongjiang, "--unit", "s01", "--name", "经办岗", "--mail", "s01-office@example.org");
        added.ExitCode.ShouldBe(0, added.Error);
        (await RunAsync("directory", "add", Tongjiang, "--unit", "s01", "--name", "经办岗", "--mail", "不是邮箱")).Error.ShouldContain("不是邮件地址");
        (await RunAsync("directory", "add", Tongjiang, "--unit", "s02", "--name", "x", "--mail", "x@example.org", "--as", "unit:s01")).ExitCode.ShouldNotBe(0);
        (await RunAsync("directory", "add", Tongjiang, "--name", "x", "--mail", "x@example.org")).Error.ShouldContain("--role 或 --unit");
        var listed = (await RunAsync("directory", "list", Tongjiang, "--json")).Json;
        listed.EnumerateObject().Select(property => property.Name).ShouldBe(["units", "unreachable", "lines"]);
        var station = listed.GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("unit").GetString() == "s01");
        station.GetProperty("contacts")[0].GetProperty("mail").GetString().ShouldBe("s01-office@example.org");
        (await RunAsync("directory", "list", Tongjiang, "--unreachable")).Output.ShouldContain("无法送达 0 个");

        (await RunAsync("directory", "substitute", "--mail", "s01-office@example.org", "--by", "代班岗", "--by-mail", "s02@example.org", "--from", "2040-01-02", "--until", "2040-01-05")).ExitCode.ShouldBe(0);
        (await RunAsync("directory", "substitutes")).Output.ShouldContain("代班岗 <s02@example.org>");
        (await RunAsync("directory", "end", "1")).ExitCode.ShouldBe(0);
        (await RunAsync("directory", "remove", "1")).ExitCode.ShouldBe(0);
        (await RunAsync("directory", "substitutes", "--json")).Json.GetProperty("substitutions").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Units_JoinLeaveAndMerge()
    {
        await LaunchAsync();

        var joined = await RunAsync("programme", "admit", Tongjiang, "s34", "--batch", "2", "--name", "新设乡镇综合文化站", "--reason", "新设乡镇");
        joined.ExitCode.ShouldBe(0, joined.Error);
        (await RunAsync("programme", "admit", Tongjiang, "s34", "--batch", "3", "--reason", "调整")).Error.ShouldContain("依据：一个单位同一时间只参加一个批次");
        var merged = await RunAsync("programme", "merge", Tongjiang, "s03", "--into", "s04", "--reason", "乡镇区划调整", "--json");
        merged.ExitCode.ShouldBe(0, merged.Error);
        merged.Json.GetProperty("kind").GetString().ShouldBe("unit-merged");
        (await RunAsync("programme", "withdraw", Tongjiang, "s02", "--reason", "停办")).ExitCode.ShouldBe(0);
        (await RunAsync("programme", "withdraw", Tongjiang, "s02", "--reason", "停办")).Error.ShouldContain("退出");

        (await RunAsync("status", Tongjiang, "--json")).Json.GetProperty("programmes")[0].GetProperty("units").GetInt32().ShouldBe(32);
        (await RunAsync("history", Tongjiang)).Output.ShouldContain("示例乡镇03综合文化站");
    }

    [Fact]
    public async Task List_IsCheckedRowByRow_ThenAllJoin()
    {
        await LaunchAsync();
        void Write(params string[][] rows)
        {
            using var file = File.Create(folder["units.xlsx"]);
            using var book = new XlsxWriter(file, "名单", DateTimeOffset.UnixEpoch);
            var sheet = book.AddSheet("名单", [.. new[] { "单位名称", "单位标识", "批次", "邮箱" }.Select(title => new SheetColumn(title, 10))]);
            foreach (var row in rows) sheet.Row([.. row.Select(Cell.Of)]);
        }

        var list = folder["units.xlsx"];
        Write(["新设一站", "", "第二批", "new1@example.org"], ["新设二站", "", "第九批", ""]);
        var refused = await RunAsync("programme", "admit-list", Tongjiang, list, "--reason", "区划调整");
        refused.ExitCode.ShouldBe(ExitCodes.Wrong);
        refused.Output.ShouldContain("C3 没有批次“第九批”");
        refused.Output.ShouldContain("1 行不能加入，没有一个单位加入");

        Write(["新设一站", "", "第二批", "new1@example.org"], ["新设二站", "", "3", ""], ["示例乡镇20综合文化站", "", "2", ""]);
        var check = await RunAsync("programme", "admit-list", Tongjiang, list, "--check", "--json");
        check.ExitCode.ShouldBe(ExitCodes.Done, check.Error);
        check.Json.GetProperty("admitted").GetBoolean().ShouldBeFalse();
        check.Json.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("verdict").GetString()).ShouldBe(["joins", "joins", "already-in"]);
        (await RunAsync("programme", "admit-list", Tongjiang, list)).Error.ShouldContain("--reason");
        (await RunAsync("programme", "admit-list", Tongjiang, folder["none.xlsx"], "--check")).Error.ShouldContain("不存在");

        var joined = await RunAsync("programme", "admit-list", Tongjiang, list, "--reason", "区划调整");
        joined.ExitCode.ShouldBe(ExitCodes.Done, joined.Error);
        joined.Output.ShouldContain("已加入 2 个单位（启动文件第 2 版）；已在本批 1 个，不变");
        (await RunAsync("status", Tongjiang, "--json")).Json.GetProperty("programmes")[0].GetProperty("units").GetInt32().ShouldBe(35);
    }

    [Fact]
    public async Task Suspended_TheStatusSaysSo_UntilItIsResumed()
    {
        await LaunchAsync();

        (await RunAsync("programme", "resume", Tongjiang, "--dates", "keep", "--reason", "恢复")).Error.ShouldContain("没有暂停");
        var suspended = await RunAsync("programme", "suspend", Tongjiang, "--reason", "防汛应急");
        suspended.ExitCode.ShouldBe(0, suspended.Error);
        var one = (await RunAsync("status", Tongjiang, "--json")).Json.GetProperty("programmes")[0];
        (one.GetProperty("suspendedOn").GetString(), one.GetProperty("suspendReason").GetString()).ShouldBe(("2023-07-03", "防汛应急"));
        (await RunAsync("status", Tongjiang)).Output.ShouldContain("自 2023-07-03 暂停");
        (await RunAsync("programme", "withdraw", Tongjiang, "s02", "--reason", "停办")).Error.ShouldContain("恢复后方可办理");
        (await RunAsync("programme", "resume", Tongjiang, "--dates", "later", "--reason", "恢复")).Error.ShouldContain("keep、move");
        (await RunAsync("programme", "resume", Tongjiang, "--dates", "move", "--reason", "恢复")).ExitCode.ShouldBe(0);
        (await RunAsync("status", Tongjiang)).Output.ShouldContain("进行中");
        (await RunAsync("history", Tongjiang, "--lang", "en")).Output.ShouldContain("Resumed");
    }

    [Fact]
    public async Task WrongInput_IsNamedAndChangesNothing()
    {
        await LaunchAsync();

        (await RunAsync("programme", "office", Tongjiang, "departments", "--name", "甲")).Error.ShouldContain("--reason");
        (await RunAsync("programme", "office", "tongjiang-grading-2032", "departments", "--name", "甲", "--reason", "更名")).Error.ShouldContain($"是否为“{Tongjiang}”");
        var unknown = await RunAsync("programme", "office", Tongjiang, "department", "--name", "甲", "--reason", "更名");
        unknown.ExitCode.ShouldBe(2);
        unknown.Error.ShouldContain("是否为“departments”");
        (await RunAsync("history", Tongjiang, "--json")).Json.GetProperty("total").GetInt32().ShouldBe(0);
    }

    private async Task LaunchAsync()
    {
        var cli = await RunAsync("launch", Path.Combine(Workflows, "tongjiang-grading", "launch.example.json"), "--workflows", Workflows, "--mode", "demonstration", "--confirm");
        cli.ExitCode.ShouldBe(0, cli.Error + cli.Output);
    }

    private Task<Cli> RunAsync(params string[] args) => Cli.RunAsync(name => name == "Programmes__Database" ? Database : null, args);
}
