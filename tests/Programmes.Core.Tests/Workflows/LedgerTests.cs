using System.Text.Json.Nodes;
using Programmes.Core.Calendars;
using Programmes.Core.Rehearsal;
using Programmes.Core.Workflows;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Workflows;

/// <summary>A station's ledger: open until 15 December 2022.</summary>
public class LedgerTests
{
    private sealed class Entries : IFacts
    {
        public int Open { get; set; }
        public int OpenChildren(string instance, int node) => 0;
        public int UnitCount(int batch) => 0;
        public (int Reached, int Total) Goal() => (0, 0);
        public bool IsSubmitted(string workItem) => false;
        public DateOnly? DueOn(string workItem) => null;
        public int OpenEntries(string ledger) => Open;
    }

    private readonly Entries entries = new();

    private Driven Opened(string connections = "problems:Cleared -> c; problems:Unresolved -> u")
    {
        var ledger = Act("Programmes.Ledger", "problems", ("title", "问题台账"), ("reviewer", "county"), ("areas", new JsonArray("设施", "人员")), ("until", "2022-12-15"), ("clause", "二（二）"));
        var driven = new Driven(Chart(connections, ledger, Line("c"), Line("u")), self => new() { Now = self.Clock, Calendar = WorkingDayCalendar.Official, Facts = entries });
        driven.Clock = ChinaTime.StartOf(Day("2022-11-26")).AddHours(9);
        return driven.Send(new Start());
    }

    private static string Id(Driven driven) => driven.Commands.OfType<OpenLedger>().Single().Id;

    [Fact]
    public void Ledger_IsKeptByTheUnitAndNeedsEvidenceUnlessSaidOtherwise()
    {
        var open = Opened().Commands.OfType<OpenLedger>().Single();
        (open.Role, open.Reviewer, open.Evidence, open.Until.On, open.Clause).ShouldBe(("unit", "county", EvidenceRule.Required, Day("2022-12-15"), "二（二）"));
        open.Areas.ShouldBe(["设施", "人员"]);
    }

    [Fact]
    public void WithoutOpenEntries_AtItsEnd_IsCleared()
    {
        var driven = Opened().FireNext();
        driven.Clock.ShouldBe(ChinaTime.EndOf(Day("2022-12-15")));
        driven.Written.ShouldBe("c");
        driven.Commands.OfType<CloseLedger>().Single().Outcome.ShouldBe("Cleared");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
    }

    [Fact]
    public void AllEntriesClosedBeforeItsEnd_StaysOpen_BecauseMoreMayBeFound()
    {
        var driven = Opened();
        entries.Open = 1;
        driven.Send(new LedgerChanged(Id(driven)));
        entries.Open = 0;
        driven.Send(new LedgerChanged(Id(driven)));
        driven.Written.ShouldBeEmpty();
        driven.FireNext().Written.ShouldBe("c");
    }

    [Fact]
    public void WithOpenEntries_AtItsEnd_FollowsUnresolved_AndIsClearedWithTheLast()
    {
        var driven = Opened();
        entries.Open = 2;
        driven.FireNext();
        driven.Written.ShouldBe("u");
        driven.Commands.OfType<CloseLedger>().ShouldBeEmpty();
        var note = driven.Commands.OfType<NoteEvent>().Single(note => note.Kind == EventKinds.LedgerUnresolved);
        (note.On, note.Title.Zh).ShouldBe((Day("2022-12-15"), "问题台账：2 个问题未销号"));

        entries.Open = 1;
        driven.Send(new LedgerChanged(Id(driven)));
        driven.State.Status.ShouldBe(InstanceStatus.Running);
        entries.Open = 0;
        driven.Send(new LedgerChanged(Id(driven)));
        driven.Written.ShouldBe("u c");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
        driven.Send(new LedgerChanged(Id(driven))).Commands.OfType<CloseLedger>().Count().ShouldBe(1, "firing twice is harmless");
    }

    [Fact]
    public void Cancelled_ClosesWithIt()
    {
        var driven = Opened();
        entries.Open = 1;
        driven.Send(new Cancel("撤销"));
        driven.Commands.OfType<CloseLedger>().Single().Outcome.ShouldBe("Cancelled");
        driven.State.Bookmarks.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(BehaviourPolicy.OnTime, null, "2022-12-16")]
    [InlineData(BehaviourPolicy.FailFirst, "2022-12-15", "2022-12-22")]
    [InlineData(BehaviourPolicy.Late, "2022-12-15", "2022-12-22")]
    public void Rehearsed_OneEntryIsClosedInTimeOrFiveWorkingDaysLate(BehaviourPolicy policy, string? unresolved, string closed)
    {
        var json = ChartJson("start -> problems", Act("Start", "start"), Act("Programmes.Ledger", "problems", ("title", "问题台账"), ("role", "bureau"), ("until", "2022-12-15")));
        json["definitionId"] = "check";
        var launch = Programmes.LaunchFiles.Small();
        launch["startsOn"] = "2022-11-26";
        launch["batches"] = new JsonArray();
        launch.Remove("businessClose");
        var report = Core.Rehearsal.Rehearsal.Run(Programmes.LaunchFiles.Read(launch).Launch!, new([Read(json)]), WorkingDayCalendar.Official, new(policy));

        var events = report.Events.Where(what => what.Kind.StartsWith("ledger-", StringComparison.Ordinal)).ToList();
        events[0].Kind.ShouldBe(EventKinds.LedgerOpened);
        events[0].DueOn.ShouldBe(Day("2022-12-15"));
        events.FirstOrDefault(what => what.Kind == EventKinds.LedgerUnresolved)?.On.ShouldBe(Day(unresolved!));
        (events.Any(what => what.Kind == EventKinds.LedgerUnresolved)).ShouldBe(unresolved is not null);
        events[^1].Kind.ShouldBe(EventKinds.LedgerClosed);
        events[^1].On.ShouldBe(Day(closed));
        report.Summary.FinishedOn.ShouldNotBeNull();
    }
}
