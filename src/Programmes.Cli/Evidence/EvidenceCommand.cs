using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Cli.Output;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.People;
using Spectre.Console;

namespace Programmes.Cli.Evidence;

/// <summary><c>programmes evidence</c>: hand in files, and see what was handed in.</summary>
internal static class EvidenceCommand
{
    public static Command Of(Session session) => new("evidence", session.Say("佐证材料：上传、查看", "Evidence: hand in, list")) { Add(session), List(session) };

    private static Argument<string> Subject(Session session) => new("subject")
    {
        HelpName = session.Say("对象", "subject"), Description = session.Say("任务的标识，或 paper:公文序号", "A work item's id, or paper:number"),
    };

    private static ExampleCommand Add(Session session)
    {
        var run = new PeopleRun(session);
        var subject = Subject(session);
        var file = Arguments.File(session, "file", session.Say("要上传的文件", "The file to hand in"));
        var on = run.Day("--on", "材料的日期", "The day that it is of");
        return run.Command("add", session.Say("上传一份材料", "Hand in a file"), "programmes evidence add tongjiang-grading-2023.b1.s01-1 报告.pdf --as unit:s01", [subject, file, on], async (services, parsed, cancellation) =>
        {
            var path = Path.GetFullPath(parsed.GetValue(file)!, session.Terminal.Folder);
            await using var content = File.OpenRead(path);
            var id = await services.GetRequiredService<AttachEvidence>().AttachAsync(run.Person(parsed), EvidenceSubject.Parse(parsed.GetValue(subject)!), content, Path.GetFileName(path), parsed.GetValue(on), cancellation).ConfigureAwait(false);
            run.Say($"已上传，序号 {id}", $"Handed in, number {id}");
        });
    }

    private static ExampleCommand List(Session session)
    {
        var run = new PeopleRun(session);
        var subject = Subject(session);
        var json = Arguments.Json(session);
        return run.Command("list", session.Say("已上传的材料", "What was handed in"), "programmes evidence list tongjiang-grading-2023.b1.s01-1", [subject, json], async (services, parsed, cancellation) =>
        {
            var found = await services.GetRequiredService<ReadEvidence>().ListAsync(run.Person(parsed), EvidenceSubject.Parse(parsed.GetValue(subject)!), cancellation).ConfigureAwait(false)
                ?? throw RefusedException.NotFound("此任务或公文", "The work item or paper");
            if (parsed.GetValue(json)) WriteJson(session, found.Files);
            else Show(session, found.Files);
        });
    }

    private static void WriteJson(Session session, IReadOnlyList<EvidenceLine> files) => Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("files");
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteNumber("id", file.Id);
            json.WriteString("name", file.Name);
            json.WriteString("mediaType", file.MediaType);
            json.WriteNumber("bytes", file.LengthBytes);
            json.WriteString("sha256", file.Hash);
            json.Day("on", file.EvidenceOn);
            json.WriteString("uploadedAt", file.UploadedAt.ToOffset(TimeSpan.FromHours(8)));
            json.WriteString("uploadedBy", file.UploadedBy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Show(Session session, IReadOnlyList<EvidenceLine> files)
    {
        if (files.Count == 0)
        {
            session.Terminal.Out.WriteLine(session.Say("还没有材料", "There is no evidence yet"));
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(session.Say("序号", "number"), session.Say("文件", "file"), session.Say("字节", "bytes"), session.Say("材料日期", "of the day"), session.Say("上传人", "by"));
        foreach (var file in files)
            table.AddRow(file.Id.ToString(CultureInfo.InvariantCulture), Markup.Escape(file.Name), file.LengthBytes.ToString(CultureInfo.InvariantCulture), file.EvidenceOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-", Markup.Escape(file.UploadedBy));
        session.Terminal.Screen.Write(table);
    }
}
