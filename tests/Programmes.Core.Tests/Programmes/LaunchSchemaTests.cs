using System.Text.Json.Nodes;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;

namespace Programmes.Core.Tests.Programmes;

/// <summary>Guards that the schema which people's editors use and the reader do not drift apart.</summary>
public class LaunchSchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(LaunchFiles.Text("launch.schema.json"))!.AsObject();

    public static TheoryData<string> Shapes => [.. LaunchShape.All.Select(shape => shape.Name)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Schema_EveryObject_HasTheReadersFields(string name)
    {
        var shape = LaunchShape.All.Single(s => s.Name == name);
        var schema = name == "launch" ? Schema : Schema["$defs"]![name]!.AsObject();
        schema["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
        schema["properties"]!.AsObject().Select(p => p.Key).ShouldBe(shape.Fields.Select(f => f.Name), ignoreOrder: true);
        schema["required"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(shape.Fields.Where(f => f.Required).Select(f => f.Name), ignoreOrder: true);
    }

    [Fact]
    public void Schema_ObjectsWithFixedFields_AreAllKnownToTheReader() =>
        Schema["$defs"]!.AsObject().Where(d => d.Value!["properties"] is not null).Select(d => d.Key)
            .ShouldBe(LaunchShape.All.Select(s => s.Name).Where(n => n != "launch"), ignoreOrder: true);

    [Fact]
    public void Schema_FormItemKinds_AreTheReaders() =>
        Schema["$defs"]!["formItem"]!["properties"]!["kind"]!["enum"]!.AsArray().Select(k => k!.GetValue<string>())
            .ShouldBe(Enum.GetNames<FormItemKind>().Select(n => char.ToLowerInvariant(n[0]) + n[1..]));

    [Fact]
    public void Schema_Limits_AreTheReaders()
    {
        Schema["properties"]!["units"]!["maxItems"]!.GetValue<int>().ShouldBe(LaunchReader.UnitsMax);
        Schema["properties"]!["batches"]!["maxItems"]!.GetValue<int>().ShouldBe(LaunchReader.BatchesMax);
        Schema["properties"]!["urgeEveryWorkingDays"]!["maximum"]!.GetValue<int>().ShouldBe(UrgingRule.EveryWorkingDaysMax);
        Schema["properties"]!["urgeEveryWorkingDays"]!["description"]!.GetValue<string>().ShouldContain($"不填为 {UrgingRule.EveryWorkingDaysDefault}");
        Schema["$defs"]!["text"]!["maxLength"]!.GetValue<int>().ShouldBe(LaunchReader.TextLengthMax);
    }

    [Fact]
    public void Schema_EveryField_IsDescribedInBothLanguages()
    {
        foreach (var shape in LaunchShape.All)
            foreach (var (name, field) in (shape.Name == "launch" ? Schema : Schema["$defs"]![shape.Name]!)["properties"]!.AsObject())
            {
                var described = field!["description"] ?? (field["$ref"]?.GetValue<string>() is { } reference ? Schema["$defs"]![reference["#/$defs/".Length..]]!["description"] : null);
                described.ShouldNotBeNull($"{shape.Name}.{name}").GetValue<string>().ShouldContain(" / ");
            }
    }
}
