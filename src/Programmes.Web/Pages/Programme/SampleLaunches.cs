using Programmes.Engine.Definitions;

namespace Programmes.Web.Pages.Programme;

/// <param name="Name">Its path below the workflow folder, by which a form asks for it.</param>
public sealed record SampleLaunch(string Name, string Title);

/// <summary>The sample launch files that lie beside the workflow definitions.</summary>
/// <param name="folder">Null or missing: there are none.</param>
public sealed class SampleLaunches(string? folder)
{
    public IReadOnlyList<SampleLaunch> List()
    {
        if (folder is null || !Directory.Exists(folder)) return [];
        return [.. Files().Select(file => new SampleLaunch(NameOf(file), TitleOf(file)))];
    }

    /// <summary>Null: there is no sample of that name. Only what the list offers is read.</summary>
    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken) =>
        folder is not null && Directory.Exists(folder) && Files().FirstOrDefault(file => NameOf(file) == name) is { } found
            ? await File.ReadAllTextAsync(found, cancellationToken)
            : null;

    /// <summary>A sample launch of a definition; null: none ships.</summary>
    public async Task<Core.Programmes.Launch?> OfAsync(string definition, CancellationToken cancellationToken)
    {
        foreach (var sample in List())
            if (await ReadAsync(sample.Name, cancellationToken) is { } json && Core.Programmes.LaunchReader.Read(json, sample.Name).Launch is { } launch && launch.Definition == definition) return launch;
        return null;
    }

    private IEnumerable<string> Files() => Directory.EnumerateFiles(folder!, "launch*.json", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(PublishDefinitions.FilesMax);

    private string NameOf(string file) => Path.GetRelativePath(folder!, file).Replace('\\', '/');

    private string TitleOf(string file) => Core.Programmes.LaunchReader.Read(File.ReadAllText(file), NameOf(file)).Launch?.Name ?? NameOf(file);
}
