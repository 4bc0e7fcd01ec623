using System.Text.Json.Nodes;

namespace Programmes.Cli.Tests;

/// <summary>A copy of the small plan that a test can spoil.</summary>
internal sealed class TempFolder : IDisposable
{
    public static string Plan { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "Plan");

    public string Path { get; } = Directory.CreateTempSubdirectory("programmes-cli-").FullName;

    public static TempFolder WithPlan()
    {
        var folder = new TempFolder();
        foreach (var file in Directory.EnumerateFiles(Plan)) File.Copy(file, folder[System.IO.Path.GetFileName(file)]);
        return folder;
    }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Change(string name, Action<JsonNode> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(this[name]))!;
        change(json);
        File.WriteAllText(this[name], json.ToJsonString());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
