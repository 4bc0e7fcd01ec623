using System.Globalization;

namespace Programmes.Cli.Tests.Urging;

/// <summary>
/// A programme adopted on 21 August 2023, whose three units of the first batch have to file by 31 August. Nobody has on 8 September,
/// the sixth working day after it.
/// </summary>
public sealed class UrgeTests : IDisposable
{
    private const string Programme = "small-plan-2023";

    private readonly TempFolder folder = TempFolder.WithPlan();

    public void Dispose() => folder.Dispose();

    private string? Variable(string name) => name switch
    {
        "Programmes__Database" => $"Data Source={folder["test.db"]};Pooling=False",
        "PROGRAMMES_TEST_CLOCK" => folder["clock"],
        "DOTNET_ENVIRONMENT" => "Testing",
        _ => null,
    };

    private Task<Cli> RunAsync(params string[] args) => Cli.RunAsync(Variable, args);

    private async Task<Cli> DoneAsync(params string[] args)
    {
        var cli = await RunAsync(args);
        cli.ExitCode.ShouldBe(0, cli.Error + cli.Output);
        return cli;
    }

    private async Task<string> RefusedAsync(params string[] args)
    {
        var cli = await RunAsync(args);
        cli.ExitCode.ShouldBe(2, cli.Output);
        return cli.Error;
    }

    private void ClockTo(int month, int day) => File.WriteAllText(folder["clock"], new DateTimeOffset(2023, month, day, 2, 0, 0, TimeSpan.Zero).ToString("O", CultureInfo.InvariantCulture));

    private async Task<List<string>> LaunchedAsync()
    {
        ClockTo(8, 21);
        folder.Change("launch.json", json =>
        {
            json["offices"]!["county"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "示例县文化局", ["mail"] = "county@example.org" };
            json["units"]![0]!["superior"] = "county";
        });
        await DoneAsync("launch", folder["launch.json"], "--workflows", folder.Path, "--mode", "backfilled", "--confirm");
        ClockTo(9, 8);
        return [.. (await DoneAsync("work", "list", Programme, "--json")).Json.GetProperty("workItems").EnumerateArray().Where(one => one.GetProperty("due").GetString() == "2023-08-31").Select(one => one.GetProperty("id").GetString()!).Order()];
    }

    [Fact]
    public async Task Overdue_IsUrged_Listed_AndInTheBulletinThatBecomesAPaper()
    {
        var ids = await LaunchedAsync();
        ids.Count.ShouldBe(3);

        (await DoneAsync("urge", "send", "--overdue", "--programme", Programme, "--text", "请抓紧填报")).Output.ShouldContain("已催办 3 项，邮件发往 3 个单位");
        var error = await RefusedAsync("urge", "send", ids[0], ids[1], "--text", "再次催办");
        error.ShouldContain("有 2 项不能催办，都没有催办：示例单位1“网上填报”：2023年9月8日已催办，2023年9月12日起方可再次催办");
        (await DoneAsync("urge", "send", ids[0], "--channel", "call", "--text", "电话已告知")).Output.ShouldContain("已催办 1 项（已登记）");

        var list = (await DoneAsync("urge", "list", "--programme", Programme, "--json")).Json;
        list.GetProperty("total").GetInt32().ShouldBe(4);
        var urgings = list.GetProperty("urgings").EnumerateArray().ToList();
        urgings[0].EnumerateObject().Select(property => property.Name).ShouldBe(["act", "workItem", "title", "role", "unit", "owner", "due", "on", "by", "channel", "text", "state", "sent", "notReached"]);
        urgings.Select(one => (one.GetProperty("channel").GetString(), one.GetProperty("state").GetString())).ShouldBe([("call", "logged"), ("mail", "waiting"), ("mail", "waiting"), ("mail", "waiting")]);
        urgings.Skip(1).Select(one => one.GetProperty("act").GetString()).Distinct().ShouldHaveSingleItem();
        (await DoneAsync("urge", "list", "--programme", Programme, "--unit", "u2", "--as", "unit:u2")).Output.ShouldContain("请抓紧填报");
        (await DoneAsync("urge", "list", "--programme", Programme, "--unit", "u2", "--as", "unit:u1", "--json")).Json.GetProperty("total").GetInt32().ShouldBe(0);

        await DoneAsync("work", "submit", ids[2], "--as", "unit:u3");
        var bulletin = await DoneAsync("urge", "bulletin", Programme, "--from", "2023-09-01");
        bulletin.Output.ShouldContain("2023年9月1日至2023年9月8日，共催办任务 3 项，涉及单位 3 个。发送催办邮件 1 次，合计 3 项次。另行督促：电话 1 项次。");
        bulletin.Output.ShouldContain("示例县文化局\n示例单位1：网上填报，期限2023年8月31日，已逾期6个工作日。");
        (await DoneAsync("urge", "bulletin", Programme, "--from", "2023-09-01", "--json")).Json.GetProperty("done").GetInt32().ShouldBe(1);
        await File.WriteAllTextAsync(folder["通报.txt"], bulletin.Output);
        await DoneAsync("paper", "issue", "--programme", Programme, "--kind", "Bulletin", "--number", "示例〔2023〕3号", "--title", "催办情况通报", "--body", folder["通报.txt"], "--to-unit", "all", "--issuer", "office");
        (await RefusedAsync("urge", "bulletin", Programme, "--from", "2023-09-01", "--as", "unit:u1")).ShouldContain("没有办理此事的权限");
        (await RefusedAsync("urge", "bulletin", Programme, "--from", "2023-09-09")).ShouldContain("晚于截止日期");
    }

    [Fact]
    public async Task SuperiorOffice_UrgesItsUnits_AndUnitsNobody()
    {
        var ids = await LaunchedAsync();
        (await RefusedAsync("urge", "send", "--overdue", "--programme", Programme, "--text", "请抓紧", "--as", "unit:u1")).ShouldContain("没有可以催办的逾期任务");
        (await RefusedAsync("urge", "send", ids[0], "--text", "请抓紧", "--as", "unit:u1")).ShouldContain("没有办理此事的权限");
        (await DoneAsync("urge", "send", ids[0], ids[1], "--text", "请抓紧", "--as", "role:county", "--skip-refused")).Output.ShouldContain($"跳过：“{ids[1]}”：没有找到此任务");
        (await DoneAsync("urge", "send", "--overdue", "--programme", Programme, "--unit", "u2", "--text", "请抓紧")).Output.ShouldContain("已催办 1 项");
        (await RefusedAsync("urge", "send", "--overdue", "--programme", Programme, "--office", "county", "--text", "请抓紧")).ShouldContain("没有可以催办的逾期任务");
    }

    [Fact]
    public async Task Send_HalfSaid_TellsWhatIsMissing()
    {
        var ids = await LaunchedAsync();
        (await RefusedAsync("urge", "send", "--text", "请抓紧")).ShouldContain("二者选一");
        (await RefusedAsync("urge", "send", ids[0], "--overdue", "--programme", Programme, "--text", "请抓紧")).ShouldContain("二者选一");
        (await RefusedAsync("urge", "send", "--overdue", "--text", "请抓紧")).ShouldContain("--programme");
        (await RefusedAsync("urge", "send", ids[0], "--unit", "u1", "--text", "请抓紧")).ShouldContain("与 --overdue 同用");
        (await RefusedAsync("urge", "send", ids[0])).ShouldContain("--text");
        (await RefusedAsync("urge", "send", ids[0], "--text", "请抓紧", "--channel", "fax")).ShouldContain("mail、call、message、visit");
        (await RefusedAsync("urge", "send", ids[0], "--overdu", "--text", "请抓紧")).ShouldContain("--overdu");
    }
}
