using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Cli.Output;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Spectre.Console;

namespace Programmes.Cli.Changes;

/// <summary><c>programmes programme admit-list</c>: many units join by one Excel list, all or none.</summary>
internal static class AdmitListCommand
{
    public static Command Of(Session session)
    {
        var programme = new Argument<string>("programme") { HelpName = session.Say("标识", "id"), Description = session.Say("专项工作的标识", "The programme's id") };
        var file = Arguments.File(session, "file", session.Say("Excel 名单（.xlsx），与启动时的名单相同", "The Excel list (.xlsx), the same as at a launch"));
        var reason = new Option<string?>("--reason") { HelpName = session.Say("理由", "reason"), Description = session.Say("理由，记入变更记录；不加 --check 时必填", "Why; kept in the history; required without --check") };
        var document = new Option<string?>("--document") { HelpName = session.Say("文号", "number"), Description = session.Say("批准文件的文号", "The number of the document that approves it") };
        var check = new Option<bool>("--check") { Description = session.Say("只核对，不加入", "Only show what would happen to each row") };
        var database = EngineRun.DatabaseOption(session);
        var json = Arguments.Json(session);
        var command = new ExampleCommand(
            "admit-list", session.Say("按 Excel 名单一次加入多个单位；有一行不能加入就都不加入", "Many units join by an Excel list; nobody while a row is refused"),
            "programmes programme admit-list tongjiang-grading-2023 名单.xlsx --reason 区划调整新设") { programme, file, reason, document, check, database, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var engine = new EngineRun(session, parsed.GetValue(database));
            engine.RequireDatabase();
            if (!parsed.GetValue(check) && string.IsNullOrWhiteSpace(parsed.GetValue(reason)))
                throw new UsageException(new("请用 --reason 写明理由，或用 --check 只核对", "Give the reason with --reason, or only look with --check"));
            var (id, approved) = (parsed.GetValue(programme)!, parsed.GetValue(document));
            var (preview, outcome) = await engine.DoAsync(null, async services =>
            {
                await ProgrammeNames.RequireAsync(services, id, cancellation).ConfigureAwait(false);
                var rows = Rows(session, parsed.GetValue(file)!);
                var admit = services.GetRequiredService<AdmitUnits>();
                var seen = await admit.PreviewAsync(EngineRun.Person, id, rows, approved, cancellation).ConfigureAwait(false);
                try
                {
                    return (seen, parsed.GetValue(check) ? null : await admit.RunAsync(EngineRun.Person, id, rows, parsed.GetValue(reason)!, approved, cancellation).ConfigureAwait(false));
                }
                catch (RefusedException) when (seen.Refused > 0)
                {
                    // Recorded there; the rows tell it better here.
                    return (seen, null);
                }
            }, cancellation).ConfigureAwait(false);
            preview = outcome?.Judged ?? preview;
            if (parsed.GetValue(json)) WriteJson(session, preview, outcome);
            else Show(session, preview, outcome);
            return preview.Refused > 0 ? ExitCodes.Wrong : ExitCodes.Done;
        });
        return command;
    }

    private static IReadOnlyList<UnitRowRead> Rows(Session session, string file)
    {
        var path = Path.GetFullPath(file, session.Terminal.Folder);
        try
        {
            using var content = File.OpenRead(path);
            return AdmitUnits.Read(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(new($"读不到文件“{file}”：{e.Message}", $"Cannot read \"{file}\": {e.Message}"));
        }
    }

    private static void Show(Session session, AdmissionPreview preview, AdmissionOutcome? outcome)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(session.Say("行", "row"), session.Say("单位", "unit"), session.Say("批次", "batch"), session.Say("结果", "what happens"));
        var problems = preview.Problems.ToLookup(problem => problem.Row);
        foreach (var line in preview.Lines)
            table.AddRow(
                line.Row.ToString(CultureInfo.InvariantCulture), Markup.Escape($"{line.Name} {line.Unit}"), Markup.Escape(line.Batch ?? "-"),
                Markup.Escape(line.Verdict switch
                {
                    AdmissionVerdict.Joins => line.From is { } from ? session.Say($"加入，自 {from:yyyy-MM-dd}", $"joins from {from:yyyy-MM-dd}") : session.Say("加入", "joins"),
                    AdmissionVerdict.AlreadyIn => session.Say("已在本批，不变", "is in already"),
                    _ => string.Join(session.Say("；", "; "), problems[line.Row].Select(problem => $"{problem.Cell} {session.Say(problem.Message)}")),
                }));
        session.Terminal.Screen.Write(table);
        session.Terminal.Out.WriteLine(outcome is not null
            ? session.Say($"已加入 {outcome.Admitted.Count} 个单位（启动文件第 {outcome.LaunchRevision} 版）；已在本批 {outcome.AlreadyIn} 个，不变", $"{outcome.Admitted.Count} units have joined (launch revision {outcome.LaunchRevision}); {outcome.AlreadyIn} were in already")
            : preview.Refused > 0
                ? session.Say($"{preview.Refused} 行不能加入，没有一个单位加入", $"{preview.Refused} rows are refused; nobody has joined")
                : session.Say($"将加入 {preview.Joining} 个，已在本批 {preview.AlreadyIn} 个；还没有加入", $"{preview.Joining} would join, {preview.AlreadyIn} are in already; nobody has joined yet"));
    }

    private static void WriteJson(Session session, AdmissionPreview preview, AdmissionOutcome? outcome) => Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("admitted", outcome is not null);
        if (outcome is not null) json.WriteNumber("launchRevision", outcome.LaunchRevision);
        json.WriteStartArray("rows");
        var problems = preview.Problems.ToLookup(problem => problem.Row);
        foreach (var line in preview.Lines)
        {
            json.WriteStartObject();
            json.WriteNumber("row", line.Row);
            json.WriteString("unit", line.Unit);
            json.WriteString("name", line.Name);
            json.WriteString("batch", line.Batch);
            json.WriteString("verdict", line.Verdict switch { AdmissionVerdict.Joins => "joins", AdmissionVerdict.AlreadyIn => "already-in", _ => "refused" });
            json.Day("from", line.From);
            json.WriteStartArray("problems");
            foreach (var problem in problems[line.Row])
            {
                json.WriteStartObject();
                json.WriteString("cell", problem.Cell);
                json.WriteString("message", session.Say(problem.Message));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
