using Microsoft.EntityFrameworkCore;
using Programmes.Core.Workflows;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Programmes.Storage.Records;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Storage.Tests;

public abstract partial class StoreContract
{
    private sealed record Unheard : Command;

    [StoreFact]
    public async Task Commit_ThenLoad_GivesTheStateBack()
    {
        await CreateAsync("a");
        await DecideAsync("a", state =>
        {
            state.Status = InstanceStatus.Running;
            state.SubStatus = InstanceSubStatus.Suspended;
            state.Name = "验收";
            state.Dates["published"] = Today;
            state.Bookmarks.Add(new(7, 1, "wait", BookmarkKind.Timer, null, Now.AddTicks(1)));
        });

        await using var transaction = await Store.BeginAsync(Now);
        var loaded = (await transaction.LoadAsync("a")).ShouldNotBeNull();
        loaded.Version.ShouldBe(1);
        loaded.Stimuli.ShouldBeEmpty();
        loaded.State.Name.ShouldBe("验收");
        loaded.State.Dates["published"].ShouldBe(Today);
        loaded.State.Bookmarks.Single().DueAt.ShouldBe(Now.AddTicks(1));
        var row = await transaction.Db.Instances.SingleAsync(row => row.Id == "a");
        row.SubStatus.ShouldBe(InstanceSubStatus.Suspended);
        row.WakeAt.ShouldBe(Now.AddTicks(10), "an instant is rounded up to a microsecond, so that what is woken is due");
    }

    [StoreFact]
    public async Task Commit_OfARowAndADecision_IsOne()
    {
        await CreateAsync("a");
        await using (var transaction = await Store.BeginAsync(Now))
        {
            var instance = (await transaction.LoadAsync("a")).ShouldNotBeNull();
            transaction.Db.Audit.Add(new AuditRow { At = Now, Actor = "office", Action = "test", Subject = "a" });
            await transaction.WriteAsync([Decided(instance, new NoteEvent("goal", null, new("目标", "Goal"), Today))]);
            await transaction.CommitAsync();
        }

        (await ReadAsync(db => db.Audit.CountAsync())).ShouldBe(1);
        (await ReadAsync(db => db.Events.SingleAsync())).TitleZh.ShouldBe("目标");
    }

    [StoreFact]
    public async Task Rollback_AfterAllIsWritten_LeavesNothing()
    {
        await CreateAsync("a");
        await using (var transaction = await Store.BeginAsync(Now))
        {
            var instance = (await transaction.LoadAsync("a")).ShouldNotBeNull();
            transaction.Db.Audit.Add(new AuditRow { At = Now, Actor = "office", Action = "test", Subject = "a" });
            await transaction.Db.SaveChangesAsync();
            await transaction.WriteAsync([Decided(instance, new NoteEvent("goal", null, new("目标", "Goal"), Today), new Send("a", "k", new DispatchNext(1)))]);
        }

        (await ReadAsync(db => db.Audit.CountAsync())).ShouldBe(0);
        (await ReadAsync(db => db.Events.CountAsync())).ShouldBe(0);
        (await ReadAsync(db => db.Instances.SingleAsync())).Version.ShouldBe(0);
        (await StimuliAsync("a")).Single().Kind.ShouldBe(nameof(Start));
    }

    [StoreFact]
    public async Task Write_OfAStaleVersion_NamesTheInstance()
    {
        await CreateAsync("a");
        await CreateAsync("b");
        LoadedInstance a, b;
        await using (var transaction = await Store.BeginAsync(Now))
        {
            a = (await transaction.LoadAsync("a")).ShouldNotBeNull();
            b = (await transaction.LoadAsync("b")).ShouldNotBeNull();
        }

        await DecideAsync("b", state => state.Name = "changed");
        await using var stale = await Store.BeginAsync(Now);
        var thrown = await Should.ThrowAsync<InstanceChangedException>(() => stale.WriteAsync([Decided(a), Decided(b)]));
        thrown.Instance.ShouldBe("b");
        InstanceStore.IsTransient(thrown).ShouldBeTrue();
    }

    [StoreFact]
    public async Task Write_OfAStateBeyondItsBound_NamesTheInstance()
    {
        await CreateAsync("a");
        await using var transaction = await Store.BeginAsync(Now);
        var instance = (await transaction.LoadAsync("a")).ShouldNotBeNull();
        instance.State.Name = new string('长', InstanceState.JsonLengthMax / 2);
        (await Should.ThrowAsync<StateTooLargeException>(() => transaction.WriteAsync([Decided(instance)]))).Instance.ShouldBe("a");
    }

    [StoreFact]
    public async Task Write_OfAnUnknownCommand_IsRefused()
    {
        await CreateAsync("a");
        await using var transaction = await Store.BeginAsync(Now);
        var instance = (await transaction.LoadAsync("a")).ShouldNotBeNull();
        (await Should.ThrowAsync<CommandRefusedException>(() => transaction.WriteAsync([Decided(instance, new Unheard())]))).Command.ShouldBeOfType<Unheard>();
    }

    [StoreFact]
    public async Task Load_WhileAnotherNodeHoldsIt_GivesUpInTime()
    {
        await CreateAsync("a");
        await using var first = await Store.BeginAsync(Now);
        (await first.LoadAsync("a")).ShouldNotBeNull();
        var other = new InstanceStore(OpenAgain());
        await Should.ThrowAsync<StoreBusyException>(async () =>
        {
            await using var second = await other.BeginAsync(Now, TimeSpan.FromMilliseconds(50));
            await second.LoadAsync("a");
        });
    }

    [StoreFact]
    public async Task Send_WithAKeyUsedBefore_IsKeptOnce()
    {
        await SleepAsync("a", null);
        await DoAsync("a", new Send("a", "k", new DispatchNext(1)), new Send("a", "k", new DispatchNext(2)));
        (await StimuliAsync("a")).Single().Payload.ShouldContain("1");
        // A person's decision takes what waits; afterwards the sender may use the key again.
        await DoAsync("a", new Send("a", "k", new DispatchNext(3)));
        (await StimuliAsync("a")).Single().Payload.ShouldContain("3");
    }

    [StoreFact]
    public async Task Send_ToAnEndedInstance_IsNotWritten_ToAMissingOneWaits()
    {
        await SleepAsync("a", null);
        await SleepAsync("over", null);
        await DecideAsync("over", state => state.Status = InstanceStatus.Finished, new EndInstance(InstanceSubStatus.Finished, []));
        await DoAsync("a", new Send("over", "k1", new DispatchNext(1)), new Send("later", "k2", new DispatchNext(1)));

        (await StimuliAsync("over")).ShouldBeEmpty();
        (await StimuliAsync("later")).Single().Parked.ShouldBeTrue();
        (await Store.ClaimDueAsync(Now, 10)).ShouldBeNull();
        var row = await ReadAsync(db => db.Instances.SingleAsync(row => row.Id == "over"));
        row.FinishedAt.ShouldBe(Now);
        row.WakeAt.ShouldBeNull();
    }

    [StoreFact]
    public async Task Version_OfARowSavedByEf_GuardsAgainstALostUpdate()
    {
        await CreateAsync("a");
        await DoAsync("a", AWorkItem("a:1"));
        await using var one = Database.CreateContext();
        await using var two = Database.CreateContext();
        (await one.WorkItems.SingleAsync()).FormValues = "{}";
        (await two.WorkItems.SingleAsync()).FormValues = "[]";
        await one.SaveChangesAsync();
        await Should.ThrowAsync<DbUpdateConcurrencyException>(() => two.SaveChangesAsync());
    }

    [StoreFact]
    public async Task Instants_BeforeAndAfter1970_OrderAsNumbers()
    {
        DateTimeOffset[] instants = [DateTimeOffset.UnixEpoch.AddMilliseconds(-1), DateTimeOffset.UnixEpoch, Now, Now.AddMicroseconds(1), Now.ToOffset(TimeSpan.FromHours(8)).AddHours(1)];
        await using (var db = Database.CreateContext())
        {
            db.Audit.AddRange(instants.Reverse().Select(at => new AuditRow { At = at, Actor = "x", Action = "x", Subject = "x" }));
            await db.SaveChangesAsync();
        }

        (await ReadAsync(db => db.Audit.OrderBy(row => row.At).Select(row => row.At).ToListAsync())).ShouldBe(instants.Select(at => at.ToUniversalTime()));
        (await ReadAsync(db => db.Audit.CountAsync(row => row.At > Now))).ShouldBe(2);
        Instants.FromMicroseconds(Instants.ToMicroseconds(Now.AddTicks(1))).ShouldBe(Now.AddTicks(10));
    }
}
