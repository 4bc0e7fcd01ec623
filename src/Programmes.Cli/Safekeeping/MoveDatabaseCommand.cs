using System.CommandLine;
using Programmes.Cli.Engines;
using Programmes.Engine.Safekeeping;

namespace Programmes.Cli.Safekeeping;

/// <summary><c>programmes move-database</c>: everything into another database, compared row by row.</summary>
internal static class MoveDatabaseCommand
{
    public static Command Of(Session session)
    {
        var from = new Option<string>("--from") { HelpName = session.Say("连接字符串", "connection string"), Description = session.Say("现在的数据库", "The present database"), Required = true };
        var to = new Option<string?>("--to") { HelpName = session.Say("连接字符串", "connection string"), Description = session.Say("新的数据库，须为空；没有的自动建立", "The new database; it has to be empty, and is created where it is missing") };
        var evidenceTo = new Option<string?>("--evidence-to") { HelpName = session.Say("目录", "folder"), Description = session.Say("同时把佐证材料复制到此目录（默认不动）", "Also copy the evidence files into this folder (default: they stay)") };
        var accept = new Option<bool>("--accept-missing") { Description = session.Say("佐证材料已有缺失的也迁移", "Move although evidence files are missing") };
        var takeBack = new Option<bool>("--take-back") { Description = session.Say("撤回迁移：--from 的数据库可重新使用", "Take a move back: the database of --from may be used again") };
        var json = Arguments.Json(session);
        var command = new ExampleCommand(
            "move-database", session.Say("把全部数据迁移到另一个数据库，逐行核对后一次提交；须先停止网站", "Move everything into another database, compared row by row and committed at once; stop the web host first"),
            "programmes move-database --from \"Data Source=data/programmes.db\" --to \"Host=127.0.0.1;Database=programmes;Username=programmes;Password=…\"")
        {
            from, to, evidenceTo, accept, takeBack, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var engine = new EngineRun(session, parsed.GetValue(from));
            if (parsed.GetValue(takeBack))
            {
                engine.RequireDatabase();
                await engine.BesideAsync(async time =>
                {
                    await new MoveDatabase(time).TakeBackAsync(engine.ConnectionString, engine.Home, EngineRun.Person.Name, cancellation).ConfigureAwait(false);
                    return true;
                }).ConfigureAwait(false);
                session.Terminal.Out.WriteLine(session.Say("迁移已撤回，原数据库可以重新使用；请不要再使用新的数据库", "The move is taken back: the old database may be used again; do not use the new one any more"));
                return ExitCodes.Done;
            }

            var target = parsed.GetValue(to) ?? throw new UsageException(new("请用 --to 写明新的数据库", "Name the new database with --to"));
            var request = new MoveRequest(engine.ConnectionString, target, engine.Home, EngineRun.Person.Name, engine.Evidence, Full(session, parsed.GetValue(evidenceTo)), parsed.GetValue(accept));
            var progress = new CopyLine(session);
            var report = await engine.BesideAsync(time => new MoveDatabase(time).RunAsync(request, progress, cancellation)).ConfigureAwait(false);
            progress.End();
            if (parsed.GetValue(json)) SafekeepingOutput.Json(session, report);
            else SafekeepingOutput.Say(session, report);
            return ExitCodes.Done;
        });
        return command;
    }

    private static string? Full(Session session, string? folder) => folder is null ? null : Path.GetFullPath(folder, session.Terminal.Folder);
}
