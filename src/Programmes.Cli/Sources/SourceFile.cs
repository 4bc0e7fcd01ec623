using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;

namespace Programmes.Cli.Sources;

internal enum SourceKind { Definition, Launch, Other }

/// <summary>A file that was read, and what was found in it.</summary>
/// <param name="Name">As the user named it; problems carry it.</param>
/// <param name="Definition">Null where the file holds none, or one with errors.</param>
/// <param name="Launch">Null where the file holds none, or one with errors.</param>
internal sealed record SourceFile(string FullPath, string Name, SourceKind Kind, WorkflowDefinition? Definition, Launch? Launch, IReadOnlyList<Problem> Problems)
{
    /// <summary>Largest file that is read: a launch with all township stations has about 10 MB.</summary>
    public const long BytesMax = 64L * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="expected">What the user says the file is; null: what its fields say.</param>
    public static SourceFile Read(string fullPath, string name, SourceKind? expected = null)
    {
        if (!TryReadText(fullPath, name, out var text, out var problem)) return new(fullPath, name, expected ?? SourceKind.Definition, null, null, [problem]);
        switch (expected ?? KindOf(text))
        {
            case SourceKind.Launch:
                var launch = LaunchReader.Read(text, name);
                return new(fullPath, name, SourceKind.Launch, null, launch.Launch, launch.Problems);
            case SourceKind.Definition:
                var definition = DefinitionReader.Read(text, name);
                return new(fullPath, name, SourceKind.Definition, definition.Definition, null, definition.Problems);
            default:
                return new(fullPath, name, SourceKind.Other, null, null, []);
        }
    }

    /// <summary>The file's text, unless it is too large or not UTF-8.</summary>
    public static bool TryReadText(string fullPath, string name, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out Problem? problem)
    {
        (text, problem) = (null, null);
        if (new FileInfo(fullPath).Length > BytesMax)
        {
            problem = Problem.Error("too-large", new($"文件超过 {BytesMax / 1024 / 1024} MB", $"The file has more than {BytesMax / 1024 / 1024} MB"), name);
            return false;
        }

        try
        {
            text = File.ReadAllText(fullPath, StrictUtf8);
            return true;
        }
        catch (DecoderFallbackException)
        {
            problem = Problem.Error("encoding", new("文件不是 UTF-8 编码；请用编辑器另存为 UTF-8", "The file is not UTF-8; save it as UTF-8"), name);
            return false;
        }
    }

    /// <summary>A file that cannot be parsed counts as a definition, whose reader says where it is broken.</summary>
    private static SourceKind KindOf(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new() { MaxDepth = 256 });
            if (json.RootElement.ValueKind != JsonValueKind.Object) return SourceKind.Other;
            var fields = json.RootElement.EnumerateObject().Select(property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (fields.Contains("root") || fields.Contains("definitionId")) return SourceKind.Definition;
            return fields.Contains("definition") && fields.Overlaps(["batches", "units", "approval", "startsOn"]) ? SourceKind.Launch : SourceKind.Other;
        }
        catch (JsonException)
        {
            return SourceKind.Definition;
        }
    }
}
