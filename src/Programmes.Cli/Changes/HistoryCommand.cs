using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Cli.Output;
using Programmes.Engine.Queries;
using Spectre.Console;

namespace Programmes.Cli.Changes;

/// <summary><c>programmes history</c>: what was changed in a programme, by whom and why, and who held which duty when.</summary>
internal static class HistoryCommand
{
    /// <summary>Changes shown at once.</summary>
    private const int ChangesMax = 1_000;

    private sealed record History(Paged<ChangeLine> Changes, IReadOnlyList<DutyHolder> Holders);

    public static Command Of(Session session)
    {
        var programme = new Argument<string>("programme") { HelpName = session.Say("标识", "id"), Description = session.Say("专项工作的标识", "The programme's id") };
        var database = EngineRun.DatabaseOption(session);
        var json = Arguments.Json(session);
        var command = new ExampleCommand("history", session.Say("专项工作的变更记录和职责沿革", "What was changed in a programme, and who held which duty when"), "programmes history tongjiang-grading-2023")
        {
            programme, database, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var id = parsed.GetValue(programme)!;
            var engine = new EngineRun(session, parsed.GetValue(database));
            engine.RequireDatabase();
            var history = await engine.DoAsync(null, async services =>
            {
                await ProgrammeNames.RequireAsync(services, id, cancellation).ConfigureAwait(false);
                var query = services.GetRequiredService<ProgrammeHistory>();
                return new History(
                    await query.RunAsync(EngineRun.Person, id, size: ChangesMax, cancellationToken: cancellation).ConfigureAwait(false),
                    await query.HoldersAsync(EngineRun.Person, id, cancellation).ConfigureAwait(false));
            }, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json)) WriteJson(session, id, history);
            else Show(session, history);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void WriteJson(Session session, string id, History history) =>
        Json.Write(session.Terminal, json =>
        {
            json.WriteStartObject();
            json.WriteString("programme", id);
            json.WriteNumber("total", history.Changes.Total);
            json.WriteStartArray("changes");
            foreach (var change in history.Changes.Rows)
            {
                json.WriteStartObject();
                json.Day("on", change.On);
                json.WriteString("kind", change.Kind);
                json.WriteString("subject", change.Subject);
                json.WriteString("subjectName", change.SubjectName);
                json.WriteString("by", change.By);
                json.WriteString("reason", change.Reason);
                json.WriteString("document", change.Document);
                json.WriteNumber("launchRevision", change.LaunchRevision);
                json.WritePropertyName("details");
                if (change.Details is { } details) details.WriteTo(json);
                else json.WriteNullValue();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("duties");
            foreach (var holder in history.Holders)
            {
                json.WriteStartObject();
                json.WriteString("role", holder.Role);
                json.WriteString("name", holder.Name);
                json.Day("from", holder.From);
                json.Day("until", holder.Until);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void Show(Session session, History history)
    {
        var screen = session.Terminal.Screen;
        if (history.Changes.Total == 0) session.Terminal.Out.WriteLine(session.Say("没有变更", "Nothing was changed"));
        else
        {
            var table = new Table { Border = TableBorder.Simple };
            table.AddColumns(
                session.Say("日期", "day"), session.Say("变更", "change"), session.Say("对象", "of"), session.Say("理由", "reason"),
                session.Say("文号", "document"), session.Say("经办", "by"), session.Say("启动文件", "launch"));
            foreach (var change in history.Changes.Rows)
                table.AddRow(
                    Day(change.On), Markup.Escape(session.Say(change.Words)), Markup.Escape(change.SubjectName ?? change.Subject ?? "-"), Markup.Escape(change.Reason),
                    Markup.Escape(change.Document ?? "-"), Markup.Escape(change.By), change.LaunchRevision.ToString(CultureInfo.InvariantCulture));
            screen.Write(table);
        }

        var duties = new Table { Border = TableBorder.Simple };
        duties.AddColumns(session.Say("角色", "role"), session.Say("承担单位", "office"), session.Say("自", "from"), session.Say("至", "until"));
        foreach (var holder in history.Holders)
            duties.AddRow(Markup.Escape(holder.Role), Markup.Escape(holder.Name), Day(holder.From), holder.Until is { } until ? Day(until) : session.Say("现在", "now"));
        screen.Write(duties);
    }

    private static string Day(DateOnly on) => on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
