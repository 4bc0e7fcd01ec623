using System.CommandLine;
using System.Text;
using Programmes.Cli.Output;
using Programmes.Cli.Sources;
using Programmes.Core.Pictures;

namespace Programmes.Cli.Pictures;

/// <summary><c>programmes picture</c>: a picture of each workflow, made from its definition.</summary>
internal static class PictureCommand
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static Command Of(Session session)
    {
        var paths = Arguments.Paths(session, "paths", session.Say("流程定义，或其所在目录（含下级目录）", "Definitions, or folders with them"));
        var output = new Option<string?>("--out")
        {
            HelpName = session.Say("文件或目录", "file or folder"),
            Description = session.Say("写到哪里；不写则与流程定义放在一起，如 batch.json 旁的 batch.svg", "Where to write; else beside the definition, such as batch.svg beside batch.json"),
        };
        var command = new ExampleCommand("picture", session.Say("由流程定义生成流程图（SVG）", "Make pictures (SVG) of workflows from their definitions"), "programmes picture workflows/tongjiang-grading")
        {
            paths, output,
        };
        command.SetAction(parsed => Run(session, parsed.GetValue(paths)!, parsed.GetValue(output)));
        return command;
    }

    private static int Run(Session session, string[] paths, string? output)
    {
        var sources = new SourceFiles(session.Terminal.Folder);
        var files = paths.SelectMany(sources.Open).Where(file => file.Kind == SourceKind.Definition).DistinctBy(file => file.FullPath).ToList();
        if (files.Count == 0) throw new UsageException(new("没有找到流程定义", "No workflow definition was found"));
        var problems = files.SelectMany(file => file.Problems).ToList();
        if (problems.HaveErrors())
        {
            ProblemOutput.Write(session, problems);
            return ExitCodes.Wrong;
        }

        var targets = files.ConvertAll(file => (File: file, Target: TargetOf(session, file, output, files.Count)));
        if (targets.GroupBy(target => target.Target).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException(new($"几个流程定义都要写到“{twice.Key}”；请分目录生成", $"Several definitions would be written to \"{twice.Key}\"; make them folder by folder"));
        foreach (var (file, target) in targets)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, WorkflowPicture.Render(file.Definition!, session.Language), Utf8);
            session.Terminal.Out.WriteLine(Path.GetRelativePath(session.Terminal.Folder, target).Replace('\\', '/'));
        }

        return ExitCodes.Done;
    }

    private static string TargetOf(Session session, SourceFile file, string? output, int count)
    {
        if (output is null) return Path.ChangeExtension(file.FullPath, ".svg");
        var full = Path.GetFullPath(output, session.Terminal.Folder);
        if (!full.EndsWith(".svg", StringComparison.OrdinalIgnoreCase)) return Path.Combine(full, Path.ChangeExtension(Path.GetFileName(file.FullPath), ".svg"));
        return count == 1 ? full : throw new UsageException(new($"有 {count} 个流程定义，--out 应为目录", $"There are {count} definitions; --out must be a folder"));
    }
}
