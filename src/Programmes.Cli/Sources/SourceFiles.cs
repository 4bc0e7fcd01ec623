using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;

namespace Programmes.Cli.Sources;

/// <summary>The files of one run, each read once.</summary>
internal sealed class SourceFiles(string folder)
{
    /// <summary>Most files of one run.</summary>
    public const int FilesMax = 10_000;

    private static readonly EnumerationOptions Recursive = new() { RecurseSubdirectories = true };
    private static readonly EnumerationOptions Flat = new();

    /// <summary>What a launch lacks only because one of its definitions could not be read.</summary>
    private static readonly string[] Following = ["definition-missing", "batches-unused", "date-unused"];

    private readonly Dictionary<string, SourceFile> byPath = new(StringComparer.Ordinal);

    /// <summary>A file, or all files of a folder and the folders in it.</summary>
    public IReadOnlyList<SourceFile> Open(string named)
    {
        var full = Path.GetFullPath(named, folder);
        if (!Directory.Exists(full)) return [File(full, named)];
        return [.. Names(full, Recursive).Select(path => File(path, Named(named, full, path)))];
    }

    /// <summary>The launch that the user named, whatever its fields say.</summary>
    public SourceFile OpenLaunch(string named) => byPath[Path.GetFullPath(named, folder)] = SourceFile.Read(Path.GetFullPath(named, folder), named, SourceKind.Launch);

    /// <summary>The files in the launch's own folder, without the folders in it: a launch can lie in anybody's home.</summary>
    public IReadOnlyList<SourceFile> Beside(SourceFile launch)
    {
        var full = Path.GetDirectoryName(launch.FullPath)!;
        var named = Path.GetDirectoryName(launch.Name) ?? "";
        return [.. Names(full, Flat).Select(path => File(path, Named(named, full, path))).Where(file => file.Kind == SourceKind.Definition)];
    }

    /// <summary>Definitions for a launch: those of its own folder come before others with the same id.</summary>
    public static IReadOnlyList<WorkflowDefinition> Definitions(IEnumerable<SourceFile> own, IEnumerable<SourceFile> given)
    {
        var first = own.Select(file => file.Definition).OfType<WorkflowDefinition>().ToList();
        var ids = first.Select(definition => definition.DefinitionId).ToHashSet(StringComparer.Ordinal);
        return [.. first, .. given.Select(file => file.Definition).OfType<WorkflowDefinition>().Where(definition => !ids.Contains(definition.DefinitionId))];
    }

    /// <summary>What is wrong between a launch and its definitions.</summary>
    /// <param name="files">All that could hold its definitions.</param>
    public static IReadOnlyList<Problem> Check(SourceFile launch, IReadOnlyList<WorkflowDefinition> definitions, IEnumerable<SourceFile> files)
    {
        if (launch.Launch is null) return [];
        var problems = LaunchChecks.Check(launch.Launch, definitions, launch.Name);
        // A definition with errors is reported itself; that it is missing here, with all it uses, would only say so again.
        return files.Any(file => file is { Kind: SourceKind.Definition, Definition: null }) ? [.. problems.Where(problem => !Following.Contains(problem.Code))] : problems;
    }

    private SourceFile File(string full, string named) =>
        byPath.TryGetValue(full, out var known) ? known : byPath[full] = SourceFile.Read(full, named);

    private static List<string> Names(string full, EnumerationOptions options)
    {
        var names = Directory.EnumerateFiles(full, "*.json", options)
            .Where(path => !path.EndsWith(".schema.json", StringComparison.OrdinalIgnoreCase)).Take(FilesMax + 1).Order(StringComparer.Ordinal).ToList();
        return names.Count <= FilesMax ? names : throw new UsageException(new($"“{full}”中的 JSON 文件超过 {FilesMax} 个；请指定更小的目录", $"\"{full}\" has more than {FilesMax} JSON files; name a smaller folder"));
    }

    // Always "/", so that a report reads the same on every machine.
    private static string Named(string named, string folder, string path) => Path.Combine(named, Path.GetRelativePath(folder, path)).Replace('\\', '/');
}
