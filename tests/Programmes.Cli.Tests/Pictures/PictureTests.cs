namespace Programmes.Cli.Tests.Pictures;

public class PictureTests
{
    [Fact]
    public async Task Folder_WithoutOut_PutsEachPictureBesideItsDefinition()
    {
        using var folder = TempFolder.WithPlan();

        var cli = await Cli.RunAsync("picture", folder.Path);

        cli.ExitCode.ShouldBe(0, cli.Error);
        File.ReadAllText(folder["batch.svg"]).ShouldStartWith("<svg ");
        File.Exists(folder["unit.svg"]).ShouldBeTrue();
        File.Exists(folder["launch.svg"]).ShouldBeFalse();
    }

    [Fact]
    public async Task File_WithOut_GoesThere()
    {
        using var folder = TempFolder.WithPlan();

        var cli = await Cli.RunAsync("picture", folder["batch.json"], "--out", folder["pictures/one.svg"]);

        cli.ExitCode.ShouldBe(0, cli.Error);
        File.Exists(folder["pictures/one.svg"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Folder_WithOneWrongDefinition_WritesNothingAndSaysWhatIsWrong()
    {
        using var folder = TempFolder.WithPlan();
        folder.Change("unit.json", json => json["root"]!["type"] = "Elsa.Flowchat");

        var cli = await Cli.RunAsync("picture", folder.Path);

        cli.ExitCode.ShouldBe(2);
        (cli.Output + cli.Error).ShouldContain("Elsa.Flowchat");
        Directory.EnumerateFiles(folder.Path, "*.svg").ShouldBeEmpty();
    }

    [Fact]
    public async Task Folder_IntoOneFile_IsRefused()
    {
        using var folder = TempFolder.WithPlan();

        var cli = await Cli.RunAsync("picture", folder.Path, "--out", folder["all.svg"]);

        cli.ExitCode.ShouldBe(2);
        cli.Error.ShouldContain("--out 应为目录");
    }
}
