using System.Globalization;
using System.Text.Json;
using Programmes.Cli.Output;
using Programmes.Core.Calendars;
using Programmes.Engine.Safekeeping;
using Spectre.Console;

namespace Programmes.Cli.Safekeeping;

/// <summary>What was copied, as JSON and for people; the fields are documented in docs/cli.md.</summary>
internal static class SafekeepingOutput
{
    public static void Json(Session session, MoveReport report) => Output.Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.WriteString("from", report.From);
        json.WriteString("to", report.To);
        Tables(json, report.Tables);
        Evidence(json, report.Evidence);
        json.WriteString("evidenceFolder", report.EvidenceFolder);
        json.WriteString("evidenceExpected", report.EvidenceExpected);
        json.WriteEndObject();
    });

    public static void Say(Session session, MoveReport report)
    {
        Tables(session, report.Tables);
        var output = session.Terminal.Out;
        var rows = report.Tables.Sum(table => table.Rows);
        output.WriteLine(session.Say($"{report.From} → {report.To}：{report.Tables.Count} 张表、{rows} 行，逐行核对一致，已提交", $"{report.From} → {report.To}: {report.Tables.Count} tables, {rows} rows, verified row by row, committed"));
        Evidence(session, report.Evidence, report.EvidenceFolder);
        if (report.EvidenceExpected != report.EvidenceFolder && report.Evidence.Files > 0)
            output.WriteLine(session.Say(
                $"请设置 Programmes:Evidence={report.EvidenceFolder}：新数据库的网站默认在 {report.EvidenceExpected} 查找佐证材料",
                $"Set Programmes:Evidence={report.EvidenceFolder}: by its present settings a host on the new database looks for evidence in {report.EvidenceExpected}"));
        output.WriteLine(session.Say(
            "下一步：把设置 Programmes:Database 改为新的数据库，再启动网站。原数据库已标明迁移，不能再启动；请保留到确认无误",
            "Next: set Programmes:Database to the new database and start the web host. The old one is marked as moved and starts no more; keep it until all is well"));
    }

    public static void Json(Session session, string file, long bytes, BackupManifest manifest) => Output.Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.WriteString("file", file);
        json.WriteNumber("bytes", bytes);
        json.WriteString("product", manifest.Product);
        json.WriteString("schema", manifest.Schema[^1]);
        json.WriteString("madeAt", Machine(manifest.MadeAt));
        json.WriteString("from", manifest.From);
        Tables(json, Lines(manifest));
        Evidence(json, manifest.Evidence);
        json.WriteEndObject();
    });

    public static void Json(Session session, RestoreReport report) => Output.Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.WriteString("to", report.To);
        json.WriteString("madeAt", Machine(report.Manifest.MadeAt));
        Tables(json, report.Tables);
        Evidence(json, report.Evidence);
        json.WriteString("evidenceFolder", report.EvidenceFolder);
        json.WriteString("mails", BackupCommands.Mails.First(known => known.Value == report.Mails).Key);
        json.WriteNumber("waitingMails", report.Waiting);
        json.WriteEndObject();
    });

    public static void Say(Session session, BackupReport report)
    {
        Tables(session, report.Tables);
        Evidence(session, report.Manifest.Evidence, report.File);
        session.Terminal.Out.WriteLine(session.Say(
            $"已备份到 {report.File}，{report.Bytes} 字节。文件含密码摘要和密钥，请妥善保管；复制到别处后用 backup --verify 检查",
            $"Backed up into {report.File}, {report.Bytes} bytes. It holds password hashes and keys: keep it safe; check copies of it with backup --verify"));
    }

    public static void SayChecked(Session session, string file, BackupManifest manifest)
    {
        Tables(session, Lines(manifest));
        Evidence(session, manifest.Evidence, file);
        session.Terminal.Out.WriteLine(session.Say(
            $"备份完好：{manifest.From}，{Machine(manifest.MadeAt)}，版本 {manifest.Product}，数据库结构 {manifest.Schema[^1]}",
            $"The backup is sound: {manifest.From}, {Machine(manifest.MadeAt)}, version {manifest.Product}, schema {manifest.Schema[^1]}"));
    }

    public static void Say(Session session, RestoreReport report)
    {
        Tables(session, report.Tables);
        Evidence(session, report.Evidence, report.EvidenceFolder);
        session.Terminal.Out.WriteLine(session.Say(
            $"已恢复到 {report.To}，内容为 {Machine(report.Manifest.MadeAt)} 时的，逐行核对一致",
            $"Restored into {report.To} as of {Machine(report.Manifest.MadeAt)}, verified row by row"));
        if (report.Waiting > 0) session.Terminal.Out.WriteLine(session.Say(Mails(report)));
    }

    private static Core.Text Mails(RestoreReport report) => report.Mails switch
    {
        BackupMails.Hold => new(
            $"备份时待发的 {report.Waiting} 封邮件暂不发送：它们可能早已发出。启动网站后在“邮件”页，或用 mail list --state held 查看，用 mail held send、mail held drop 决定",
            $"{report.Waiting} mails that waited then are held, as they may have gone since: look at them on the mail page or with mail list --state held, and decide with mail held send or mail held drop"),
        BackupMails.Send => new(
            $"启动网站后，备份时待发的 {report.Waiting} 封邮件会发送（Message-ID 不变）",
            $"Once a host starts, {report.Waiting} mails that waited then go (with the same Message-ID)"),
        _ => new($"备份时待发的 {report.Waiting} 封邮件不再发送", $"{report.Waiting} mails that waited then are dropped"),
    };

    private static IReadOnlyList<TableLine> Lines(BackupManifest manifest) => [.. manifest.Tables.Select(table => new TableLine(table.Name, table.Rows, table.Sha256)).OrderBy(line => line.Name, StringComparer.Ordinal)];

    private static string Machine(DateTimeOffset at) => at.ToOffset(ChinaTime.Offset).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public static void Tables(Utf8JsonWriter json, IReadOnlyList<TableLine> tables)
    {
        json.WriteNumber("rows", tables.Sum(table => table.Rows));
        json.WriteStartArray("tables");
        foreach (var table in tables)
        {
            json.WriteStartObject();
            json.WriteString("name", table.Name);
            json.WriteNumber("rows", table.Rows);
            json.WriteString("sha256", table.Hash);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Evidence(Utf8JsonWriter json, EvidenceCount evidence)
    {
        json.WriteStartObject("evidence");
        json.WriteNumber("files", evidence.Files);
        json.WriteNumber("bytes", evidence.Bytes);
        json.WriteNumber("missing", evidence.Missing);
        json.Lines("firstMissing", evidence.FirstMissing);
        json.WriteEndObject();
    }

    /// <summary>Tables with rows; the others say nothing.</summary>
    public static void Tables(Session session, IReadOnlyList<TableLine> tables)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(session.Say("表", "table"));
        table.AddColumn(new TableColumn(session.Say("行数", "rows")).RightAligned());
        table.AddColumn("SHA-256");
        foreach (var line in tables.Where(line => line.Rows > 0)) table.AddRow(line.Name, line.Rows.ToString(CultureInfo.InvariantCulture), line.Hash[..16]);
        session.Terminal.Screen.Write(table);
    }

    public static void Evidence(Session session, EvidenceCount evidence, string place)
    {
        var output = session.Terminal.Out;
        output.WriteLine(session.Say($"佐证材料：{evidence.Files} 份，{evidence.Bytes} 字节，在 {place}", $"Evidence: {evidence.Files} files, {evidence.Bytes} bytes, in {place}"));
        if (evidence.Missing > 0)
            output.WriteLine(session.Say($"缺少 {evidence.Missing} 份，如 {string.Join("、", evidence.FirstMissing)}", $"{evidence.Missing} are missing, such as {string.Join(", ", evidence.FirstMissing)}"));
    }
}
