using System.CommandLine;
using Programmes.Cli.Engines;
using Programmes.Engine.Safekeeping;

namespace Programmes.Cli.Safekeeping;

/// <summary><c>programmes backup</c> and <c>programmes restore</c>: everything in one file, and back.</summary>
internal static class BackupCommands
{
    public static readonly IReadOnlyDictionary<string, BackupMails> Mails = new Dictionary<string, BackupMails>(StringComparer.Ordinal)
    {
        ["hold"] = BackupMails.Hold, ["send"] = BackupMails.Send, ["drop"] = BackupMails.Drop,
    };

    public static Command Backup(Session session)
    {
        var path = new Argument<string>("path") { HelpName = session.Say("文件或目录", "file or folder"), Description = session.Say("备份文件（.zip）；写目录则自动命名", "The backup file (.zip); in a folder it is named by itself") };
        var database = EngineRun.DatabaseOption(session);
        var verify = new Option<bool>("--verify") { Description = session.Say("不备份，只检查已有的备份文件", "Make none: check the backup file that is there") };
        var json = Arguments.Json(session);
        var command = new ExampleCommand(
            "backup", session.Say("把数据库和佐证材料备份到一个文件；网站可继续运行", "Back up database and evidence into one file; hosts may go on"), "programmes backup /var/backups/programmes") { path, database, verify, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var engine = new EngineRun(session, parsed.GetValue(database));
            var target = Path.GetFullPath(parsed.GetValue(path)!, session.Terminal.Folder);
            if (parsed.GetValue(verify))
            {
                if (!File.Exists(target)) throw new UsageException(new($"文件“{target}”不存在", $"The file \"{target}\" does not exist"));
                var manifest = await engine.BesideAsync(_ => BackUpDatabase.CheckAsync(target, cancellation)).ConfigureAwait(false);
                if (parsed.GetValue(json)) SafekeepingOutput.Json(session, target, new FileInfo(target).Length, manifest);
                else SafekeepingOutput.SayChecked(session, target, manifest);
                return ExitCodes.Done;
            }

            engine.RequireDatabase();
            var progress = new CopyLine(session);
            var report = await engine.BesideAsync(time => new BackUpDatabase(time).RunAsync(new(engine.ConnectionString, target, engine.Home, engine.Evidence), progress, cancellation)).ConfigureAwait(false);
            progress.End();
            if (parsed.GetValue(json)) SafekeepingOutput.Json(session, report.File, report.Bytes, report.Manifest);
            else SafekeepingOutput.Say(session, report);
            // The backup is there, but whoever runs this every night has to hear of it.
            if (report.Manifest.Evidence.Missing == 0) return ExitCodes.Done;
            throw new UsageException(new(
                $"备份已生成，但缺少 {report.Manifest.Evidence.Missing} 份佐证材料，如 {string.Join("、", report.Manifest.Evidence.FirstMissing)}",
                $"The backup is made, but {report.Manifest.Evidence.Missing} evidence files are missing, such as {string.Join(", ", report.Manifest.Evidence.FirstMissing)}"));
        });
        return command;
    }

    public static Command Restore(Session session)
    {
        var file = Arguments.File(session, "file", session.Say("备份文件", "The backup file"));
        var database = EngineRun.DatabaseOption(session);
        var evidenceTo = new Option<string?>("--evidence-to") { HelpName = session.Say("目录", "folder"), Description = session.Say("佐证材料恢复到此目录（默认与网站相同）", "Restore the evidence into this folder (default: the host's)") };
        var mails = new Option<BackupMails>("--mails")
        {
            HelpName = string.Join('|', Mails.Keys), DefaultValueFactory = _ => BackupMails.Hold,
            Description = session.Say("备份时待发的邮件：hold 暂不发送，由人决定（默认）；send 启动网站后发送；drop 不再发送", "Mails that waited in the backup: hold them for a person to decide (default), send them once a host starts, or drop them"),
            CustomParser = result =>
            {
                if (Mails.TryGetValue(result.Tokens[0].Value, out var known)) return known;
                result.AddError(session.Say($"不能是“{result.Tokens[0].Value}”；可用：{string.Join("、", Mails.Keys)}", $"cannot be \"{result.Tokens[0].Value}\"; use {string.Join(", ", Mails.Keys)}"));
                return BackupMails.Hold;
            },
        };
        var json = Arguments.Json(session);
        var command = new ExampleCommand(
            "restore", session.Say("把备份恢复到空的数据库，恢复后逐行核对", "Restore a backup into an empty database, compared row by row"),
            "programmes restore /var/backups/programmes/programmes-20260302-010000.zip --database \"Data Source=data/restored.db\"") { file, database, evidenceTo, mails, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var engine = new EngineRun(session, parsed.GetValue(database));
            var progress = new CopyLine(session);
            var evidence = parsed.GetValue(evidenceTo) is { } asked ? Path.GetFullPath(asked, session.Terminal.Folder) : engine.Evidence;
            var request = new RestoreRequest(Path.GetFullPath(parsed.GetValue(file)!, session.Terminal.Folder), engine.ConnectionString, engine.Home, EngineRun.Person.Name, evidence, parsed.GetValue(mails));
            var report = await engine.BesideAsync(time => new RestoreBackup(time).RunAsync(request, progress, cancellation)).ConfigureAwait(false);
            progress.End();
            if (parsed.GetValue(json)) SafekeepingOutput.Json(session, report);
            else SafekeepingOutput.Say(session, report);
            return ExitCodes.Done;
        });
        return command;
    }
}
