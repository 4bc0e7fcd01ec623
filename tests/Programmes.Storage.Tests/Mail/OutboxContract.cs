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

    [StoreFact]
    public async Task Outbox_Released_IsAsIfItHadNeverBeenTaken()
    {
        var outbox = new OutboxStore(Database);
        await QueueAsync("m1", "m2", "m3");
        var mine = await outbox.LeaseAsync("x", Now, Lease, 3);
        (await outbox.ReleaseAsync([mine[0].Id, mine[1].Id], "y")).ShouldBe(0, "they are another's");
        (await outbox.ReleaseAsync([mine[0].Id], "x", Now.AddMinutes(1))).ShouldBe(1);
        (await outbox.ReleaseAsync([mine[1].Id], "x")).ShouldBe(1);
        (await outbox.ReleaseAsync([], "x")).ShouldBe(0);
        (await outbox.ReleaseAsync([mine[1].Id], "x")).ShouldBe(0, "once is enough");
        Ids(await outbox.LeaseAsync("y", Now, Lease, 3)).ShouldBe(["m2"]);
        var later = await outbox.LeaseAsync("y", Now.AddMinutes(1), Lease, 3);
        Ids(later).ShouldBe(["m1"]);
        later[0].Attempts.ShouldBe(1);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => outbox.ReleaseAsync([.. Enumerable.Range(1, OutboxStore.PageMax + 1).Select(i => (long)i)], "x"));
    }

    [StoreFact]
    public async Task Outbox_Bounced_OnlyOnceAndOnlyWhatWasSent()
    {
        var outbox = new OutboxStore(Database);
        await QueueAsync("m1", "m2");
        var mine = await outbox.LeaseAsync("x", Now, Lease, 1);
        await outbox.MarkSentAsync(mine[0].Id, "x", Now);
        await using var db = Database.CreateContext();
        (await OutboxStore.BounceAsync(db, "m1", new string('x', 1_000))).ShouldBe((mine[0].Id, null, true));
        (await OutboxStore.BounceAsync(db, "m1", "again"))!.Value.Changed.ShouldBeFalse();
        (await OutboxStore.BounceAsync(db, "m2", "early"))!.Value.Changed.ShouldBeFalse();
        (await OutboxStore.BounceAsync(db, "m3", "nobody's")).ShouldBeNull();
        var rows = await ReadAsync(read => read.Outbox.OrderBy(row => row.Id).ToListAsync());
        rows.Select(row => row.Status).ShouldBe([OutboxStatus.Bounced, OutboxStatus.Queued]);
        rows[0].LastError!.Length.ShouldBe(OutboxStore.ErrorMax);
    }

    [StoreFact]
    public async Task Outbox_Retried_HasAllItsAttemptsAgain()
    {
        var outbox = new OutboxStore(Database);
        await QueueAsync("dead", "bounced", "sent", "queued");
        var mine = await outbox.LeaseAsync("x", Now, Lease, 3);
        await outbox.MarkFailedAsync(mine[0].Id, "x", "550", Now, permanent: true);
        await outbox.MarkSentAsync(mine[1].Id, "x", Now);
        await outbox.MarkSentAsync(mine[2].Id, "x", Now);
        await using var db = Database.CreateContext();
        await OutboxStore.BounceAsync(db, "bounced", "5.1.1");
        var all = await ReadAsync(read => read.Outbox.Select(row => row.Id).ToListAsync());
        (await OutboxStore.RetryAsync(db, [.. all, 4_711], Now.AddHours(1))).Select(row => row.Id).ShouldBe([mine[0].Id, mine[1].Id]);
        (await outbox.LeaseAsync("x", Now, Lease, 9)).Select(row => row.MessageId).ShouldBe(["queued"]);
        var again = await outbox.LeaseAsync("x", Now.AddHours(1), Lease, 2);
        Ids(again).ShouldBe(["queued", "dead"], "the first's lease ran out");
        (await OutboxStore.RetryDeadAsync(db, Now)).ShouldBe(0);
        var dead = again.Single(row => row.MessageId == "dead");
        (dead.Attempts, dead.SentAt).ShouldBe((1, null));
        await outbox.MarkFailedAsync(dead.Id, "x", "550", Now, permanent: true);
        (await OutboxStore.RetryDeadAsync(db, Now)).ShouldBe(1);
    }

    [Fact]
    public void Outbox_Attempts_LastTwoDays() =>
        Enumerable.Range(1, OutboxStore.AttemptsMax - 1).Sum(attempt => OutboxStore.BackOff(attempt).TotalHours).ShouldBeInRange(48, 52);
}
