namespace Programmes.Cli.Tests;

public class HelpTests
{
    [Fact]
    public async Task Help_IsInTheLanguageAskedFor()
    {
        var chinese = await Cli.RunAsync("calendar", "add", "--help");
        var english = await Cli.RunAsync("calendar", "add", "--help", "--lang", "en");

        chinese.ExitCode.ShouldBe(0);
        chinese.Output.ShouldContain("推算期间届满之日");
        english.Output.ShouldContain("The day on which a period ends");
        english.Output.ShouldNotMatch("[\u4e00-\u9fff]{2}");
    }

    [Fact]
    public async Task UnknownCommand_IsNamedWithItsNeighbour()
    {
        var cli = await Cli.RunAsync("calender");

        cli.ExitCode.ShouldBe(2);
        cli.Error.ShouldContain("不认识“calender”；是否为“calendar”？");
    }

    [Fact]
    public async Task NoCommand_ListsTheCommands()
    {
        var cli = await Cli.RunAsync();

        cli.ExitCode.ShouldBe(2);
        cli.Error.ShouldContain("calendar");
    }

    [Fact]
    public async Task Variable_WithAnUnknownLanguage_IsNamed()
    {
        var cli = await Cli.RunAsync(_ => "fr", "calendar", "show", "2023");

        cli.ExitCode.ShouldBe(2);
        cli.Error.ShouldContain("PROGRAMMES_LANG");
    }
}
