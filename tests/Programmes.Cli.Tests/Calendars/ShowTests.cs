namespace Programmes.Cli.Tests.Calendars;

public class ShowTests
{
    [Fact]
    public async Task Json_NoticedYear_ListsEveryDayWithItsNotice()
    {
        var cli = await Cli.RunAsync("calendar", "show", "2023", "--json");

        cli.ExitCode.ShouldBe(0);
        cli.Json.GetProperty("year").GetInt32().ShouldBe(2023);
        cli.Json.GetProperty("provisional").GetBoolean().ShouldBeFalse();
        cli.Json.GetProperty("notices")[0].GetProperty("id").GetString().ShouldBe("2023-1");
        var days = cli.Json.GetProperty("days").EnumerateArray().ToDictionary(day => day.GetProperty("date").GetString()!);
        days.Count.ShouldBe(365);
        days["2023-10-07"].GetProperty("kind").GetString().ShouldBe("make-up-working-day");
        days["2023-10-01"].GetProperty("kind").GetString().ShouldBe("holiday");
        days["2023-10-01"].GetProperty("name").GetString().ShouldBe("中秋节、国庆节");
        days["2023-10-01"].GetProperty("notice").GetString().ShouldBe("2023-1");
        days["2023-10-14"].GetProperty("kind").GetString().ShouldBe("weekend");
        days["2023-10-09"].GetProperty("kind").GetString().ShouldBe("working-day");
    }

    [Theory]
    [InlineData("2027")]
    [InlineData("2099")]
    [InlineData("2023", "--as-known-on", "2022-06-01")]
    public async Task Json_YearWithoutNotice_IsProvisional(params string[] args)
    {
        var cli = await Cli.RunAsync(["calendar", "show", "--json", .. args]);

        cli.Json.GetProperty("provisional").GetBoolean().ShouldBeTrue();
        cli.Json.GetProperty("notices").GetArrayLength().ShouldBe(0);
        cli.Json.GetProperty("days")[100].GetProperty("provisional").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Tables_MarkDaysOffAndMakeUpDays()
    {
        var cli = await Cli.RunAsync("calendar", "show", "2023");

        cli.Output.ShouldContain("06休 07班 08班");
        cli.Output.ShouldContain("中秋节、国庆节：休 09-29 至 10-06；班 10-07、10-08");
        cli.Output.ShouldContain("2023-1，2022-12-08 发布");
        cli.Output.ShouldNotContain("\u001b");
    }

    [Theory]
    [InlineData("1999")]
    [InlineData("2100")]
    [InlineData("MMXX")]
    public async Task BadYear_IsNamed(string year)
    {
        var cli = await Cli.RunAsync("calendar", "show", year);

        cli.ExitCode.ShouldBe(2);
        cli.Error.ShouldContain($"“{year}”");
        cli.Error.ShouldContain("示例：programmes calendar show 2024");
    }
}
