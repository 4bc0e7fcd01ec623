using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Launching;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Evidence;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.Tests.Mail;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;
using Xunit.Abstractions;

namespace Programmes.Engine.Tests.Faults;

/// <summary>No room is left: what cannot be kept is refused as a whole, and everything goes on when there is room again.</summary>
[Collection(nameof(FaultCluster))]
public sealed class FullDiskTests(FaultCluster cluster, ITestOutputHelper output)
{
    [FullDiskFact]
    public async Task EvidenceFolderIsFull_TheFileIsRefusedWithWords_AndTakenWhenThereIsRoom()
    {
        await using var host = await OfficePlan.LaunchAsync([], [OfficePlan.Work("proof", "unit", ("evidence", "Required"))]);
        using var disk = new TinyDisk(Path.Combine(host.Folder, "evidence"), 1);
        disk.Fill(leaveKilobytes: 64);
        EvidenceSubject proof;
        await using (var db = host.Db())
            proof = new(EvidenceSubjectKind.WorkItem, await db.WorkItems.Where(row => row.UnitId == "a").Select(row => row.Id).SingleAsync());
        var content = Files.Pdf(new string('1', 300_000));
        var refused = await Should.ThrowAsync<RefusedException>(() => AttachAsync());
        refused.Words.Zh.ShouldContain("存储空间");
        await using (var db = host.Db())
        {
            (await db.EvidenceFiles.CountAsync()).ShouldBe(0);
            Directory.GetFiles(disk.Folder, "*", SearchOption.AllDirectories).ShouldBe([Path.Combine(disk.Folder, "filler")]);
        }

        disk.Free();
        var id = await AttachAsync();
        var read = (await host.Get<ReadEvidence>().OpenAsync(OfficePlan.UnitA, id)).ShouldNotBeNull();
        await using var stream = read.Content;
        stream.Length.ShouldBe(content.Length);

        Task<long> AttachAsync() => host.Get<AttachEvidence>().AttachAsync(OfficePlan.UnitA, proof, new MemoryStream(content), "报告.pdf");
    }

    [FullDiskFact]
    public async Task PickupFolderIsFull_NoMailLosesAnAttempt_AndAllGoWhenThereIsRoom()
    {
        const int mails = 20;
        await using var host = await OutageTests.OfficeAsync(cluster.NewDatabase());
        using var disk = new TinyDisk(host.MailFolder, 1);
        await OutboxTests.QueueAsync(host, mails);
        disk.Fill(leaveKilobytes: 8);
        var before = await host.Get<SendOutbox>().RunAsync();
        before.ShouldBeLessThan(mails);
        var health = host.Get<MailHealth>();
        health.Outage.ShouldNotBeNull().Reason.Zh.ShouldContain("投递目录");
        var rows = await OutboxTests.RowsAsync(host);
        rows.Count(row => row.Status == OutboxStatus.Sent).ShouldBe(before);
        rows.Where(row => row.Status != OutboxStatus.Sent).ShouldAllBe(row => row.Status == OutboxStatus.Queued && row.Attempts == 0);
        Directory.GetFiles(disk.Folder).Length.ShouldBe(before + 1);

        disk.Free();
        host.Clock.Now = health.Outage!.NextTryAt;
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(mails - before);
        Directory.GetFiles(disk.Folder, "*.eml").Length.ShouldBe(mails);
        output.WriteLine($"Pickup folder full after {before} mails: mails expected {mails}, delivered {mails}, repeated 0");
    }

    [FullDiskFact]
    public async Task DatabaseFileHasNoRoom_NothingIsHalfDone_NobodyIsSetAside_AndAllGoesOn()
    {
        const int units = 600;
        var folder = Directory.CreateTempSubdirectory("programmes-full-").FullName;
        using var disk = new TinyDisk(folder, 16);
        await using var host = await OutageTests.OfficeAsync($"Data Source={Path.Combine(folder, "programmes.db")}");
        await FaultPlan.PublishAsync(host, 1);
        await FaultPlan.LaunchAsync(host, units, 0);
        await host.Get<Pump>().RunAsync();
        host.Clock.Now += FaultPlan.WaitFor;
        await using (var db = host.Db()) await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        // Room for a small transaction, such as one that sets somebody aside, and not for a page.
        disk.Fill(leaveKilobytes: 128);
        InstanceStore.IsOutage(await Should.ThrowAsync<Exception>(() => host.Get<Pump>().RunAsync())).ShouldBeTrue();
        var other = FaultPlan.Launch(units, 0).Replace($"\"id\":\"{FaultPlan.Programme}\"", "\"id\":\"another\"", StringComparison.Ordinal);
        InstanceStore.IsOutage(await Should.ThrowAsync<Exception>(() => LaunchOtherAsync())).ShouldBeTrue();
        await using (var db = host.Db())
        {
            (await db.Incidents.CountAsync()).ShouldBe(0);
            (await db.Instances.CountAsync(row => row.Parked)).ShouldBe(0);
            (await db.Instances.CountAsync(row => row.UnitId != null && row.FinishedAt != null)).ShouldBe(0);
            (await db.Programmes.Select(row => row.Id).ToListAsync()).ShouldBe([FaultPlan.Programme]);
        }

        disk.Free();
        await host.Get<Pump>().RunAsync();
        await LaunchOtherAsync();
        await using var after = host.Db();
        (await after.Instances.CountAsync(row => row.UnitId != null && row.FinishedAt != null)).ShouldBe(units);
        (await after.Programmes.CountAsync()).ShouldBe(2);
        output.WriteLine($"SQLite without room: timers due {units}, fired {units}, lost 0, doubled 0, set aside 0");
        SqliteConnection.ClearAllPools();

        Task LaunchOtherAsync() => host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, other, "launch.json", LaunchMode.AsPlanned, warningsConfirmed: true);
    }
}
