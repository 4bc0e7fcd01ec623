using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Programmes.Cli.Tests.Validation;

public class ValidateTests
{
    [Fact]
    public async Task Folder_WithoutErrors_IsValid()
    {
        var cli = await Cli.RunAsync("validate", TempFolder.Plan, "--json");

        cli.ExitCode.ShouldBe(0);
        cli.Json.GetProperty("valid").GetBoolean().ShouldBeTrue();
        cli.Json.GetProperty("files").EnumerateArray().Select(file => (Path.GetFileName(file.GetProperty("file").GetString()!), file.GetProperty("kind").GetString()!))
            .ShouldBe([("batch.json", "definition"), ("launch.json", "launch"), ("programme.json", "definition"), ("unit.json", "definition")]);
    }

    public static TheoryData<string, string, string, string> Faults => new()
    {
        { "activity-type", "file", "root.activities[0].type", """root.activities[0].type = "Programmes.WorkItm" """ },
        { "expression-type", "file", "root.activities[0].due", """root.activities[0].due.expression.type = "JavaScript" """ },
        { "date-rule", "file", "root.activities[0].due", """root.activities[0].due.expression.value = "filingDue + 5 wroking days" """ },
        { "date-anchor", "file", "due", """root.activities[0].due.expression.value = "fillingDue" """ },
        { "connection-to-nowhere", "unit", "root.connections[0]", """root.connections[0].target.activity = "verifed" """ },
        { "activity-id-twice", "file", "root.activities[1]", """root.activities[1].id = "file" """ },
        { "endless-loop", "failed", "connections", """root.connections[5].target.activity = "failed" """ },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_IsLocatedByFileActivityAndProperty(string code, string activity, string property, string fault)
    {
        using var folder = TempFolder.WithPlan();
        folder.Change("unit.json", json => Set(json, fault));

        var cli = await Cli.RunAsync("validate", folder.Path, "--json");

        cli.ExitCode.ShouldBe(2);
        cli.Json.GetProperty("valid").GetBoolean().ShouldBeFalse();
        var problem = Problems(cli).First(problem => problem.GetProperty("code").GetString() == code);
        problem.GetProperty("severity").GetString().ShouldBe("error");
        problem.GetProperty("file").GetString().ShouldBe(folder["unit.json"]);
        problem.GetProperty("activity").GetString().ShouldBe(activity);
        problem.GetProperty("property").GetString().ShouldBe(property);
        problem.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        // What follows from the fault alone is not reported as one more.
        Problems(cli).ShouldNotContain(other => other.GetProperty("code").GetString() == "definition-missing");
    }

    [Fact]
    public async Task SeveralFaults_AreOneReport()
    {
        using var folder = TempFolder.WithPlan();
        folder.Change("unit.json", json => Set(json, """root.activities[0].due.expression.type = "JavaScript" """));
        folder.Change("batch.json", json => Set(json, """root.connections[0].target.activity = "nowhere" """));
        File.WriteAllText(folder["broken.json"], "{ \"root\": ");

        var cli = await Cli.RunAsync("validate", folder.Path, "--json");

        cli.ExitCode.ShouldBe(2);
        Problems(cli).Select(problem => problem.GetProperty("code").GetString()).ShouldBeSubsetOf(["connection-to-nowhere", "unreachable", "json", "expression-type"]);
        Problems(cli).Single(problem => problem.GetProperty("code").GetString() == "json").GetProperty("file").GetString().ShouldBe(folder["broken.json"]);
    }

    [Fact]
    public async Task Launch_IsCheckedAgainstTheDefinitionsOfItsFolder()
    {
        using var folder = TempFolder.WithPlan();
        folder.Change("launch.json", json =>
        {
            json["offices"] = new JsonObject();
            json.AsObject().Remove("supervisor");
        });

        var cli = await Cli.RunAsync("validate", folder["launch.json"], "--json");

        cli.ExitCode.ShouldBe(2);
        var problem = Problems(cli).First(problem => problem.GetProperty("code").GetString() == "role-missing");
        problem.GetProperty("file").GetString().ShouldBe(folder["launch.json"]);
        problem.GetProperty("property").GetString().ShouldBe("offices.office");
    }

    [Fact]
    public async Task Warnings_AreListedAndDoNotFail()
    {
        using var folder = TempFolder.WithPlan();
        folder.Change("launch.json", json => json["units"]![0]!.AsObject().Remove("mail"));

        var cli = await Cli.RunAsync("validate", folder.Path, "--json");

        cli.ExitCode.ShouldBe(0);
        var problem = Problems(cli).ShouldHaveSingleItem();
        problem.GetProperty("severity").GetString().ShouldBe("warning");
        problem.GetProperty("unit").GetString().ShouldBe("u1");
    }

    [Fact]
    public async Task OtherJson_InAFolder_IsIgnored()
    {
        using var folder = TempFolder.WithPlan();
        File.WriteAllText(folder["form.json"], """{ "title": "表单", "groups": [] }""");
        File.WriteAllText(folder["plan.schema.json"], "{ broken");

        var cli = await Cli.RunAsync("validate", folder.Path, "--json");

        cli.ExitCode.ShouldBe(0);
        cli.Json.GetProperty("files").GetArrayLength().ShouldBe(4);
    }

    [Fact]
    public async Task OtherJson_NamedItself_IsAnError()
    {
        using var folder = TempFolder.WithPlan();
        File.WriteAllText(folder["form.json"], """{ "title": "表单" }""");

        var cli = await Cli.RunAsync("validate", folder["form.json"], "--json");

        cli.ExitCode.ShouldBe(2);
        Problems(cli).ShouldHaveSingleItem().GetProperty("code").GetString().ShouldBe("not-checkable");
    }

    [Fact]
    public async Task FileInAnotherEncoding_IsAnError()
    {
        using var folder = TempFolder.WithPlan();
        File.WriteAllBytes(folder["gbk.json"], [.. Encoding.ASCII.GetBytes("{ \"root\": \""), 0xD6, 0xD0, .. Encoding.ASCII.GetBytes("\" }")]);

        var cli = await Cli.RunAsync("validate", folder["gbk.json"], "--json");

        Problems(cli).ShouldHaveSingleItem().GetProperty("code").GetString().ShouldBe("encoding");
    }

    [Fact]
    public async Task MissingFile_IsNamed()
    {
        var cli = await Cli.RunAsync("validate", "no-such-file.json");

        cli.ExitCode.ShouldBe(2);
        cli.Error.ShouldContain("“no-such-file.json”不存在");
    }

    [Fact]
    public async Task Words_NameSeverityAndPlace()
    {
        using var folder = TempFolder.WithPlan();
        folder.Change("unit.json", json => Set(json, """root.activities[0].due.expression.type = "JavaScript" """));

        var cli = await Cli.RunAsync("validate", folder.Path);

        cli.Output.ShouldContain("错误 不运行 JavaScript 代码");
        cli.Output.ShouldContain("unit.json · 活动 file · root.activities[0].due");
        cli.Output.ShouldContain("4 个文件：1 个错误，0 个警告");
    }

    private static IReadOnlyList<JsonElement> Problems(Cli cli) => [.. cli.Json.GetProperty("problems").EnumerateArray()];

    /// <summary>Sets the value at a path: <c>root.activities[0].type = "x"</c>.</summary>
    private static void Set(JsonNode json, string assignment)
    {
        var sides = assignment.Split(" = ", 2);
        var steps = sides[0].Replace("[", ".[", StringComparison.Ordinal).Split('.');
        foreach (var step in steps[..^1]) json = step.StartsWith('[') ? json[int.Parse(step[1..^1], System.Globalization.CultureInfo.InvariantCulture)]! : json[step]!;
        json[steps[^1]] = JsonNode.Parse(sides[1]);
    }
}
