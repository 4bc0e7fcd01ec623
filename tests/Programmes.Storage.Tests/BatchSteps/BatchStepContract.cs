using Microsoft.EntityFrameworkCore;
using Programmes.Core.Workflows;
using Programmes.Storage.Notices;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Storage.Tests;

public abstract partial class StoreContract
{
    private static readonly UnitSelection Passed = new("propose", "Pass");

    private Task<string[]> RowsAsync(string subject) => ReadAsync(async db => await db.StepRows
        .Where(row => row.SubjectId == subject).OrderBy(row => row.UnitId)
        .Select(row => row.UnitId + " " + row.Status + " " + row.Outcome + (row.Late ? " late" : "")).ToArrayAsync());

    private Task DecideRowAsync(string subject, string unit, string outcome) =>
        ChangeAsync(transaction => transaction.Steps.DecideAsync(subject, unit, outcome, "A", "理由", Today, "li", Now));

    private async Task<BatchOutcome?> ToldAsync(string unit, string step)
    {
        var sent = await StimuliAsync($"{Batch}.{unit}");
        return sent.Where(row => row.Kind == nameof(BatchStepDecided)).Select(row => (BatchStepDecided)StimulusJson.Deserialize(row.Kind, row.Payload))
            .SingleOrDefault(decided => decided.Step == step)?.Result;
    }

    private Task OpenProposalAsync() => DoAsync(Batch, AWorkItem("w1", UnitSelection.All, "propose"));

    private Task CloseProposalAsync() => DoAsync(Batch, new CloseWorkItem("w1", WorkItemEnd.Completed, "Done", Today, "li"), new DeliverRows("w1", "propose", Today));

    [StoreFact]
    public async Task Rows_OfAStepForAll_AreThoseOfUnitsThatStillRun()
    {
        await LaunchAsync(units: 4, startUnits: false);
        await DoAsync(Batch, new StartUnitPage(1, "unit", 0, 3));
        await DecideAsync($"{Batch}.u1", state => state.Status = InstanceStatus.Finished, new EndInstance(InstanceSubStatus.Cancelled, []));
        await OpenProposalAsync();
        (await RowsAsync("w1")).ShouldBe(["u0 Open ", "u2 Open ", "u3 Open "], "u3 has not begun and counts, u1 has ended");
    }

    [StoreFact]
    public async Task Rows_OfAStepThatSelects_FollowTheEarlierOutcome()
    {
        await LaunchAsync(units: 4);
        await OpenProposalAsync();
        await DecideRowAsync("w1", "u0", "Pass");
        await DecideRowAsync("w1", "u1", "Fail");
        await DecideRowAsync("w1", "u2", "Pass");
        await ChangeAsync(transaction => transaction.Steps.SuspendAsync("w1", "u3"));
        (await ToldAsync("u0", "propose")).ShouldBeNull("units learn it when the step closes");
        await CloseProposalAsync();
        (await ToldAsync("u0", "propose")).ShouldBe(new BatchOutcome("Pass", "A", "理由", Today));
        (await ToldAsync("u3", "propose")).ShouldBeNull();
        await DoAsync(Batch, ANotice("n1", Passed));
        (await RowsAsync("n1")).ShouldBe(["u0 Open ", "u2 Open ", "u3 Waiting "]);
        (await ReadAsync(db => db.Notices.SingleAsync())).Provisional.ShouldBeTrue();
    }

    [StoreFact]
    public async Task Rows_OfANoticeThatCloses_PassUnlessSuspended()
    {
        await LaunchAsync(units: 2);
        await DoAsync(Batch, ANotice("n1", UnitSelection.All));
        await ChangeAsync(transaction => transaction.Steps.SuspendAsync("n1", "u1"));
        await DoAsync(Batch, new CloseNotice("n1", Today.AddDays(7)), new DeliverRows("n1", "notice", Today.AddDays(8)));
        (await RowsAsync("n1")).ShouldBe(["u0 Decided NoObjection", "u1 Suspended "]);
        (await ToldAsync("u0", "notice")).ShouldNotBeNull().On.ShouldBe(Today.AddDays(7));
        (await ReadAsync(db => db.Notices.SingleAsync())).Status.ShouldBe(NoticeStatus.Closed);
        (await ReadAsync(db => db.BatchSteps.SingleAsync())).Closed.ShouldBeTrue();

        await DecideRowAsync("n1", "u1", "Upheld");
        (await ToldAsync("u1", "notice")).ShouldNotBeNull().Outcome.ShouldBe("Upheld");
    }

    [StoreFact]
    public async Task Rows_DecidedLate_EnterTheStepsThatSelectThem()
    {
        await LaunchAsync(units: 2);
        await OpenProposalAsync();
        await DecideRowAsync("w1", "u0", "Pass");
        await ChangeAsync(transaction => transaction.Steps.SuspendAsync("w1", "u1"));
        await CloseProposalAsync();
        await DoAsync(Batch, ANotice("n1", Passed));
        await DoAsync(Batch, new CloseNotice("n1", Today), new DeliverRows("n1", "notice", Today));
        await DoAsync(Batch, AWorkItem("w2", new UnitSelection("notice", "NoObjection"), "name"));
        (await RowsAsync("w2")).ShouldBe(["u0 Open ", "u1 Waiting "]);

        await DecideRowAsync("w1", "u1", "Pass");
        (await ToldAsync("u1", "propose")).ShouldNotBeNull();
        (await RowsAsync("n1")).ShouldBe(["u0 Decided NoObjection", "u1 Open  late"]);
        (await RowsAsync("w2")).ShouldBe(["u0 Open ", "u1 Waiting "]);
        await DecideRowAsync("n1", "u1", "NoObjection");
        (await RowsAsync("w2")).ShouldBe(["u0 Open ", "u1 Open "], "the step is still open, so the row is not late");
    }

    [StoreFact]
    public async Task Rows_DecidedLateOtherwise_DropOutAllTheWay()
    {
        await LaunchAsync(units: 1);
        await OpenProposalAsync();
        await CloseProposalAsync();
        await DoAsync(Batch, ANotice("n1", Passed));
        await DoAsync(Batch, AWorkItem("w2", new UnitSelection("notice", "NoObjection"), "name"));
        await DecideRowAsync("w1", "u0", "Fail");
        (await RowsAsync("n1")).ShouldBe(["u0 Dropped "]);
        (await RowsAsync("w2")).ShouldBe(["u0 Dropped "]);
        await Should.ThrowAsync<InvalidOperationException>(() => DecideRowAsync("w2", "u0", "Done"));
    }

    [StoreFact]
    public async Task Rows_OfAStepOpenedBeforeTheOtherClosed_OpenWhenItDoes()
    {
        await LaunchAsync(units: 2);
        await OpenProposalAsync();
        await DoAsync(Batch, ANotice("n1", Passed));
        (await RowsAsync("n1")).ShouldBe(["u0 Waiting ", "u1 Waiting "]);
        await DecideRowAsync("w1", "u0", "Pass");
        await DecideRowAsync("w1", "u1", "Fail");
        await CloseProposalAsync();
        (await RowsAsync("n1")).ShouldBe(["u0 Open ", "u1 Dropped "]);
    }

    [StoreFact]
    public async Task Rows_OfACorrectedNotice_KeepWhatObjectionsDid()
    {
        await LaunchAsync(units: 3);
        await DoAsync(Batch, ANotice("n1", UnitSelection.All));
        await ChangeAsync(async transaction =>
        {
            transaction.Db.Objections.Add(new() { NoticeId = "n1", UnitId = "u1", Text = "异议", FiledOn = Today, Status = ObjectionStatus.Accepted });
            await transaction.Steps.SuspendAsync("n1", "u1");
        });
        await DecideRowAsync("n1", "u2", "Upheld");
        await DoAsync(Batch, new WithdrawNotice("n1", Today, "更正"), ANotice("n2", UnitSelection.All, replaces: "n1"));
        (await RowsAsync("n1")).ShouldBe(["u0 Dropped ", "u1 Dropped ", "u2 Decided Upheld"]);
        (await RowsAsync("n2")).ShouldBe(["u0 Open ", "u1 Suspended ", "u2 Decided Upheld"]);
        (await ReadAsync(db => db.Objections.SingleAsync())).NoticeId.ShouldBe("n2");
        (await ReadAsync(db => db.Notices.SingleAsync(row => row.Id == "n1"))).Status.ShouldBe(NoticeStatus.Withdrawn);
    }
}
