using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Cli.Output;
using Programmes.Core.Calendars;
using Programmes.Engine.Archiving;
using Spectre.Console;

namespace Programmes.Cli.Safekeeping;

/// <summary><c>programmes archive</c>: the retention rule, which a host runs every day by itself.</summary>
internal static class ArchiveCommand
{
    public static Command Of(Session session)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = session.Say("只说明会归档什么", "Only tell what would go") };
        var database = EngineRun.DatabaseOption(session);
        var json = Arguments.Json(session);
        var command = new ExampleCommand("archive", session.Say("按保存期限归档：结束已久的专项工作的流程细节、过期邮件的正文", "Apply the retention rule: workflow details of programmes that ended long ago, words of old mails"), "programmes archive --dry-run") { dryRun, database, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var engine = new EngineRun(session, parsed.GetValue(database));
            engine.RequireDatabase();
            var report = await engine.DoAsync(null, services => services.GetRequiredService<ArchiveProgrammes>().RunAsync(EngineRun.Person, parsed.GetValue(dryRun), cancellation), cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json)) Write(session, report);
            else Say(session, report);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(Session session, ArchiveReport report) => Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("dryRun", report.DryRun);
        json.WriteStartArray("programmes");
        foreach (var programme in report.Programmes)
        {
            json.WriteStartObject();
            json.WriteString("id", programme.Id);
            json.WriteString("name", programme.Name);
            json.Day("endedOn", ChinaTime.DateOf(programme.EndedAt));
            json.WriteNumber("executions", programme.Executions);
            json.WriteNumber("leftovers", programme.Leftovers);
            json.WriteNumber("forms", programme.Forms);
            json.WriteString("file", programme.File);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("mailTexts", report.MailTexts);
        json.WriteEndObject();
    });

    private static void Say(Session session, ArchiveReport report)
    {
        if (report.Programmes.Count > 0)
        {
            var table = new Table { Border = TableBorder.Simple };
            table.AddColumns(session.Say("专项工作", "programme"), session.Say("结束", "ended"), session.Say("步骤记录", "step records"), session.Say("流程残留", "leftovers"), session.Say("填报内容", "forms"), session.Say("归档文件", "archive"));
            foreach (var programme in report.Programmes)
                table.AddRow(Markup.Escape(programme.Id), ChinaTime.DateOf(programme.EndedAt).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Number(programme.Executions), Number(programme.Leftovers), Number(programme.Forms), Markup.Escape(programme.File ?? "-"));
            session.Terminal.Screen.Write(table);
        }

        session.Terminal.Out.WriteLine(report.DryRun
            ? session.Say($"将归档 {report.Programmes.Count} 项专项工作的细节、删除 {report.MailTexts} 封邮件的正文；没有改动任何内容", $"Details of {report.Programmes.Count} programmes and the words of {report.MailTexts} mails would go; nothing was changed")
            : session.Say($"已归档 {report.Programmes.Count} 项专项工作的细节，删除 {report.MailTexts} 封邮件的正文", $"Details of {report.Programmes.Count} programmes and the words of {report.MailTexts} mails are gone"));
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
