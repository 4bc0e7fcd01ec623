using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Dates;
using Programmes.Core.Ledgers;
using Programmes.Core.Workflows;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;
using Programmes.Storage.Programmes;
using Programmes.Storage.Tests.Databases;
using Programmes.Storage.WorkItems;

namespace Programmes.Storage.Tests;

public abstract partial class StoreContract
{
    private static readonly Text Title = new("自查", "Self-check");

    private static ResolvedDate On(DateOnly on, bool provisional = false) => new(on, provisional, [new("固定日期", "A fixed date")]);

    private static OpenWorkItem AWorkItem(string id, UnitSelection? units = null, string activity = "check") => new(
        id, activity, Title, "说明", "unit", "lead", Today, On(Today.AddDays(10)), Now.AddDays(10), "form", EvidenceRule.Required, ["Pass", "Fail"], "第三条", units, "quiet");

    private static OpenNotice ANotice(string id, UnitSelection units, string? replaces = null, string activity = "notice") => new(
        id, activity, new("公示", "Notice"), "lead", "内容", Today, On(Today.AddDays(7), provisional: true), 5, units, "第四条", replaces, replaces is null ? null : "更正");

    [StoreFact]
    public void Commands_AllKindsOfThem_AreKnownToTheSwitch()
    {
        // A kind that is added to Core must get its rows here, and a test below.
        var kinds = typeof(Command).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract).Select(type => type.Name);
        kinds.Order().ShouldBe(new[]
        {
            nameof(AddBatchUnit), nameof(AddBookmark), nameof(AskTask), nameof(CancelChildren), nameof(CloseNotice), nameof(CloseStage), nameof(CloseWorkItem),
            nameof(DeliverRows), nameof(EndActivity), nameof(EndInstance), nameof(MoveDue), nameof(NoteEvent), nameof(OpenNotice), nameof(OpenStage), nameof(OpenWorkItem),
            nameof(PublishEvent), nameof(RaiseIncident), nameof(RecordActivity), nameof(RecordUnitResult), nameof(RemoveBookmark), nameof(Send), nameof(SendMail),
            nameof(StartChild), nameof(StartUnitPage), nameof(WithdrawNotice), nameof(WriteLine), nameof(OpenProbation), nameof(MoveProbation), nameof(DrawUnits), nameof(OpenLedger), nameof(CloseLedger),
            nameof(MoveProbationDates), nameof(MoveStage),
        }.Order());
    }

    [StoreFact]
    public async Task Bookmarks_AddedAndRemoved_AreRowsAsLongAsTheyStand()
    {
        await CreateAsync("a");
        await DoAsync("a",
            new AddBookmark(new(1, 1, "wait", BookmarkKind.Timer, null, Now)), new AddBookmark(new(2, 1, "hear", BookmarkKind.Event, "news", null)), new RemoveBookmark(1));
        (await ReadAsync(db => db.Bookmarks.SingleAsync())).Key.ShouldBe("news");
        await DoAsync("a", new RemoveBookmark(2));
        (await ReadAsync(db => db.Bookmarks.CountAsync())).ShouldBe(0);
    }

    [StoreFact]
    public async Task Activities_EndedAtOnceInTheSameOrALaterDecision_AreOneRowEach()
    {
        await CreateAsync("a");
        await DoAsync("a",
            new RecordActivity(1, "set", "Elsa.SetVariable", ActivityStatus.Completed, "Done", Now, Now.AddDays(-1), "li"),
            new RecordActivity(2, "wait", "Elsa.Delay", ActivityStatus.Running, null, Now, Now, null),
            new RecordActivity(3, "flow", "Elsa.Flowchart", ActivityStatus.Running, null, Now, Now, null),
            new EndActivity(2, ActivityStatus.Completed, "Done", Now.AddHours(1), Now, "li"));
        await DoAsync("a", new EndActivity(3, ActivityStatus.Canceled, null, Now.AddHours(2), Now.AddHours(2), null));
        var rows = await ReadAsync(db => db.ActivityExecutions.OrderBy(row => row.Execution).ToListAsync());
        rows.Select(row => row.Status).ShouldBe([ActivityStatus.Completed, ActivityStatus.Completed, ActivityStatus.Canceled]);
        rows.Select(row => row.EndedAt).ShouldBe([Now, Now.AddHours(1), Now.AddHours(2)]);
        rows[0].NominalAt.ShouldBe(Now.AddDays(-1));
        rows[1].EndedBy.ShouldBe("li");
    }

    [StoreFact]
    public async Task WorkItem_OpenedMovedAndClosed_KeepsItsOriginalDate()
    {
        await CreateAsync("a");
        await using (var transaction = await Store.BeginAsync(Now))
        {
            var instance = (await transaction.LoadAsync("a")).ShouldNotBeNull();
            var decided = Decided(instance, AWorkItem("a:1")) with { FirstReminders = new Dictionary<string, DateOnly> { ["a:1"] = Today.AddDays(3) } };
            await transaction.WriteAsync([decided]);
            await transaction.CommitAsync();
        }

        var open = await ReadAsync(db => db.WorkItems.SingleAsync());
        (open.Status, open.NextReminderOn, open.DueAt, open.Why).ShouldBe((WorkItemStatus.Open, Today.AddDays(3), Now.AddDays(10), """[{"zh":"固定日期","en":"A fixed date"}]"""));
        open.Outcomes.ShouldBe("""["Pass","Fail"]""");

        await DoAsync("a", new MoveDue("a:1", On(Today.AddDays(20)), Now.AddDays(20), "洪水"));
        var moved = await ReadAsync(db => db.WorkItems.SingleAsync());
        (moved.DueOn, moved.OriginalDueOn, moved.RemindersFromOn, moved.NextReminderOn).ShouldBe((Today.AddDays(20), Today.AddDays(10), Today, Today.AddDays(1)));
        (await ReadAsync(db => db.WorkItemEvents.SingleAsync())).Reason.ShouldBe("洪水");

        await DoAsync("a", new CloseWorkItem("a:1", WorkItemEnd.Waived, "Done", Today, "li"));
        var closed = await ReadAsync(db => db.WorkItems.SingleAsync());
        (closed.Status, closed.Outcome, closed.ClosedOn, closed.ClosedBy, closed.NextReminderOn).ShouldBe((WorkItemStatus.Waived, "Done", Today, "li", null));
    }

    [StoreFact]
    public async Task WorkItem_WithAQuota_KeepsIt()
    {
        await CreateAsync("a");
        await DoAsync("a", AWorkItem("a-1") with { RowOutcomes = ["Selected", "NotSelected"], Quota = new(10, 40, new("100 个的 40%", "40% of 100")) });
        (await ReadAsync(db => db.WorkItems.SingleAsync())).ReadQuota().ShouldBe(new Core.Programmes.Quota(10, 40, new("100 个的 40%", "40% of 100")));
    }

    [StoreFact]
    public async Task Probation_OpenedAndMovedTwiceInOneDecision_StandsWhereItIsLast()
    {
        await CreateAsync("a");
        await DoAsync("a",
            new OpenProbation("a-1", "keep", Title, Today, On(Today.AddDays(15)), On(Today.AddDays(180), provisional: true), 1, "六（二）"),
            new MoveProbation("a-1", ProbationStatus.Rectifying, Today.AddDays(1)), new MoveProbation("a-1", ProbationStatus.RecheckAsked, Today.AddDays(2)));
        var row = await ReadAsync(db => db.Probations.SingleAsync());
        row.Status.ShouldBe(ProbationStatus.RecheckAsked);
        row.StatusOn.ShouldBe(Today.AddDays(2));
        row.KeptUntilOn.ShouldBe(Today.AddDays(180));
        row.Provisional.ShouldBeTrue();
    }

    [StoreFact]
    public async Task Ledger_OpenedAndClosed_CountsItsOpenEntries()
    {
        await CreateAsync("a");
        await DoAsync("a", new OpenLedger("a-1", "problems", Title, "unit", "county", ["设施", "人员"], Today, On(Today.AddDays(30), provisional: true), EvidenceRule.Required, "二（二）"));
        await ChangeAsync(async transaction =>
        {
            foreach (var (number, status) in new[] { (1, LedgerEntryStatus.Closed), (2, LedgerEntryStatus.Submitted), (3, LedgerEntryStatus.Open) })
                transaction.Db.LedgerEntries.Add(new() { Id = $"a-1.{number}", LedgerId = "a-1", Number = number, Area = "设施", Problem = "漏水", Status = status, OpenedOn = Today, EvidenceFromAt = Now });
            await transaction.Db.SaveChangesAsync();
            transaction.FactsFor((await transaction.LoadAsync("a")).ShouldNotBeNull()).OpenEntries("a-1").ShouldBe(2);
        });
        var open = await ReadAsync(db => db.Ledgers.SingleAsync());
        (open.Status, open.UntilOn, open.Provisional, open.Areas, open.Evidence).ShouldBe((LedgerStatus.Open, Today.AddDays(30), true, """["设施","人员"]""", EvidenceRule.Required));

        await DoAsync("a", new CloseLedger("a-1", "Cleared", Today.AddDays(31)));
        var closed = await ReadAsync(db => db.Ledgers.SingleAsync());
        (closed.Status, closed.ClosedOn).ShouldBe((LedgerStatus.Cleared, Today.AddDays(31)));
        (await ReadAsync(db => db.Events.SingleAsync())).Kind.ShouldBe("ledger-opened");
    }

    [StoreFact]
    public async Task Stage_OpenedAndClosed_IsOnTheTimeline()
    {
        await CreateAsync("a");
        await DoAsync("a", new OpenStage("a:s", "stage", Title, Today, null, On(Today.AddDays(30), provisional: true)));
        (await ReadAsync(db => db.Stages.SingleAsync())).Provisional.ShouldBeTrue();
        await DoAsync("a", new CloseStage("a:s", Today.AddDays(1), Cancelled: false));
        var stage = await ReadAsync(db => db.Stages.SingleAsync());
        (stage.Status, stage.ClosedOn, stage.PlannedEndOn).ShouldBe((StageStatus.Closed, Today.AddDays(1), Today.AddDays(30)));
    }

    [StoreFact]
    public async Task MovedBySuspension_DatesAreReplaced_AndTheOriginalStays()
    {
        await CreateAsync("a");
        await DoAsync("a",
            AWorkItem("a:1"), AWorkItem("a:2"), new OpenStage("a:s", "stage", Title, Today, null, On(Today.AddDays(30), provisional: true)),
            new OpenProbation("a-p", "keep", Title, Today, On(Today.AddDays(15)), On(Today.AddDays(180)), 1, null));
        await ChangeAsync(transaction => transaction.Db.WorkItems.Where(row => row.Id == "a:2").ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, WorkItemStatus.Submitted)));
        await using (var transaction = await Store.BeginAsync(Now))
        {
            var instance = (await transaction.LoadAsync("a")).ShouldNotBeNull();
            transaction.FactsFor(instance).DueOn("a:1").ShouldBe(Today.AddDays(10));
            transaction.FactsFor(instance).DueOn("a:3").ShouldBeNull();
            await transaction.WriteAsync([Decided(instance,
                new MoveDue("a:1", On(Today.AddDays(20)), Now.AddDays(20), "防汛", BySuspension: true), new MoveDue("a:2", On(Today.AddDays(20)), Now.AddDays(20), "防汛", BySuspension: true),
                new MoveStage("a:s", On(Today.AddDays(40))), new MoveProbationDates("a-p", Today.AddDays(25), Today.AddDays(190)))]);
            await transaction.CommitAsync();
        }

        var items = await ReadAsync(db => db.WorkItems.OrderBy(row => row.Id).ToListAsync());
        (items[0].DueOn, items[0].OriginalDueOn, items[0].NextReminderOn).ShouldBe((Today.AddDays(20), Today.AddDays(10), Today.AddDays(1)));
        items[1].NextReminderOn.ShouldBeNull("a date that moves does not remind who reviews");
        (await ReadAsync(db => db.WorkItemEvents.Select(row => row.Kind).Distinct().SingleAsync())).ShouldBe(WorkItemEventKind.DatesMoved);
        var stage = await ReadAsync(db => db.Stages.SingleAsync());
        (stage.PlannedEndOn, stage.Provisional).ShouldBe((Today.AddDays(40), false));
        var probation = await ReadAsync(db => db.Probations.SingleAsync());
        (probation.ApplyByOn, probation.KeptUntilOn).ShouldBe((Today.AddDays(25), Today.AddDays(190)));
    }

    [StoreFact]
    public async Task Member_TakenOutOfABatch_LeavesNoGap()
    {
        await LaunchAsync(units: 4, startUnits: false);
        await ChangeAsync(transaction => transaction.Launches.RemoveMemberAsync("p", 1, "u1"));
        await ChangeAsync(transaction => transaction.Launches.RemoveMemberAsync("p", 1, "nobody"));
        (await ReadAsync(db => db.BatchUnits.OrderBy(row => row.Ordinal).Select(row => row.UnitId).ToListAsync())).ShouldBe(["u0", "u2", "u3"]);
        (await ReadAsync(db => db.BatchUnits.OrderBy(row => row.Ordinal).Select(row => row.Ordinal).ToListAsync())).ShouldBe([0, 1, 2]);
    }

    [StoreFact]
    public async Task Launch_Revised_KeepsEveryRevision()
    {
        await LaunchAsync();
        var revision = 0;
        await ChangeAsync(async transaction => revision = await transaction.Launches.ReviseAsync("p", "{\"a\":2}", "li", "更名", Now));
        revision.ShouldBe(2);
        (await ReadAsync(db => db.Programmes.SingleAsync())).LaunchRevision.ShouldBe(2);
        var revisions = await ReadAsync(db => db.LaunchRevisions.OrderBy(row => row.Revision).ToListAsync());
        revisions.Select(row => row.Reason).ShouldBe([null, "更名"]);
        revisions[1].LaunchJson.ShouldBe("{\"a\":2}");
    }

    [StoreFact]
    public async Task NotesTasksAndIncidents_AreRows()
    {
        await CreateAsync("a");
        await DoAsync("a",
            new NoteEvent("batch-finished", "x", Title, Today), new WriteLine("say", "你好"),
            new AskTask(4, "print", new Dictionary<string, object?> { ["copies"] = 2 }), new RaiseIncident("x", "stuck", Title, Now));
        (await ReadAsync(db => db.Events.OrderBy(row => row.Id).Select(row => row.Kind).ToListAsync())).ShouldBe(["batch-finished", "write-line"]);
        (await ReadAsync(db => db.OutsideTasks.SingleAsync())).Payload.ShouldBe("""{"copies":2}""");
        var incident = await ReadAsync(db => db.Incidents.SingleAsync());
        (incident.Code, incident.MessageEn, incident.ResolvedAt).ShouldBe(("stuck", "Self-check", null));
    }

    [StoreFact]
    public async Task Mail_ToRoles_IsRequestedOnceForEach()
    {
        await LaunchAsync(units: 1, mail: "u0@example.org");
        await DoAsync("p.1.u0", new SendMail("m1", "tell", ["unit", "lead", "silent"], "主题", "正文"));
        await DoAsync("p.1.u0", new SendMail("m1", "tell", ["unit"], "主题", "正文"));
        await using var transaction = await Store.BeginAsync(Now);
        var requests = await transaction.TakeMailRequestsAsync(10);
        requests.Select(row => (row.Key, row.ProgrammeId, row.Role, row.UnitId, row.Kind)).ShouldBe(
            [("notify|m1|unit", "p", "unit", "u0", "notify"), ("notify|m1|lead", "p", "lead", "u0", "notify"), ("notify|m1|silent", "p", "silent", "u0", "notify")], ignoreOrder: true);
        requests[0].Payload.ShouldBe("""{"subject":"主题","body":"正文"}""");
    }

    [StoreFact]
    public async Task Results_ALaterFinalOne_TakesThePlaceOfTheEarlier()
    {
        await LaunchAsync(units: 3);
        await DoAsync("p.1.u0", new RecordUnitResult("命名", "A", true, true, Today, null));
        await DoAsync("p.1.u1", new RecordUnitResult("命名", null, true, true, Today, null));
        await DoAsync("p.1.u2", new RecordUnitResult("暂缓", null, false, false, Today, null));
        await DoAsync("p.1.u0", new RecordUnitResult("摘牌", null, true, false, Today, "复查不合格"));
        await using var transaction = await Store.BeginAsync(Now);
        var facts = transaction.FactsFor((await transaction.LoadAsync("p")).ShouldNotBeNull());
        facts.Goal().ShouldBe((1, 3));
        (await transaction.Db.UnitResults.CountAsync()).ShouldBe(4, "what was superseded stays on record");
    }

    [StoreFact]
    public async Task Children_StartedByPages_AreThereOnceWithTheirStart()
    {
        await LaunchAsync(units: 5, startUnits: false);
        await DoAsync(Batch, new Send($"{Batch}.u4", "early", new DispatchNext(1)));
        await DoAsync(Batch, new StartUnitPage(9, "unit", 0, 3));
        (await ReadAsync(db => db.Instances.Where(row => row.Parent == Batch).OrderBy(row => row.Id).Select(row => row.UnitId).ToListAsync())).ShouldBe(["u0", "u1", "u2"]);
        await DoAsync(Batch, new StartUnitPage(9, "unit", 3, 3), new StartUnitPage(9, "unit", 0, 3));
        var children = await ReadAsync(db => db.Instances.Where(row => row.Parent == Batch).OrderBy(row => row.Id).ToListAsync());
        children.Count.ShouldBe(5);
        children.ShouldAllBe(row => row.ParentNode == 9 && row.DefinitionVersion == 1 && row.ProgrammeId == "p" && row.Batch == 1 && row.State == null);
        var sent = await StimuliAsync($"{Batch}.u4");
        sent.Select(row => (row.Kind, row.Parked)).ShouldBe([(nameof(DispatchNext), false), (nameof(Start), false)]);
        await DoAsync($"{Batch}.u4");
        await DoAsync(Batch, new StartUnitPage(9, "unit", 0, 10));
        (await StimuliAsync($"{Batch}.u4")).ShouldBeEmpty("who has begun is not started again");

        await using var transaction = await Store.BeginAsync(Now);
        var facts = transaction.FactsFor((await transaction.LoadAsync(Batch)).ShouldNotBeNull());
        facts.OpenChildren(Batch, 9).ShouldBe(5);
        facts.UnitCount(1).ShouldBe(5);
    }

    [StoreFact]
    public async Task Children_OneThatJoinsLate_ComesLastAndOnce()
    {
        await LaunchAsync(units: 2);
        await DoAsync("p", new AddBatchUnit(1, "u9", "p.0.u9"), new AddBatchUnit(1, "u9", "p.0.u9"));
        var members = await ReadAsync(db => db.BatchUnits.OrderBy(row => row.Ordinal).ToListAsync());
        members.Select(row => (row.UnitId, row.Ordinal, row.FromInstance)).ShouldBe([("u0", 0, null), ("u1", 1, null), ("u9", 2, "p.0.u9")]);
    }

    [StoreFact]
    public async Task Children_Cancelled_AreToldUnlessTheyHaveEnded()
    {
        await LaunchAsync(units: 2);
        await DecideAsync($"{Batch}.u0", state => state.Status = InstanceStatus.Finished, new EndInstance(InstanceSubStatus.Finished, []), new Send(Batch, "end", new ChildFinished(1, $"{Batch}.u0", [], InstanceSubStatus.Finished)));
        (await StimuliAsync(Batch)).Single().Kind.ShouldBe(nameof(ChildFinished));
        await DoAsync($"{Batch}.u1");
        await DoAsync(Batch, new CancelChildren(1, "取消"));
        (await StimuliAsync($"{Batch}.u0")).ShouldBeEmpty();
        (await StimuliAsync($"{Batch}.u1")).Single().Kind.ShouldBe(nameof(Cancel));
    }

    [StoreFact]
    public async Task Child_OfAnUnpublishedDefinition_IsRefused()
    {
        await CreateAsync("a");
        await Should.ThrowAsync<CommandRefusedException>(() => DoAsync("a", new StartChild("a.1", 1, "nowhere", null, null, null, null, null)));
    }

    [StoreFact]
    public async Task Events_ReachThoseWhoWaitForThem()
    {
        foreach (var (id, correlation) in new[] { ("a", "x"), ("b", "y"), ("c", "x") })
        {
            await CreateAsync(id);
            await DecideAsync(id, state => state.CorrelationId = correlation, new AddBookmark(new(1, 1, "hear", BookmarkKind.Event, id == "c" ? "other" : "news", null)));
        }

        await DoAsync("c", new PublishEvent("news", "x", null, false));
        (await StimuliAsync("a")).Single().Kind.ShouldBe(nameof(EventPublished));
        (await StimuliAsync("b")).ShouldBeEmpty();
        await DoAsync("c", new PublishEvent("news", null, null, true));
        (await StimuliAsync("b")).ShouldBeEmpty("a local event stays within its instance");
        await DoAsync("c", new PublishEvent("news", null, null, false));
        (await StimuliAsync("a")).Count.ShouldBe(2);
        (await StimuliAsync("b")).Count.ShouldBe(1);
    }

    [StoreFact]
    public async Task BatchInstance_IsTheFirstOneStartedForTheBatch()
    {
        await LaunchAsync(units: 1);
        await DoAsync(Batch, new StartChild("p.1.x", 5, "unit", 1, null, null, null, null));
        (await ReadAsync(db => db.Batches.SingleAsync(row => row.Number == 1))).InstanceId.ShouldBe(Batch);
        (await ReadAsync(db => db.Programmes.SingleAsync())).ClockId.ShouldBe(ClockRow.RealTime);
    }
}
