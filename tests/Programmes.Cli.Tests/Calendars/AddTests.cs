namespace Programmes.Cli.Tests.Calendars;

public class AddTests
{
    [Theory]
    [InlineData("2023-09-25", "5 working days", "2023-10-08")]
    [InlineData("2023-12-01", "5 working days", "2023-12-08")]
    [InlineData("2024-08-31", "6 months", "2025-02-28")]
    [InlineData("2024-02-29", "2 years", "2026-02-28")]
    [InlineData("2025-06-30", "6 months", "2025-12-30")]
    [InlineData("2023-10-08", "-5 working days", "2023-09-25")]
    public async Task Json_WorkedExamples_GiveTheDayAndTheReasons(string from, string period, string result)
    {
        var cli = await Cli.RunAsync("calendar", "add", from, period, "--json");

        cli.ExitCode.ShouldBe(0);
        cli.Json.EnumerateObject().Select(property => property.Name).ShouldBe(["from", "rule", "result", "provisional", "why"]);
        cli.Json.GetProperty("from").GetString().ShouldBe(from);
        cli.Json.GetProperty("rule").GetString().ShouldBe(period);
        cli.Json.GetProperty("result").GetString().ShouldBe(result);
        cli.Json.GetProperty("provisional").GetBoolean().ShouldBe(false);
        cli.Json.GetProperty("why").GetArrayLength().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Json_Chinese_IsNotEscapedAndHasNoByteOrderMark()
    {
        var cli = await Cli.RunAsync("calendar", "add", "2023-09-25", "5 working days", "--json");

        cli.Output.ShouldContain("中秋节、国庆节放假");
        cli.Bytes[0].ShouldBe((byte)'{');
    }

    [Fact]
    public async Task Period_InSeveralWords_NeedsNoQuotes()
    {
        var cli = await Cli.RunAsync("calendar", "add", "2023-09-25", "5", "working", "days", "--json");

        cli.Json.GetProperty("result").GetString().ShouldBe("2023-10-08");
    }

    [Fact]
    public async Task Exact_EndOnARestDay_Stays()
    {
        var rolled = await Cli.RunAsync("calendar", "add", "2023-09-01", "1 month", "--json");
        var exact = await Cli.RunAsync("calendar", "add", "2023-09-01", "1 month", "--exact", "--json");

        rolled.Json.GetProperty("result").GetString().ShouldBe("2023-10-07");
        exact.Json.GetProperty("result").GetString().ShouldBe("2023-10-01");
        exact.Json.GetProperty("rule").GetString().ShouldBe("1 month, exact");
    }

    [Fact]
    public async Task AsKnownOn_BeforeTheNotice_IsProvisional()
    {
        var cli = await Cli.RunAsync("calendar", "add", "2023-09-25", "5 working days", "--as-known-on", "2022-06-01", "--json");

        cli.Json.GetProperty("provisional").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task English_ByOptionOrVariable_SpeaksEnglish()
    {
        var byOption = await Cli.RunAsync("--lang", "en", "calendar", "add", "2023-09-25", "5 working days", "--json");
        var byVariable = await Cli.RunAsync(name => name == "PROGRAMMES_LANG" ? "en" : null, "calendar", "add", "2023-09-25", "5 working days", "--json");

        byOption.Json.GetProperty("why")[0].GetString()!.ShouldStartWith("Counted from");
        byVariable.Bytes.ShouldBe(byOption.Bytes);
    }

    [Theory]
    [InlineData("<日期>", "2023-02-30", "5 working days")]
    [InlineData("<日期>", "25.9.2023", "5 working days")]
    [InlineData("<日期>", "1999-01-01", "5 working days")]
    [InlineData("<期间>", "2023-09-25", "5 fortnights")]
    [InlineData("<期间>", "2023-09-25", "working days")]
    [InlineData("<期间>", "2098-09-25", "20 years")]
    [InlineData("<期间>", "2023-09-25")]
    [InlineData("--jsn", "2023-09-25", "5 days", "--jsn")]
    [InlineData("--as-known-on", "2023-09-25", "5 days", "--as-known-on", "gestern")]
    [InlineData("--lang", "2023-09-25", "5 days", "--lang", "fr")]
    public async Task BadArgument_IsNamed(string named, params string[] args)
    {
        var cli = await Cli.RunAsync(["calendar", "add", .. args]);

        cli.ExitCode.ShouldBe(2);
        cli.Bytes.ShouldBeEmpty();
        cli.Error.ShouldContain(named);
    }

    [Fact]
    public async Task BadDate_SaysHowItIsMeant()
    {
        var cli = await Cli.RunAsync("calendar", "add", "2023-02-30", "5 working days");

        cli.Error.ShouldContain("“2023-02-30”不是有效日期");
        cli.Error.ShouldContain("示例：programmes calendar add 2023-09-25 \"5 working days\"");
    }
}
