using System.IO.Compression;
using System.Text.Json.Nodes;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;
using Programmes.Storage.Mail;

namespace Programmes.Cli.Tests.Safekeeping;

public sealed class BackupTests : IDisposable
{
    private readonly TempFolder folder = TempFolder.WithPlan();

    public void Dispose() => folder.Dispose();

    private string Old => $"Data Source={folder["old/programmes.db"]};Pooling=False";
    private string New => $"Data Source={folder["new/programmes.db"]};Pooling=False";
    private string Backup => folder["backup.zip"];

    private Task<Cli> RunAsync(params string[] args) => Cli.RunAsync(name => name == "Programmes__Mail__Pickup" ? folder["mail"] : null, args);

    private async Task<Cli> DoneAsync(params string[] args)
    {
        var cli = await RunAsync(args);
        cli.ExitCode.ShouldBe(0, cli.Error + cli.Output);
        return cli;
    }

    private async Task LaunchAsync()
    {
        await DoneAsync("launch", folder["launch.json"], "--workflows", folder.Path, "--mode", "demonstration", "--confirm", "--database", Old);
        await File.WriteAllTextAsync(folder["scan.pdf"], "%PDF-1.7");
        await DoneAsync("paper", "issue", "--programme", "small-plan-2023", "--kind", "Bulletin", "--number", "示例〔2023〕2号", "--title", "通报", "--to-unit", "all", "--issuer", "office", "--scan", folder["scan.pdf"], "--database", Old);
    }

    private string Evidence => Directory.GetFiles(folder["old/evidence"], "*", SearchOption.AllDirectories).ShouldHaveSingleItem();

    private void Spoil(string file, Action<ZipArchive> change)
    {
        File.Copy(Backup, file, overwrite: true);
        using var zip = ZipFile.Open(file, ZipArchiveMode.Update);
        change(zip);
    }

    [Fact]
    public async Task Backup_WhileAHostWorks_IsRestoredRowForRow_WithTheEvidence()
    {
        await LaunchAsync();
        var before = (await DoneAsync("status", "--database", Old, "--json")).Output;
        await using (var host = Database.Open(DatabaseOptions.Parse(Old)))
        await using (var db = host.CreateContext())
        {
            db.Clocks.Count().ShouldBe(2);
            var made = (await DoneAsync("backup", Backup, "--database", Old, "--json")).Json;
            made.EnumerateObject().Select(property => property.Name).ShouldBe(["file", "bytes", "product", "schema", "madeAt", "from", "rows", "tables", "evidence"]);
            made.GetProperty("evidence").GetProperty("files").GetInt32().ShouldBe(1);
        }

        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(Backup).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFileSystemEntries(folder.Path, "*.partial").ShouldBeEmpty();
        (await RunAsync("backup", Backup, "--database", Old)).Error.ShouldContain("已存在");
        (await DoneAsync("backup", folder.Path, "--database", Old)).Output.ShouldContain($"已备份到 {folder["programmes-"]}");
        (await DoneAsync("backup", "--verify", Backup)).Output.ShouldContain("备份完好");
        (await DoneAsync("backup", "--verify", Backup, "--json")).Json.GetProperty("rows").GetInt32().ShouldBeGreaterThan(10);

        var restored = (await DoneAsync("restore", Backup, "--database", New, "--json")).Json;
        restored.GetProperty("evidenceFolder").GetString().ShouldBe(folder["new/evidence"]);
        (await DoneAsync("status", "--database", New, "--json")).Output.ShouldBe(before);
        File.ReadAllText(Path.Combine(folder["new/evidence"], Path.GetRelativePath(folder["old/evidence"], Evidence))).ShouldBe("%PDF-1.7");
        await using var database = Database.Open(DatabaseOptions.Parse(New));
        await using var marked = database.CreateContext();
        marked.Settings.Single(row => row.Key == DatabaseMarks.RestoredFrom).Value.ShouldStartWith("backup.zip");
        marked.Audit.Count(row => row.Action == "database.restored").ShouldBe(1);

        (await RunAsync("restore", Backup, "--database", New)).Error.ShouldContain("目标数据库不是空的");
        (await DoneAsync("status", "--database", New, "--json")).Output.ShouldBe(before);
    }

    [Fact]
    public async Task Backup_ThatIsDamaged_IsToldSo_AndRestoresNothing()
    {
        await LaunchAsync();
        await DoneAsync("backup", Backup, "--database", Old);
        var bad = folder["bad.zip"];
        var hash = Path.GetFileName(Evidence);
        (string Words, Action Spoil)[] cases =
        [
            ("不是完整的备份文件", () => File.WriteAllBytes(bad, File.ReadAllBytes(Backup)[..^100])),
            ("没有 manifest.json", () => Spoil(bad, zip => zip.GetEntry("manifest.json")!.Delete())),
            ("清单 manifest.json 不可读", () => Spoil(bad, zip => Rewrite(zip, "manifest.json", "{"))),
            ("清单 manifest.json 有误", () => Manifest(bad, json => json["tables"]![0]!["name"] = "x; DROP TABLE y")),
            ("由更新版本的程序生成（格式 2）", () => Manifest(bad, json => json["format"] = 2)),
            ("database.db 与清单不符", () => Manifest(bad, json => json["databaseSha256"] = new string('0', 64))),
            ("database.db, audit 与清单不符", () => Manifest(bad, json => json["tables"]!.AsArray().Single(table => (string)table!["name"]! == "audit")!["rows"] = 0)),
            ("由更新版本的程序生成（数据库结构 9999_later）", () => OfALaterSchema(bad)),
            ($"1 份佐证材料缺失或内容不符，如 {hash}", () => Spoil(bad, zip => zip.GetEntry($"evidence/{hash[..2]}/{hash}")!.Delete())),
            ($"1 份佐证材料缺失或内容不符，如 {hash}", () => Spoil(bad, zip => Rewrite(zip, $"evidence/{hash[..2]}/{hash}", "%PDF-1.8"))),
        ];
        foreach (var (words, spoil) in cases)
        {
            spoil();
            var check = await RunAsync("backup", "--verify", bad);
            check.ExitCode.ShouldBe(2);
            check.Error.ShouldContain(words);
            (await RunAsync("restore", bad, "--database", New)).Error.ShouldContain(words);
        }

        await DoneAsync("restore", Backup, "--database", New);
        (await RunAsync("backup", "--verify", folder["nothing.zip"])).Error.ShouldContain("不存在");
    }

    [Fact]
    public async Task Backup_WithoutAnEvidenceFile_IsMade_ButSaysSo()
    {
        await LaunchAsync();
        File.Delete(Evidence);
        var made = await RunAsync("backup", Backup, "--database", Old);
        made.ExitCode.ShouldBe(2);
        made.Error.ShouldContain("备份已生成，但缺少 1 份佐证材料");
        await DoneAsync("backup", "--verify", Backup);
        await DoneAsync("restore", Backup, "--database", New);
    }

    [Fact]
    public async Task Backup_OfNoDatabase_LeavesNothing()
    {
        (await RunAsync("backup", Backup, "--database", Old)).Error.ShouldContain("没有数据库");
        await LaunchAsync();
        await using (var database = Database.Open(DatabaseOptions.Parse(Old)))
        await using (var db = database.CreateContext())
        {
            await using var connection = Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.GetDbConnection(db.Database);
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE notes (id INTEGER)";
            await command.ExecuteNonQueryAsync();
        }

        (await RunAsync("backup", Backup, "--database", Old)).Error.ShouldContain("不认识的表：notes");
        Directory.GetFileSystemEntries(folder.Path, "backup*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_HoldsTheMailsThatWaited_UnlessToldOtherwise()
    {
        await LaunchAsync();
        await QueueAsync(OutboxStatus.Queued, OutboxStatus.Queued, OutboxStatus.Sent);
        await DoneAsync("backup", Backup, "--database", Old);

        var held = (await DoneAsync("restore", Backup, "--database", New, "--json")).Json;
        held.EnumerateObject().Select(property => property.Name).ShouldBe(["to", "madeAt", "rows", "tables", "evidence", "evidenceFolder", "mails", "waitingMails"]);
        held.GetProperty("mails").GetString().ShouldBe("hold");
        var waiting = held.GetProperty("waitingMails").GetInt32();
        waiting.ShouldBeGreaterThanOrEqualTo(2);
        (await StatusesAsync(New)).ShouldBe(["Held", "Held", "Sent"]);
        var listed = (await DoneAsync("mail", "list", "--state", "held", "--database", New, "--json")).Json;
        listed.GetProperty("total").GetInt32().ShouldBe(2);
        listed.GetProperty("mails")[0].GetProperty("state").GetString().ShouldBe("held");
        var ids = listed.GetProperty("mails").EnumerateArray().Select(mail => $"{mail.GetProperty("id").GetInt64()}").Order().ToArray();
        (await DoneAsync("mail", "list", "--database", New)).Output.ShouldContain("恢复后暂不发送");
        (await RunAsync("mail", "held", "send", "--database", New)).Error.ShouldContain("--all");
        (await RunAsync("mail", "held", "drop", ids[0], "4711", "--database", New)).Error.ShouldContain("邮件 4711 不是暂不发送的邮件");
        (await RunAsync("mail", "held", "drop", "--all", "--as", "unit:u1", "--database", New)).Error.ShouldContain("没有办理此事的权限");
        (await StatusesAsync(New)).ShouldBe(["Held", "Held", "Sent"]);
        (await DoneAsync("mail", "held", "send", ids[0], "--database", New)).Output.ShouldContain("已排队 1 封");
        (await DoneAsync("mail", "held", "drop", "--all", "--database", New, "--lang", "en")).Output.ShouldContain("1 mails are dropped");
        (await StatusesAsync(New)).ShouldBe(["Queued", "Withdrawn", "Sent"]);

        var sent = await DoneAsync("restore", Backup, "--database", Third, "--mails", "send");
        sent.Output.ShouldContain($"备份时待发的 {waiting} 封邮件会发送");
        (await StatusesAsync(Third)).ShouldBe(["Queuedx", "Queued", "Sent"], "with its lease, which runs out");
        (await DoneAsync("restore", Backup, "--database", Fourth, "--mails", "drop")).Output.ShouldContain($"备份时待发的 {waiting} 封邮件不再发送");
        (await StatusesAsync(Fourth)).ShouldBe(["Withdrawn", "Withdrawn", "Sent"]);
        (await RunAsync("restore", Backup, "--database", $"Data Source={folder["fifth.db"]}", "--mails", "burn")).Error.ShouldContain("hold、send、drop");
        (await DoneAsync("restore", Backup, "--database", $"Data Source={folder["fifth.db"]};Pooling=False")).Output.ShouldContain($"备份时待发的 {waiting} 封邮件暂不发送");

        // A move takes the mails along as they are.
        await DoneAsync("move-database", "--from", Third, "--to", $"Data Source={folder["sixth.db"]};Pooling=False");
        (await StatusesAsync($"Data Source={folder["sixth.db"]};Pooling=False")).ShouldBe(["Queuedx", "Queued", "Sent"]);
    }

    private string Third => $"Data Source={folder["third.db"]};Pooling=False";
    private string Fourth => $"Data Source={folder["fourth.db"]};Pooling=False";

    private async Task QueueAsync(params OutboxStatus[] statuses)
    {
        await using var database = Database.Open(DatabaseOptions.Parse(Old));
        await using var db = database.CreateContext();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (status, i) in statuses.Select((status, i) => (status, i)))
            db.Outbox.Add(new() { MessageId = $"<{i}@example.org>", ToAddress = "u@example.org", ToName = "单位", Subject = "提醒", Text = "t", Kind = "notify", QueuedAt = now, NotBefore = now, Status = status, LeaseOwner = i == 0 ? "x" : null });
        await db.SaveChangesAsync();
    }

    private static async Task<string[]> StatusesAsync(string connectionString)
    {
        await using var database = Database.Open(DatabaseOptions.Parse(connectionString));
        await using var db = database.CreateContext();
        return [.. db.Outbox.OrderBy(row => row.Id).Select(row => $"{row.Status}{row.LeaseOwner}")];
    }

    private void Manifest(string file, Action<JsonNode> change) => Spoil(file, zip =>
    {
        JsonNode json;
        using (var stream = zip.GetEntry("manifest.json")!.Open()) json = JsonNode.Parse(stream)!;
        change(json);
        Rewrite(zip, "manifest.json", json.ToJsonString());
    });

    /// <summary>As a later program would write it: another migration is recorded in the file, and all hashes are right.</summary>
    private void OfALaterSchema(string file) => Spoil(file, zip =>
    {
        var database = folder["later.db"];
        zip.GetEntry("database.db")!.ExtractToFile(database, overwrite: true);
        using (var open = Database.Open(DatabaseOptions.Parse($"Data Source={database};Pooling=False")).CreateContext())
            Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRaw(open.Database, "INSERT INTO schema_migrations VALUES ('9999_later', '10')");
        var bytes = File.ReadAllBytes(database);
        JsonNode json;
        using (var stream = zip.GetEntry("manifest.json")!.Open()) json = JsonNode.Parse(stream)!;
        json["databaseBytes"] = bytes.Length;
        json["databaseSha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        Rewrite(zip, "manifest.json", json.ToJsonString());
        zip.GetEntry("database.db")!.Delete();
        using var target = zip.CreateEntry("database.db").Open();
        target.Write(bytes);
    });

    private static void Rewrite(ZipArchive zip, string name, string content)
    {
        zip.GetEntry(name)!.Delete();
        using var writer = new StreamWriter(zip.CreateEntry(name).Open());
        writer.Write(content);
    }
}
