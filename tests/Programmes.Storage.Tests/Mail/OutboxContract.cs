using Microsoft.EntityFrameworkCore;
using Programmes.Storage.Mail;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Storage.Tests;

public abstract partial class StoreContract
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private async Task QueueAsync(params string[] ids)
    {
        await using var db = Database.CreateContext();
        db.Outbox.AddRange(ids.Select(id => new OutboxRow { MessageId = id, ToName = "单位", ToAddress = "u@example.org", Subject = "s", Text = "t", Kind = "digest", QueuedAt = Now, NotBefore = Now }));
        await db.SaveChangesAsync();
    }

    private static string[] Ids(IReadOnlyList<OutboxRow> rows) => [.. rows.Select(row => row.MessageId)];

    [StoreFact]
    public async Task Outbox_Leased_IsNobodyElsesUntilTheLeaseRunsOut()
    {
        var outbox = new OutboxStore(Database);
        await QueueAsync("m1", "m2", "m3");
        (await outbox.LeaseAsync("x", Now.AddSeconds(-1), Lease, 2)).ShouldBeEmpty("it is not time yet");
        var mine = await outbox.LeaseAsync("x", Now, Lease, 2);
        Ids(mine).ShouldBe(["m1", "m2"]);
        Ids(await outbox.LeaseAsync("y", Now, Lease, 2)).ShouldBe(["m3"]);
        (await outbox.LeaseAsync("y", Now.Add(Lease).AddSeconds(-1), Lease, 2)).ShouldBeEmpty();
        (await outbox.MarkSentAsync(mine[0].Id, "x", Now)).ShouldBeTrue();
        var again = await outbox.LeaseAsync("y", Now.Add(Lease), Lease, 2);
        Ids(again).ShouldBe(["m2", "m3"]);
        again[0].Attempts.ShouldBe(2);
        (await outbox.MarkSentAsync(mine[1].Id, "x", Now)).ShouldBeFalse("its lease went to somebody else");
    }

    [StoreFact]
    public async Task Outbox_Failing_BacksOffAndIsGivenUp()
    {
        var outbox = new OutboxStore(Database);
        await QueueAsync("m1");
        var now = Now;
        for (var attempt = 1; attempt <= OutboxStore.AttemptsMax; attempt++)
        {
            var mail = (await outbox.LeaseAsync("x", now, Lease, 1)).Single();
            (await outbox.MarkFailedAsync(mail.Id, "x", "451", now)).ShouldBeTrue();
            (await outbox.LeaseAsync("x", now.Add(OutboxStore.BackOff(attempt)).AddSeconds(-1), Lease, 1)).ShouldBeEmpty();
            now += OutboxStore.BackOff(attempt);
        }

        (await outbox.LeaseAsync("x", now.AddDays(1), Lease, 1)).ShouldBeEmpty();
        (await ReadAsync(db => db.Outbox.SingleAsync())).Status.ShouldBe(OutboxStatus.Dead);
        OutboxStore.BackOff(1).ShouldBe(TimeSpan.FromMinutes(1));
        OutboxStore.BackOff(100).ShouldBe(OutboxStore.BackOffMax);
    }

    [StoreFact]
    public async Task Outbox_ADigestOfTheSamePersonAndDay_IsRefused()
    {
        await using var db = Database.CreateContext();
        db.Outbox.AddRange(new[] { "m1", "m2" }.Select(id => new OutboxRow { MessageId = id, DedupeKey = "u@example.org 2026-03-02", ToName = "x", Subject = "s", Text = "t", Kind = "digest", QueuedAt = Now, NotBefore = Now }));
        await Should.ThrowAsync<DbUpdateException>(() => db.SaveChangesAsync());
    }
}
