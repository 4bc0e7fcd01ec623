using System.CommandLine;
using Programmes.Cli.Output;
using Programmes.Cli.Sources;
using Programmes.Core;

namespace Programmes.Cli.Validation;

/// <summary><c>programmes validate</c>: everything wrong with definitions and launch files, in one report.</summary>
internal static class ValidateCommand
{
    public static Command Of(Session session)
    {
        var paths = Arguments.Paths(session, "paths", session.Say("流程定义或启动文件，或其所在目录（含下级目录）", "Definitions or launch files, or folders with them"));
        var json = Arguments.Json(session);
        var command = new ExampleCommand("validate", session.Say("校验流程定义和启动文件，一次列出全部问题；有错误时返回 2", "Check definitions and launch files and list all problems; exit code 2 if there is an error"), "programmes validate workflows/")
        {
            paths, json,
        };
        command.SetAction(parsed => Run(session, parsed.GetValue(paths)!, parsed.GetValue(json)));
        return command;
    }

    private static int Run(Session session, string[] paths, bool json)
    {
        var sources = new SourceFiles(session.Terminal.Folder);
        var problems = new List<Problem>();
        var given = new List<SourceFile>();
        foreach (var path in paths)
        {
            var found = sources.Open(path);
            given.AddRange(found);
            var isFolder = Directory.Exists(Path.GetFullPath(path, session.Terminal.Folder));
            if (!found.Any(file => file.Kind != SourceKind.Other))
                problems.Add(isFolder
                    ? Problem.Error("nothing-to-check", new("目录中没有流程定义，也没有启动文件", "The folder has neither workflow definitions nor launch files"), path)
                    : Problem.Error("not-checkable", new("既不是流程定义（缺少 root），也不是启动文件（缺少 definition 和 batches）", "This is neither a workflow definition (no root) nor a launch file (no definition and batches)"), path));
        }

        var files = given.Where(file => file.Kind != SourceKind.Other).DistinctBy(file => file.FullPath).ToList();
        // A launch brings the definitions of its own folder along.
        var checks = files.Where(file => file.Kind == SourceKind.Launch).Select(launch => (Launch: launch, Own: sources.Beside(launch))).ToList();
        files = [.. files.Concat(checks.SelectMany(check => check.Own)).DistinctBy(file => file.FullPath)];
        problems.AddRange(files.SelectMany(file => file.Problems));
        foreach (var (launch, own) in checks) problems.AddRange(SourceFiles.Check(launch, SourceFiles.Definitions(own, files), files));

        if (json)
            Json.Write(session.Terminal, writer =>
            {
                writer.WriteStartObject();
                writer.WriteBoolean("valid", !problems.HaveErrors());
                writer.WriteStartArray("files");
                foreach (var file in files)
                {
                    writer.WriteStartObject();
                    writer.WriteString("file", file.Name);
                    writer.WriteString("kind", file.Kind == SourceKind.Launch ? "launch" : "definition");
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.Problems(session, problems);
                writer.WriteEndObject();
            });
        else
        {
            ProblemOutput.Write(session, problems);
            session.Terminal.Out.WriteLine(session.Say($"{files.Count} 个文件：{ProblemOutput.Count(session, problems)}", $"{files.Count} files: {ProblemOutput.Count(session, problems)}"));
        }

        return problems.HaveErrors() ? ExitCodes.Wrong : ExitCodes.Done;
    }
}
