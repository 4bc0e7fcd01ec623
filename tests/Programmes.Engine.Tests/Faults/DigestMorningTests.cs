using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Mail;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Mail;
using Xunit.Abstractions;

namespace Programmes.Engine.Tests.Faults;

/// <summary>A morning on which everybody is to be reminded, and nodes are killed in the midst of it.</summary>
[Collection(nameof(FaultCluster))]
public sealed class DigestMorningTests(FaultCluster cluster, ITestOutputHelper output)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(90);

    [PostgresFact]
    public async Task NodesKilledOnTheMorning_EachAddressGetsOneDigest()
    {
        const int units = 1_500;
        await using var pair = await NodePair.StartAsync(cluster.NewDatabase());
        await FaultPlan.PublishAsync(pair.Office, [OfficePlan.Work("report", "unit", ("due", "2023-08-31"))]);
        await FaultPlan.LaunchAsync(pair.Office, units, units);
        await pair.UntilAsync(Within, async db => await db.WorkItems.CountAsync() == units);
        DateOnly morning;
        await using (var db = pair.Office.Db())
        {
            morning = (await db.WorkItems.MinAsync(row => row.NextReminderOn)).ShouldNotBeNull();
            (await db.WorkItems.CountAsync(row => row.NextReminderOn == morning)).ShouldBe(units);
        }

        pair.Clock.To(morning, 8.6);
        pair.Other.To(morning, 8.6);
        foreach (var node in pair.Nodes)
        {
            var told = await DigestsAsync(pair);
            await pair.UntilAsync(Within, async db => await db.Outbox.CountAsync(row => row.Kind == SendDigests.Kind) is var now && (now > told || now >= units));
            await node.KillAsync();
            await node.StartAsync();
        }

        await pair.UntilAsync(Within, async db => !await db.WorkItems.AnyAsync(row => row.NextReminderOn == morning));
        await pair.UntilAsync(Within, async db =>
        {
            if (!await db.Outbox.AnyAsync(row => row.Status == OutboxStatus.Queued)) return true;
            if (!await db.Outbox.AnyAsync(row => row.Status == OutboxStatus.Queued && (row.LeaseUntil == null || row.LeaseUntil <= pair.Clock.Now))) pair.Advance(SendOutbox.Lease);
            return false;
        });
        await using var after = pair.Office.Db();
        var digests = await after.Outbox.AsNoTracking().Where(row => row.Kind == SendDigests.Kind).ToListAsync();
        var files = Directory.GetFiles(pair.Office.MailFolder, "*.eml").Length;
        output.WriteLine($"Two nodes, each killed on the morning: digests expected {units}, queued {digests.Count}, delivered {files}, repeated {digests.Sum(row => row.Attempts) - digests.Count}");
        digests.Select(row => row.ToAddress).Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(1, units).Select(FaultPlan.Address));
        digests.ShouldAllBe(row => row.Status == OutboxStatus.Sent);
        files.ShouldBe(units);
        (await after.WorkItems.CountAsync(row => row.RemindersSent == 1)).ShouldBe(units);
    }

    private static async Task<int> DigestsAsync(NodePair pair)
    {
        await using var db = pair.Office.Db();
        return await db.Outbox.CountAsync(row => row.Kind == SendDigests.Kind);
    }
}
