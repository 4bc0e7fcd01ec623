using Microsoft.EntityFrameworkCore;
using Programmes.Core.Workflows;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Storage.Tests;

public abstract partial class StoreContract
{
    /// <summary>Questions whether the other waits, some milliseconds each.</summary>
    private const int LooksMax = 2_000;

    [StoreFact]
    public async Task Open_ByWhatAnInstanceOpened_LoadsIt()
    {
        await CreateAsync("a");
        await CreateAsync("b");
        await DoAsync("a", new OpenLedger("a-1", "problems", Title, "unit", null, [], Today, On(Today.AddDays(30)), EvidenceRule.Required, null));
        await ChangeAsync(transaction =>
        {
            transaction.Db.LedgerEntries.Add(new() { Id = "a-1.1", LedgerId = "a-1", Number = 1, Area = "设施", Problem = "漏水", OpenedOn = Today, EvidenceFromAt = Now });
            return Task.CompletedTask;
        });
        await ChangeAsync(transaction => transaction.SendAsync("b", "a", "k1", new DispatchNext(1), Now.AddDays(3)));
        await ChangeAsync(transaction => transaction.SendAsync("b", "a", "k2", new DispatchNext(2), Now.AddDays(2)));
        await ChangeAsync(async transaction =>
        {
            foreach (var key in new[] { InstanceKey.Of("a"), InstanceKey.OfLedger("a-1"), InstanceKey.OfLedgerEntry("a-1.1") })
            {
                var opened = (await transaction.OpenAsync(key)).ShouldNotBeNull();
                (opened.Instance.Id, opened.Now, opened.Suspension).ShouldBe(("a", Now, null));
                opened.Instance.Stimuli.Select(stimulus => ((DispatchNext)stimulus.Stimulus).Node).ShouldBe([2, 1]);
            }

            (await transaction.OpenAsync(InstanceKey.OfWorkItem("a-1"))).ShouldBeNull();
            (await transaction.OpenAsync(InstanceKey.OfLedgerEntry("a-1.2"))).ShouldBeNull();
        });
    }

    [StoreFact]
    public async Task Open_InAProgramme_TellsItsClockAndItsSuspension()
    {
        await LaunchAsync();
        await ChangeAsync(async transaction =>
        {
            var programme = await transaction.Db.Programmes.SingleAsync();
            (programme.SuspendedOn, programme.SuspendReason) = (Today, "汛期");
            var clock = await transaction.Db.Clocks.SingleAsync(row => row.Id == programme.ClockId);
            clock.OffsetMicroseconds = (long)TimeSpan.FromDays(40).TotalMicroseconds;
        });
        await ChangeAsync(async transaction =>
        {
            var opened = (await transaction.OpenAsync(InstanceKey.Of(Batch))).ShouldNotBeNull();
            (opened.Now, opened.Suspension).ShouldBe((Now.AddDays(40), new Suspension(Today, "汛期")));
        });
    }

    [StoreFact]
    public async Task Open_OfWhatAnotherHolds_SeesWhatItLeft()
    {
        await LaunchAsync();
        var holder = await Store.BeginAsync(Now);
        await holder.OpenAsync(InstanceKey.Of(Batch));
        var waiting = Task.Run(async () =>
        {
            await using var transaction = await new InstanceStore(OpenAgain()).BeginAsync(Now);
            return await transaction.OpenAsync(InstanceKey.Of(Batch));
        });
        // On SQLite the other waits to begin at all, and would find what was left in any case.
        for (var look = 0; Database.Kind == DatabaseKind.PostgreSql && look < LooksMax; look++)
            if (await ReadAsync(db => db.Database.SqlQuery<int>($"""SELECT COUNT(*)::int AS "Value" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'""").SingleAsync()) > 0) break;
        await holder.Db.Programmes.ExecuteUpdateAsync(set => set.SetProperty(row => row.SuspendedOn, Today));
        await holder.SendAsync("x", Batch, "k", new DispatchNext(7), Now);
        await holder.CommitAsync();
        await holder.DisposeAsync();
        var opened = (await waiting).ShouldNotBeNull();
        opened.Suspension.ShouldBe(new Suspension(Today, null));
        opened.Instance.Stimuli.Count(stimulus => stimulus.Stimulus is DispatchNext).ShouldBe(1);
    }
}
