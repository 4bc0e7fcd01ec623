using Microsoft.EntityFrameworkCore;
using Programmes.Core.Workflows;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Storage.Tests;

public abstract partial class StoreContract
{
    private static async Task FinishAsync(DuePage page)
    {
        foreach (var instance in page.Instances) instance.State.Bookmarks.RemoveAll(bookmark => bookmark.DueAt <= page.Horizon);
        await page.Transaction.WriteAsync([.. page.Instances.Select(instance => Decided(instance))]);
        await page.Transaction.CommitAsync();
    }

    [StoreFact]
    public async Task Claim_WithNothingDue_IsNull()
    {
        await SleepAsync("a", Now.AddMicroseconds(1));
        (await Store.ClaimDueAsync(Now, 10)).ShouldBeNull();
        await using var page = await Store.ClaimDueAsync(Now.AddMicroseconds(1), 10);
        page.ShouldNotBeNull().Instances.Single().Id.ShouldBe("a");
    }

    [StoreFact]
    public async Task Claim_AfterAStop_GoesInOrderOfNominalTime()
    {
        await SleepAsync("late", Now.AddDays(-1));
        await SleepAsync("early1", Now.AddDays(-3));
        await SleepAsync("early2", Now.AddDays(-3));
        await SleepAsync("middle", null);
        await ChangeAsync(transaction => transaction.SendAsync("x", "middle", "k", new DispatchNext(1) { NominalAt = Now.AddDays(-2) }, Now));
        var order = new List<(string, DateTimeOffset)>();
        while (await Store.ClaimDueAsync(Now, 10) is { } page)
        {
            await using var claimed = page;
            order.Add((string.Join('+', page.Instances.Select(instance => instance.Id)), page.Horizon));
            await FinishAsync(page);
        }

        order.ShouldBe([("early1+early2", Now.AddDays(-3)), ("middle", Now.AddDays(-2)), ("late", Now.AddDays(-1))]);
    }

    [StoreFact]
    public async Task Claim_WithAWindow_TakesNeighboursTogether()
    {
        await SleepAsync("a", Now.AddSeconds(-10));
        await SleepAsync("b", Now.AddSeconds(-9));
        await SleepAsync("c", Now.AddSeconds(-8));
        await using var page = await Store.ClaimDueAsync(Now, 10, TimeSpan.FromSeconds(1));
        page.ShouldNotBeNull().Instances.Select(instance => instance.Id).ShouldBe(["a", "b"]);
        page.Horizon.ShouldBe(Now.AddSeconds(-9));
    }

    [StoreFact]
    public async Task Claim_OfAStimulusAheadOfTheClock_FiresNoTimerEarly()
    {
        await SleepAsync("a", Now.AddMinutes(1));
        await ChangeAsync(transaction => transaction.SendAsync("x", "a", "k", new DispatchNext(1) { NominalAt = Now.AddHours(1) }, Now));
        await using var page = await Store.ClaimDueAsync(Now, 10);
        page.ShouldNotBeNull().Instances.Single().Stimuli.Count.ShouldBe(1);
        page.Horizon.ShouldBe(Now);
    }

    [StoreFact]
    public async Task Claim_OfMoreThanAPage_TakesTheRestNext()
    {
        for (var i = 0; i < 5; i++) await SleepAsync($"a{i}", Now);
        var sizes = new List<int>();
        while (await Store.ClaimDueAsync(Now, 2) is { } page)
        {
            await using var claimed = page;
            sizes.Add(page.Instances.Count);
            await FinishAsync(page);
        }

        sizes.ShouldBe([2, 2, 1]);
    }

    [StoreFact]
    public async Task Claim_OfManyStimuli_TakesABoundedNumberInOrder()
    {
        await SleepAsync("a", null);
        await ChangeAsync(async transaction =>
        {
            var instance = (await transaction.LoadAsync("a")).ShouldNotBeNull();
            await transaction.WriteAsync([Decided(instance, [.. Enumerable.Range(0, InstanceStore.StimuliMax + 5).Select(i => new Send("a", $"k{i}", new DispatchNext(i + 1)))])]);
        });
        await using (var page = (await Store.ClaimDueAsync(Now, 10)).ShouldNotBeNull())
        {
            page.Instances.Single().Stimuli.Select(stimulus => ((DispatchNext)stimulus.Stimulus).Node).ShouldBe(Enumerable.Range(1, InstanceStore.StimuliMax));
            page.Instances.Single().Stimuli[0].Stimulus.NominalAt.ShouldBe(Now);
            await FinishAsync(page);
        }

        await using var rest = (await Store.ClaimDueAsync(Now, 10)).ShouldNotBeNull();
        rest.Instances.Single().Stimuli.Count.ShouldBe(5);
    }

    [StoreFact]
    public async Task Claim_WhileAnotherNodeHoldsTheFirst_DoesNotOvertakeIt()
    {
        await SleepAsync("a", Now.AddDays(-2));
        await SleepAsync("b", Now.AddDays(-1));
        var other = new InstanceStore(OpenAgain());
        await using (var held = (await Store.ClaimDueAsync(Now, 10)).ShouldNotBeNull())
        {
            held.Instances.Single().Id.ShouldBe("a");
            if (Database.Kind == DatabaseKind.PostgreSql)
            {
                await using var waiting = (await other.ClaimDueAsync(Now, 10)).ShouldNotBeNull();
                waiting.Instances.ShouldBeEmpty();
            }

            await FinishAsync(held);
        }

        await using var next = (await other.ClaimDueAsync(Now, 10)).ShouldNotBeNull();
        next.Instances.Single().Id.ShouldBe("b");
    }

    [StoreFact]
    public async Task Claim_ByTwoNodesAtOnce_SharesThePageOnPostgres()
    {
        for (var i = 0; i < 4; i++) await SleepAsync($"a{i}", Now);
        var other = new InstanceStore(OpenAgain());
        await using var first = (await Store.ClaimDueAsync(Now, 2)).ShouldNotBeNull();
        first.Instances.Count.ShouldBe(2);
        if (Database.Kind == DatabaseKind.Sqlite)
        {
            await FinishAsync(first);
            await first.DisposeAsync();
        }

        await using var second = (await other.ClaimDueAsync(Now, 10)).ShouldNotBeNull();
        second.Instances.Count.ShouldBe(2);
        second.Instances.Select(instance => instance.Id).ShouldNotContain(id => first.Instances.Any(instance => instance.Id == id));
    }

    [StoreFact]
    public async Task Claim_RolledBack_CanBeHalvedUntilTheCulpritIsFound()
    {
        for (var i = 0; i < 4; i++) await SleepAsync($"a{i}", Now);
        var failed = (await Store.ClaimDueAsync(Now, 10)).ShouldNotBeNull();
        await failed.DisposeAsync();
        await using (var half = await Store.ClaimAgainAsync(failed, ["a0", "a1"], Now))
        {
            half.Instances.Select(instance => instance.Id).ShouldBe(["a0", "a1"]);
            await FinishAsync(half);
        }

        await using (var again = await Store.ClaimAgainAsync(failed, ["a0", "a2"], Now)) again.Instances.Single().Id.ShouldBe("a2", "a0 has nothing due any more");

        await Store.ParkAsync("a2", "x", "broken", Title, Now, Now);
        await ChangeAsync(transaction => transaction.SendAsync("x", "a2", "k", new DispatchNext(1), Now.AddDays(-5)));
        await using (var page = (await Store.ClaimDueAsync(Now, 10)).ShouldNotBeNull())
        {
            page.Instances.Single().Id.ShouldBe("a3");
            await FinishAsync(page);
        }

        (await Store.ClaimDueAsync(Now, 10)).ShouldBeNull("what is parked holds up nobody");
        // A sender that did not see the parking yet writes such a stimulus.
        await ChangeAsync(transaction => transaction.Db.Stimuli.ExecuteUpdateAsync(set => set.SetProperty(row => row.Parked, false)));
        (await Store.ClaimDueAsync(Now, 10)).ShouldBeNull();
        await ChangeAsync(transaction => transaction.RetryAsync("a2", "li", Now));
        await using var retried = (await Store.ClaimDueAsync(Now, 10, TimeSpan.FromDays(9))).ShouldNotBeNull();
        retried.Instances.Single().Stimuli.Select(stimulus => stimulus.Stimulus.GetType()).ShouldBe([typeof(DispatchNext), typeof(Retry)]);
        (await ReadAsync(db => db.Incidents.SingleAsync())).ResolvedBy.ShouldBe("li");
    }

    [StoreFact]
    public async Task Clocks_OfTheirOwn_AdvanceWithoutTheOthers()
    {
        long clock = 0;
        await ChangeAsync(async transaction => clock = await transaction.Launches.AddClockAsync(Now.AddYears(-3)));
        clock.ShouldBe(1);
        await SleepAsync("real", Now.AddDays(1));
        await SleepAsync("demo", Now.AddYears(-3).AddDays(1), clock);
        (await Store.ClaimDueAsync(Now, 10)).ShouldBeNull();

        await ChangeAsync(transaction => transaction.Launches.AdvanceClockAsync(clock, Now.AddYears(-3).AddDays(2)));
        await using (var page = (await Store.ClaimDueAsync(Now, 10)).ShouldNotBeNull())
        {
            page.Instances.Single().Id.ShouldBe("demo");
            page.ProgrammeNow.ShouldBe(Now.AddYears(-3).AddDays(2));
        }

        await ChangeAsync(transaction => transaction.Launches.SetClockActiveAsync(clock, false));
        (await Store.ClaimDueAsync(Now, 10)).ShouldBeNull();
        await Should.ThrowAsync<InvalidOperationException>(() => ChangeAsync(transaction => transaction.Launches.AdvanceClockAsync(clock, Now.AddYears(-4))));
        await Should.ThrowAsync<InvalidOperationException>(() => ChangeAsync(transaction => transaction.Launches.AdvanceClockAsync(0, Now.AddYears(4))));
    }

    [StoreFact]
    public async Task Held_AProgrammeIsNotClaimed_WhileOthersAre_AndGoesOnWhenReleased()
    {
        await LaunchAsync();
        while (await Store.ClaimDueAsync(Now, 10) is { } started) await using (started) await FinishAsync(started);
        await DecideAsync("p.1.u0", state => state.Bookmarks.Add(new(1, 1, "wait", BookmarkKind.Timer, null, Now)));
        await SleepAsync("other", Now);
        await ChangeAsync(async transaction =>
        {
            await transaction.SendAsync("x", "p.1.u1", "k", new DispatchNext(1), Now);
            await transaction.SendAsync("p.1", "p.1.later", "k", new DispatchNext(1), Now);
        });

        await ChangeAsync(transaction => transaction.Launches.HoldAsync("p", Programmes.ClockRow.RealTime));
        // Whoever had read the clock before the hold writes such a stimulus.
        await ChangeAsync(async transaction =>
        {
            await transaction.SendAsync("x", "p.1.u2", "k", new DispatchNext(1), Now);
            await transaction.Db.Stimuli.Where(row => row.Target == "p.1.u2").ExecuteUpdateAsync(set => set.SetProperty(row => row.ClockId, 0));
        });
        await using (var page = (await Store.ClaimDueAsync(Now, 10)).ShouldNotBeNull())
        {
            page.Instances.Single().Id.ShouldBe("other");
            await FinishAsync(page);
        }

        (await Store.ClaimDueAsync(Now, 10)).ShouldBeNull("what is held holds up nobody");
        await ChangeAsync(async transaction =>
        {
            await transaction.Launches.ReleaseAsync("p", Programmes.ClockRow.RealTime);
            await transaction.Launches.DelayStimuliAsync("p", TimeSpan.FromDays(2));
            await transaction.Launches.SendToAllAsync("p", "moved", new DatesMoved(2, Now, Now, "防汛"), Now);
        });
        (await ReadAsync(db => db.Stimuli.Where(row => row.ClockId != 0).CountAsync())).ShouldBe(0);
        await using (var first = (await Store.ClaimDueAsync(Now.AddDays(3), 10)).ShouldNotBeNull())
        {
            first.Instances.Select(instance => instance.Id).ShouldBe(["p", "p.1", "p.1.u0", "p.1.u1", "p.1.u2"], "dates move before anything happens");
            first.Instances.ShouldAllBe(instance => instance.Stimuli.Count == 1 && instance.Stimuli[0].Stimulus is DatesMoved);
            await FinishAsync(first);
        }

        await using var next = (await Store.ClaimDueAsync(Now.AddDays(3), 10)).ShouldNotBeNull();
        next.Instances.Single().Id.ShouldBe("p.1.u0");
    }

    [StoreFact]
    public async Task Held_OnItsOwnClock_StandsStillWithIt()
    {
        long clock = 0;
        await ChangeAsync(async transaction => clock = await transaction.Launches.AddClockAsync(Now));
        await SleepAsync("demo", Now, clock);
        await ChangeAsync(transaction => transaction.Launches.HoldAsync("demo", clock));
        (await Store.ClaimDueAsync(Now, 10)).ShouldBeNull();
        await ChangeAsync(transaction => transaction.Launches.ReleaseAsync("demo", clock));
        await using var page = (await Store.ClaimDueAsync(Now, 10)).ShouldNotBeNull();
        page.Instances.Single().Id.ShouldBe("demo");
    }

    [StoreFact]
    public async Task Clocks_WithWorkEach_TakeTurns()
    {
        long clock = 0;
        await ChangeAsync(async transaction => clock = await transaction.Launches.AddClockAsync(Now));
        foreach (var i in new[] { 1, 2 })
        {
            await SleepAsync($"real{i}", Now);
            await SleepAsync($"demo{i}", Now, clock);
        }

        var order = new List<long>();
        while (await Store.ClaimDueAsync(Now, 1) is { } page)
        {
            await using var claimed = page;
            order.Add(page.ClockId);
            await FinishAsync(page);
        }

        order.ShouldBe([0, 1, 0, 1]);
    }

    [StoreFact]
    public async Task Definitions_PublishedTwice_MustBeTheSame()
    {
        await ChangeAsync(transaction => transaction.Launches.PublishAsync(Definition("d", 1, "h1")));
        await ChangeAsync(transaction => transaction.Launches.PublishAsync(Definition("d", 1, "h1")));
        await Should.ThrowAsync<Programmes.DefinitionConflictException>(() => ChangeAsync(transaction => transaction.Launches.PublishAsync(Definition("d", 1, "h2"))));
        (await ReadAsync(db => db.Definitions.SingleAsync())).Hash.ShouldBe("h1");
    }
}
