using System.IO.Compression;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Workflows;
using Programmes.Engine.Archiving;
using Programmes.Engine.Hosting;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Faults;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;
using Programmes.Storage.Programmes;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Engine.Tests.Archiving;

/// <summary>The retention rule, on whichever database; inherited once for each.</summary>
/// <param name="newDatabase">A connection string for each host; null: SQLite in a folder of its own.</param>
public abstract class ArchiveContract(Func<string?> newDatabase) : IAsyncLifetime
{
    private static readonly DateOnly Today = new(2036, 3, 3);
    private static readonly Person Administrator = new("admin") { IsAdministrator = true };
    private readonly string folder = Directory.CreateTempSubdirectory("programmes-archive-").FullName;
    private EngineHost host = null!;

    public async Task InitializeAsync() => host = await StartAsync(folder);

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Task<EngineHost> StartAsync(string? archive) =>
        EngineHost.StartAsync(Today, newDatabase(), more: services => services.AddProgrammesRetention(new(RetentionSettings.YearsDefault, RetentionSettings.MailDaysDefault, archive)));

    private static DateTimeOffset Ago(int years, int days = 0) => Core.Calendars.ChinaTime.StartOf(Today.AddYears(-years).AddDays(-days));

    /// <summary>A programme with one unit's instance of three steps, a form, a bookmark and a result.</summary>
    private static async Task AddAsync(EngineHost host, string id, DateTimeOffset? endedAt, InstanceStatus instance = InstanceStatus.Finished, long clock = 0)
    {
        await using var db = host.Db();
        db.Programmes.Add(new()
        {
            Id = id, DefinitionId = "d", DefinitionVersion = 1, DefinitionHash = "h", Name = $"专项 {id}", LaunchRevision = 1, ApprovalNumber = "〔2020〕1号", ApprovedOn = new(2020, 1, 1),
            StartsOn = new(2020, 1, 1), Status = endedAt is null ? ProgrammeStatus.Running : ProgrammeStatus.Finished, ClockId = clock, InstanceId = id, LaunchedBy = "office", LaunchedAt = Ago(16), EndedAt = endedAt,
        });
        db.Instances.Add(new() { Id = $"{id}.u1", ProgrammeId = id, ClockId = clock, DefinitionId = "d", DefinitionVersion = 1, Status = instance, State = "{\"formatVersion\":1}", CreatedAt = Ago(16) });
        db.ActivityExecutions.AddRange(Enumerable.Range(1, 3).Select(number => new ActivityExecutionRow { InstanceId = $"{id}.u1", Execution = number, Activity = "a", Type = "t", StartedAt = Ago(16), NominalAt = Ago(16) }));
        db.Bookmarks.Add(new() { InstanceId = $"{id}.u1", BookmarkId = 1, Activity = "a", Kind = BookmarkKind.Timer });
        db.WorkItems.Add(new() { Id = $"{id}.u1-1", InstanceId = $"{id}.u1", ProgrammeId = id, Activity = "a", TitleZh = "自评", TitleEn = "Self-check", Role = "unit", OpenedOn = new(2020, 2, 1), Outcomes = "[]", FormValues = "{\"a\":1}", ClosedOn = new(2020, 3, 1) });
        db.UnitResults.Add(new() { ProgrammeId = id, UnitId = "u1", InstanceId = $"{id}.u1", Result = "命名", ResultOn = new(2022, 1, 1), Final = true, RecordedAt = Ago(14) });
        await db.SaveChangesAsync();
    }

    private static async Task<string> StandsAsync(EngineHost host, string id)
    {
        await using var db = host.Db();
        var programme = await db.Programmes.SingleAsync(row => row.Id == id);
        return $"{await db.ActivityExecutions.CountAsync(row => row.InstanceId == $"{id}.u1")} {await db.Bookmarks.CountAsync(row => row.InstanceId == $"{id}.u1")} {await db.WorkItems.CountAsync(row => row.ProgrammeId == id && row.FormValues != null)} {programme.DetailsRemovedAt is not null}";
    }

    [StoreFact]
    public async Task Archive_TakesWhatEndedLongAgo_WritesItFirst_AndKeepsResults()
    {
        await AddAsync(host, "old", Ago(10, days: 1));
        await AddAsync(host, "young", Ago(9, days: 360));
        await AddAsync(host, "running", null, InstanceStatus.Running);
        await AddAsync(host, "stirring", Ago(12), InstanceStatus.Running);
        var archive = host.Get<ArchiveProgrammes>();

        var dry = await archive.RunAsync(Administrator, dryRun: true);
        dry.Programmes.ShouldHaveSingleItem().ShouldBe(new("old", "专项 old", Ago(10, days: 1), 3, 1, 1, null));
        (await StandsAsync(host, "old")).ShouldBe("3 1 1 False");

        var file = (await archive.RunAsync(Administrator)).Programmes.ShouldHaveSingleItem().File.ShouldNotBeNull();
        file.ShouldBe(Path.Combine(folder, "old.zip"));
        (await StandsAsync(host, "old")).ShouldBe("0 0 0 True");
        foreach (var kept in new[] { "young", "running", "stirring" }) (await StandsAsync(host, kept)).ShouldBe("3 1 1 False");
        await using (var db = host.Db())
        {
            (await db.UnitResults.CountAsync()).ShouldBe(4);
            (await db.WorkItems.CountAsync(row => row.ProgrammeId == "old")).ShouldBe(1);
            (await db.Instances.SingleAsync(row => row.Id == "old.u1")).State.ShouldNotBeNull("a correction must find the workflow as it ended");
            (await db.Audit.SingleAsync(row => row.Action == ArchiveProgrammes.Action)).Details.ShouldBe("executions 3, leftovers 1, forms 1, archive old.zip");
        }

        using (var zip = ZipFile.OpenRead(file))
        {
            Lines(zip, "activity-executions.jsonl").Length.ShouldBe(3);
            Lines(zip, "forms.jsonl").ShouldHaveSingleItem().ShouldContain("\"titleZh\":\"自评\"");
            string.Concat(Lines(zip, "manifest.json")).ShouldContain("\"rows\":{\"activity-executions\":3,\"bookmarks\":1,\"forms\":1,\"instances\":1,\"outside-tasks\":0,\"stimuli\":0}");
        }

        Directory.GetFiles(folder).ShouldBe([file]);
        (await archive.RunAsync(Administrator)).Programmes.ShouldBeEmpty();
        await Should.ThrowAsync<RefusedException>(() => archive.RunAsync(EngineHost.Office));
    }

    [StoreFact]
    public async Task Archive_ThatWasInterrupted_GoesOn_AndOverwritesNothing()
    {
        await AddAsync(host, "old", Ago(11));
        var archive = host.Get<ArchiveProgrammes>();
        await archive.RunAsync(Administrator);
        var first = await File.ReadAllBytesAsync(Path.Combine(folder, "old.zip"));
        // As if the process had been killed before its last page.
        await using (var db = host.Db())
        {
            await db.Programmes.ExecuteUpdateAsync(set => set.SetProperty(row => row.DetailsRemovedAt, (DateTimeOffset?)null));
            db.Bookmarks.Add(new() { InstanceId = "old.u1", BookmarkId = 1, Activity = "a", Kind = BookmarkKind.Timer });
            await db.SaveChangesAsync();
        }

        (await archive.RunAsync(Administrator)).Programmes.ShouldHaveSingleItem().File.ShouldBe(Path.Combine(folder, "old-2.zip"));
        (await File.ReadAllBytesAsync(Path.Combine(folder, "old.zip"))).ShouldBe(first);
        (await StandsAsync(host, "old")).ShouldBe("0 0 0 True");
    }

    [StoreFact]
    public async Task Archive_WithoutAFolder_LeavesWhatPeopleFilledIn()
    {
        await using var other = await StartAsync(null);
        await AddAsync(other, "old", Ago(11));
        (await other.Get<ArchiveProgrammes>().RunAsync(Administrator)).Programmes.ShouldHaveSingleItem().File.ShouldBeNull();
        (await StandsAsync(other, "old")).ShouldBe("0 0 1 True");
    }

    [StoreFact]
    public async Task Archive_ThatCannotWrite_RemovesNothing()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "file"), "");
        await using var other = await StartAsync(Path.Combine(folder, "file"));
        await AddAsync(other, "old", Ago(11));
        await Should.ThrowAsync<IOException>(() => other.Get<ArchiveProgrammes>().RunAsync(Administrator));
        (await StandsAsync(other, "old")).ShouldBe("3 1 1 False");
    }

    [StoreFact]
    public async Task Mails_LoseTheirWords_WhenOldOrWhenTheirLinkExpired_ButNotWhileTheyWait()
    {
        await QueueAsync("<old@example.org>", "digest", days: 731, OutboxStatus.Sent);
        await QueueAsync("<young@example.org>", "digest", days: 729, OutboxStatus.Sent);
        await QueueAsync("<waits@example.org>", "digest", days: 731, OutboxStatus.Queued);
        await QueueAsync("<dead@example.org>", AccountLinks.MailKind, days: 8, OutboxStatus.Dead);
        await QueueAsync("<fresh@example.org>", AccountLinks.MailKind, days: 6, OutboxStatus.Dead);
        var archive = host.Get<ArchiveProgrammes>();
        (await archive.RunAsync(Administrator, dryRun: true)).MailTexts.ShouldBe(2);
        (await archive.RunAsync(Administrator)).MailTexts.ShouldBe(2);
        (await archive.RunAsync(Administrator)).MailTexts.ShouldBe(0);
        await using var db = host.Db();
        (await db.Outbox.Where(row => row.Text == "" && row.Html == null).OrderBy(row => row.Id).Select(row => row.MessageId).ToListAsync()).ShouldBe(["<old@example.org>", "<dead@example.org>"]);
        var old = await db.Outbox.SingleAsync(row => row.MessageId == "<old@example.org>");
        (await host.Get<MailQueries>().FindAsync(EngineHost.Office, old.Id)).ShouldNotBeNull().Text.ShouldContain("不再保存");
        old.Subject.ShouldBe("提醒");

        var dead = await db.Outbox.SingleAsync(row => row.MessageId == "<dead@example.org>");
        (await Should.ThrowAsync<RefusedException>(() => host.Get<RetryMails>().RetryAsync(EngineHost.Office, [dead.Id]))).Words.Zh.ShouldContain("正文已不再保存");
        (await host.Get<RetryMails>().RetryDeadAsync(EngineHost.Office)).ShouldBe(1, "only the fresh one can go again");
    }

    [StoreFact]
    public async Task OneTimeLink_IsForgottenOnceItsMailIsSent()
    {
        await QueueAsync("<link@example.org>", AccountLinks.MailKind, days: 0, OutboxStatus.Queued);
        await QueueAsync("<digest@example.org>", "digest", days: 0, OutboxStatus.Queued);
        var listed = new List<string>();
        await foreach (var (_, text) in host.Get<MailQueries>().AllAsync(EngineHost.Office, null, null, null)) listed.Add(text);
        listed.Count.ShouldBe(2);
        listed.ShouldNotContain($"words of {AccountLinks.MailKind}", "the printed list shows no one-time link");
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(2);
        Directory.GetFiles(host.MailFolder, "*.eml").Length.ShouldBe(2);
        await using var db = host.Db();
        (await db.Outbox.OrderBy(row => row.Id).Select(row => $"{row.Status} {row.Text}").ToListAsync()).ShouldBe(["Sent ", "Sent words of digest"]);
        (await db.Outbox.CountAsync(row => row.Html == null)).ShouldBe(1);
    }

    private async Task QueueAsync(string id, string kind, int days, OutboxStatus status)
    {
        await using var db = host.Db();
        var at = host.Clock.GetUtcNow().AddDays(-days);
        db.Outbox.Add(new() { MessageId = id, ToAddress = "u@example.org", ToName = "单位", Subject = "提醒", Text = $"words of {kind}", Html = "<p>您好</p>", Kind = kind, QueuedAt = at, NotBefore = at, Status = status });
        await db.SaveChangesAsync();
    }

    private static string[] Lines(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

public sealed class SqliteArchiveTests() : ArchiveContract(() => null);

[Collection(nameof(FaultCluster))]
public sealed class PostgresArchiveTests(FaultCluster cluster) : ArchiveContract(cluster.NewDatabase);

public sealed class RetentionSettingsTests
{
    [Theory]
    [InlineData("0", "")]
    [InlineData("101", "")]
    [InlineData("ten", "")]
    [InlineData("", "29")]
    public void Settings_OutOfRange_AreRefused(string years, string days) => RetentionSettings.TryCreate(years, days, "", "/", out _, out var error).ShouldBeFalse(error.Zh);
}
