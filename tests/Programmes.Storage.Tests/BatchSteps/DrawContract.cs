using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Storage.Tests;

public abstract partial class StoreContract
{
    private static readonly SampleRule TwoCrossChecked = new(2, null, false, true);

    private Task DrawAsync(UnitSelection units, SampleRule rule, string subject = "d1") =>
        DoAsync(Batch, new DrawUnits(subject, "draw", new("抽查", "Draw"), units, rule, "seed", Today, null), new DeliverRows(subject, "draw", Today));

    private Task SetSuperiorsAsync() => ChangeAsync(transaction => transaction.Db.Units.ExecuteUpdateAsync(set => set.SetProperty(unit => unit.Superior, unit => unit.Ordinal < 3 ? "lead" : "silent")));

    [StoreFact]
    public async Task Draw_OfABatch_IsTheOneThatAnybodyCanRepeat_AndIsToldAtOnce()
    {
        await LaunchAsync(units: 6);
        await SetSuperiorsAsync();
        await DrawAsync(UnitSelection.All, TwoCrossChecked);

        var expected = Sampling.Draw([.. Enumerable.Range(0, 6).Select(i => new Candidate($"u{i}", i < 3 ? "lead" : "silent"))], TwoCrossChecked, ["lead", "silent"], "seed");
        var rows = await ReadAsync(db => db.StepRows.OrderBy(row => row.UnitId).ToListAsync());
        rows.Count.ShouldBe(6);
        rows.ShouldAllBe(row => row.Status == StepRowStatus.Decided && row.Delivered && row.DecidedOn == Today);
        rows.Where(row => row.Outcome == "Drawn").Select(row => new DrawnUnit(row.UnitId, row.Grade)).ShouldBe(expected);
        rows.Count(row => row.Outcome == "NotDrawn").ShouldBe(4);
        (await ToldAsync(expected[0].Unit, "draw")).ShouldBe(new BatchOutcome("Drawn", expected[0].Checker, null, Today));
        var step = await ReadAsync(db => db.BatchSteps.SingleAsync());
        (step.Closed, step.Delivered, step.ClosedOn).ShouldBe((true, true, Today));
        (await ReadAsync(db => db.Events.SingleAsync(row => row.Kind == "units-drawn"))).TitleZh.ShouldBe("抽查：从 6 个单位中抽取 2 个，随机种子 seed");
        (await ReadAsync(db => db.Outbox.CountAsync())).ShouldBe(0, "nobody is warned");

        await DoAsync(Batch, AWorkItem("w2", new UnitSelection("draw", "Drawn"), "visit"));
        (await RowsAsync("w2")).ShouldBe([.. expected.Select(unit => $"{unit.Unit} Open ")]);
    }

    [StoreFact]
    public async Task Draw_AmongThoseWhoPassed_LeavesOutWhoIsNotDecided_AndIsNotChangedLater()
    {
        await LaunchAsync(units: 3);
        await OpenProposalAsync();
        await DecideRowAsync("w1", "u0", "Pass");
        await DecideRowAsync("w1", "u1", "Fail");
        await ChangeAsync(transaction => transaction.Steps.SuspendAsync("w1", "u2"));
        await CloseProposalAsync();
        await DrawAsync(Passed, new(5, null, false, false));
        (await RowsAsync("d1")).ShouldBe(["u0 Decided Drawn", "u2 Decided NotDrawn"]);

        await DecideRowAsync("w1", "u2", "Pass");
        (await RowsAsync("d1")).ShouldBe(["u0 Decided Drawn", "u2 Decided NotDrawn"]);
    }

    [StoreFact]
    public async Task Draw_IsOver_ForAUnitThatJoinsLater()
    {
        await LaunchAsync(units: 2);
        await DrawAsync(UnitSelection.All, new(1, null, false, false));
        await DoAsync(Batch, new AddBatchUnit(1, "u9", null), new StartChild($"{Batch}.u9", 1, "unit", 1, "u9", null, null, null));
        (await RowsAsync("d1")).ShouldContain("u9 Decided NotDrawn late");
        (await ToldAsync("u9", "draw")).ShouldNotBeNull().Outcome.ShouldBe("NotDrawn");
    }
}
