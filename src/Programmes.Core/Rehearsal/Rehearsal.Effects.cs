using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Core.Workflows;

namespace Programmes.Core.Rehearsal;

/// <summary>What decisions write, in the rehearsal's tables; what people and the mail do in answer.</summary>
public sealed partial class Rehearsal
{
    private void Apply(Actor actor, Command command)
    {
        switch (command)
        {
            case AddBookmark { Bookmark: { DueAt: { } due } bookmark }:
                At(due, Due.Timer, actor.Id, bookmark.Id);
                break;
            case OpenWorkItem item:
                OpenItem(actor, item);
                break;
            case CloseWorkItem closed when world.Items.Remove(closed.Id, out var item):
                if (closed.End == WorkItemEnd.Cancelled) dues.Remove(closed.Id);
                Note(closed.End == WorkItemEnd.Cancelled ? EventKinds.WorkCancelled : EventKinds.WorkCompleted, actor, item.Item.Activity, item.Item.Title);
                break;
            case MoveDue moved when world.Items.TryGetValue(moved.Id, out var item):
                item.Due = moved.Due;
                At(moved.DueAt, Due.Overdue, moved.Id);
                break;
            case MoveStage or MoveProbationDates:
                // Nobody suspends a rehearsal; the days are only shown.
                break;
            case OpenNotice notice:
                CheckNotice(actor, notice);
                world.OpenRows(actor, new(notice.Id, notice.Activity, notice.Units, false), notice.Title, null);
                Note(EventKinds.NoticeOpened, actor, notice.Activity, notice.Title, notice.Closes.IsProvisional, notice.Closes.Why, due: notice.Closes.On);
                break;
            case CloseNotice closed:
                Note(EventKinds.NoticeClosed, actor, world.Steps[closed.Id].Step.Step, world.Steps[closed.Id].Title, on: closed.On);
                world.CloseRows(closed.Id, Activities.PublicNoticeBehaviour.NoObjection, closed.On);
                break;
            case WithdrawNotice withdrawn when world.Steps.TryGetValue(withdrawn.Id, out var gone):
                world.CloseRows(withdrawn.Id, null, withdrawn.On);
                gone.Rows.Clear();
                Note(EventKinds.NoticeWithdrawn, actor, gone.Step.Step, gone.Title);
                break;
            case DrawUnits draw:
                var (candidates, drawn) = world.Draw(actor, draw);
                Note(EventKinds.UnitsDrawn, actor, draw.Activity, Sampling.Words(draw.Title, candidates, drawn, draw.Seed), on: draw.On);
                break;
            case DeliverRows delivery:
                world.CloseRows(delivery.Subject, null, delivery.On);
                Deliver(actor, delivery.Subject);
                break;
            case RecordUnitResult when actor.Unit is null:
                Report(actor, Problem.Error("no-unit", new("只有参与单位的流程才能记录结论", "Only a unit's workflow can record a result")));
                break;
            case RecordUnitResult result:
                world.Record(actor.Unit!, result);
                Note(EventKinds.Result, actor, null, new(result.Grade is null ? result.Result : $"{result.Result}（{result.Grade}）", result.Grade is null ? result.Result : $"{result.Result} ({result.Grade})"), on: result.On);
                break;
            case OpenProbation probation:
                probations[probation.Id] = probation;
                Note(EventKinds.ProbationOpened, actor, probation.Activity, probation.Title, probation.KeptUntil.IsProvisional, probation.KeptUntil.Why, due: probation.KeptUntil.On);
                break;
            case MoveProbation { Status: ProbationStatus.Passed or ProbationStatus.Failed or ProbationStatus.NotApplied } ended when probations.Remove(ended.Id, out var kept):
                Note(EventKinds.ProbationEnded, actor, kept.Activity, ProbationWords.Ended(kept.Title, ended.Status));
                break;
            case OpenLedger ledger:
                if (ledger.Until.IsProvisional) provisionalDates++;
                Note(EventKinds.LedgerOpened, actor, ledger.Activity, ledger.Title, ledger.Until.IsProvisional, ledger.Until.Why, due: ledger.Until.On);
                world.OpenLedgers[ledger.Id] = actor;
                At(people.ClosedAt(ledger, now), Due.Entry, ledger.Id);
                break;
            case CloseLedger closed:
                world.OpenLedgers.Remove(closed.Id);
                break;
            case OpenStage stage:
                CheckStage(actor, stage);
                Note(EventKinds.StageOpened, actor, stage.Activity, stage.Title, stage.PlannedStart?.IsProvisional ?? false, stage.PlannedStart?.Why);
                stageTitles[stage.Id] = (stage.Activity, stage.Title);
                break;
            case CloseStage stage when stageTitles.Remove(stage.Id, out var title):
                openStageEnds.Remove((actor.Id, title.Activity));
                Note(EventKinds.StageClosed, actor, title.Activity, title.Title);
                break;
            case SendMail mail:
                foreach (var role in mail.Roles) Notify(actor, role, mail);
                Note(EventKinds.Mail, actor, mail.Activity, Text.Same(mail.Subject));
                break;
            case Send send:
                stimuli.Enqueue((send.Target, send.Stimulus));
                break;
            case StartChild child:
                StartOne(actor, child);
                break;
            case StartUnitPage page:
                if (definitions.Find(page.DefinitionId) is not { } unitDefinition) Missing(actor, page.DefinitionId);
                else
                    foreach (var (unit, from) in world.Members[actor.Batch!.Value].GetRange(page.FromOrdinal, page.CountMax))
                        Add(New($"{actor.Id}.{unit}", unitDefinition, actor, page.Node, actor.Batch, unit, from), null);
                break;
            case AddBatchUnit joined:
                if (world.Members[joined.Batch].Exists(member => member.Unit == joined.Unit)) break;
                world.Members[joined.Batch].Add((joined.Unit, joined.FromInstance));
                foreach (var change in BatchRows.OnJoining([.. world.StepsOf(actor.Id).Select(step => step.Step)]))
                    world.Steps[change.Subject].Rows.TryAdd(joined.Unit, new() { Status = change.Status });
                foreach (var draw in world.StepsOf(actor.Id).Where(step => BatchRows.IsDraw(step.Step)))
                {
                    var none = new BatchOutcome(Sampling.NotDrawn, null, null, ChinaTime.DateOf(now));
                    draw.Rows[joined.Unit] = new() { Status = StepRowStatus.Decided, Result = none, Delivered = true };
                    stimuli.Enqueue(($"{actor.Id}.{joined.Unit}", new BatchStepDecided(draw.Step.Step, none) { NominalAt = now }));
                }

                break;
            case CancelChildren cancelled:
                foreach (var child in world.Actors.Values.Where(child => child.Parent == actor.Id && child.ParentNode == cancelled.Node && child.State.Status == InstanceStatus.Running))
                    stimuli.Enqueue((child.Id, new Cancel(cancelled.Reason)));
                break;
            case PublishEvent published:
                foreach (var target in published.LocalOnly ? [actor] : world.Actors.Values.Where(other => other.State.Bookmarks.Exists(bookmark => bookmark.Kind == BookmarkKind.Event && bookmark.Key == published.Name)).ToArray())
                    stimuli.Enqueue((target.Id, new EventPublished(published.Name, published.CorrelationId, published.Payload) { NominalAt = now }));
                break;
            case NoteEvent note:
                if (note.Kind == EventKinds.BatchFinished) batchDates[actor.Batch!.Value] = (batchDates.GetValueOrDefault(actor.Batch.Value).Started, note.On);
                if (note.Kind == EventKinds.ProgrammeFinished) finishedOn = note.On;
                Note(note.Kind, actor, note.Activity, note.Title, on: note.On);
                break;
            case RaiseIncident incident:
                Note(EventKinds.Incident, actor, incident.Activity, incident.Message);
                Report(actor, Problem.Error(incident.Code, incident.Message, null, incident.Activity), ChinaTime.DateOf(now));
                break;
            case EndInstance:
                world.Ended(actor);
                break;
        }
    }

    private readonly Dictionary<string, OpenProbation> probations = new(StringComparer.Ordinal);

    private readonly Dictionary<string, (string Activity, Text Title)> stageTitles = new(StringComparer.Ordinal);

    private void StartOne(Actor actor, StartChild child)
    {
        if (definitions.Find(child.DefinitionId) is { } definition) Add(New(child.Id, definition, actor, child.Node, child.Batch, child.Unit, child.FromInstance), child.Input);
        else Missing(actor, child.DefinitionId);
    }

    private void Missing(Actor actor, string definitionId) =>
        Report(actor, Problem.Error("definition-missing", new($"没有流程定义“{definitionId}”", $"There is no definition \"{definitionId}\""), null, null, definitionId));

    private static Actor New(string id, WorkflowDefinition definition, Actor parent, int node, int? batch, string? unit, string? from) => new()
    {
        Id = id, Definition = definition, State = Interpreter.NewInstance(id), Batch = batch, Unit = unit, Parent = parent.Id, ParentNode = node, FromInstance = from,
    };

    private void OpenItem(Actor actor, OpenWorkItem item)
    {
        var open = new OpenItem(actor, item);
        world.Items[item.Id] = open;
        if (item.Units is not null) world.OpenRows(actor, new(item.Id, item.Activity, item.Units, false), item.Title, item);
        Note(EventKinds.WorkOpened, open);
        if (item.Due is { } due)
        {
            if (due.IsProvisional) provisionalDates++;
            CheckDue(actor, item, due);
            dues[item.Id] = open;
            At(ChinaTime.StartOf(due.On), Due.DueDay, item.Id);
            At(item.DueAt!.Value, Due.Overdue, item.Id);
        }

        if (ReminderPlan.First(PolicyOf(open), now, item.Due?.On, calendar) is { } first) RemindOn(first, item.Id);

        At(people.DoneAt(item, now), Due.Done, item.Id);
    }

    private void CompleteItem(OpenItem open)
    {
        var item = open.Item;
        if (item.Units is not null)
            foreach (var (unit, row) in world.Steps[item.Id].Rows)
                if (row.Status == StepRowStatus.Open) (row.Status, row.Result) = (StepRowStatus.Decided, Judge(open.Owner, item, unit));

        // The paper that it takes goes to each of its recipients as a mail of its own; nobody has written it yet.
        if (item.Paper is { } paper)
            foreach (var role in paper.To.Concat(paper.Cc))
                foreach (var unit in role == Roles.AllUnits ? launch.Units.Select(unit => (string?)unit.Id) : [open.Owner.Unit])
                    foreach (var to in directory.Reach(role == Roles.AllUnits ? Roles.Unit : role, unit, MailOccasion.Ordinary, ChinaTime.DateOf(now))) Count(to, direct: true);
        Decide(open.Owner, new WorkItemClosed(item.Id, people.Outcome(item, open.Owner)));
    }

    /// <summary>Tells the units what a step decided about them, and takes them into the steps that waited for it.</summary>
    private void Deliver(Actor actor, string subject)
    {
        // Bounded: a row is told once, and each turn tells the rows of one more step.
        var open = new Queue<string>([subject]);
        while (open.TryDequeue(out var next))
        {
            var step = world.Steps[next].Step.Step;
            foreach (var (unit, result) in world.TakeDecided(next))
            {
                stimuli.Enqueue(($"{actor.Id}.{unit}", new BatchStepDecided(step, result) { NominalAt = now }));
                foreach (var late in TakeIn(actor, unit, step, result.Outcome)) open.Enqueue(late);
            }
        }
    }

    /// <summary>The unit's rows that waited for this decision open or drop out; a step that has closed meanwhile decides about it at once.</summary>
    private IEnumerable<string> TakeIn(Actor actor, string unit, string step, string outcome)
    {
        var steps = world.StepsOf(actor.Id);
        if (!steps.Exists(other => other.Rows.GetValueOrDefault(unit)?.Status == StepRowStatus.Waiting)) yield break;
        var rows = steps.Where(other => other.Rows.ContainsKey(unit)).ToDictionary(other => other.Step.Subject, other => other.Rows[unit].Status);
        foreach (var change in BatchRows.AfterDecision(step, outcome, [.. steps.Select(other => other.Step)], rows))
        {
            var changed = world.Steps[change.Subject];
            var row = changed.Rows[unit] = new() { Status = change.Status };
            if (!change.Late || change.Status != StepRowStatus.Open) continue;
            row.Status = StepRowStatus.Decided;
            row.Result = changed.Item is { } item ? Judge(actor, item, unit) : new(Activities.PublicNoticeBehaviour.NoObjection, null, null, ChinaTime.DateOf(now));
            yield return change.Subject;
        }
    }

    private BatchOutcome Judge(Actor batch, OpenWorkItem item, string unit)
    {
        var carriedOver = world.Actors.GetValueOrDefault($"{batch.Id}.{unit}")?.FromInstance is not null;
        var outcome = people.RowOutcome(item, unit, carriedOver);
        var (here, elsewhere) = item.Quota is null ? default : world.Selected(item);
        if (outcome == Quota.Selected && item.Quota?.Refuse(here, elsewhere) is not null) outcome = Quota.NotSelected;
        return new(outcome, people.Grade(launch, unit), null, ChinaTime.DateOf(now));
    }

    private ReminderPolicy PolicyOf(OpenItem open) =>
        ReminderPolicies.TextOf(open.Item.Reminders, open.Item.Activity, launch) is { } text ? Policy(text, open.Owner, open.Item.Activity) : ReminderPolicy.Default;

    private readonly Dictionary<string, ReminderPolicy> policies = new(StringComparer.Ordinal);

    private ReminderPolicy Policy(string text, Actor actor, string activity)
    {
        if (policies.TryGetValue(text, out var known)) return known;
        if (!ReminderPolicy.TryParse(text, out var policy, out var error, out _))
            Report(actor, Problem.Error("reminders", new($"提醒规则“{text}”：{error.Zh}", $"The reminder policy \"{text}\": {error.En}"), null, activity, "reminders"));
        return policies[text] = policy ?? ReminderPolicy.Default;
    }

    private void RemindOn(DateOnly on, string item) => At(ChinaTime.StartOf(on) + ReminderPlan.Morning, Due.Remind, item);

    private void Remind(OpenItem open)
    {
        var (item, today, due) = (open.Item, ChinaTime.DateOf(now), open.Due?.On);
        var policy = PolicyOf(open);
        var current = ReminderPlan.Current(policy, item.OpenedOn, due, today, calendar);
        Note(EventKinds.Reminder, open);
        Gather(item.Role, current?.Kind == ReminderKind.Overdue ? MailOccasion.Pressing : MailOccasion.Ordinary, forSupervision: false);
        foreach (var above in directory.Above(item.Role, open.Owner.Unit, current?.Escalation ?? Escalation.None)) Gather(above, MailOccasion.Pressing, forSupervision: true);
        open.Reminders++;
        if (ReminderPlan.Next(policy, item.OpenedOn, due, today, calendar) is { } next) RemindOn(next, item.Id);

        void Gather(string role, MailOccasion occasion, bool forSupervision)
        {
            var told = new DigestItem(
                item.Id, item.Title, launch.Name, open.Owner.Unit is { } unit ? units[unit].Name : null, item.Clause, due, open.Due?.Why ?? [],
                open.Reminders == 0, $"/work/{Uri.EscapeDataString(item.Id)}", forSupervision);
            foreach (var to in directory.Reach(role, open.Owner.Unit, occasion, today))
            {
                if (!morning.TryGetValue(to.Address, out var gathered)) morning[to.Address] = gathered = (to, []);
                gathered.Items.Add(told);
            }
        }
    }

    /// <summary>The digests of the morning that is over: one an address.</summary>
    private void SendMorning()
    {
        foreach (var (to, items) in morning.Values)
        {
            Count(to, direct: false);
            if (to.Address.Length > 0 && options.MailListener is { } listener && Digest.Compose(to, ChinaTime.DateOf(now), items, calendar, "/work") is { } digest) listener(new(now, digest, null));
        }

        morning.Clear();
    }

    /// <summary>A notice waits for its morning, with others for the same address.</summary>
    private void Notify(Actor actor, string role, SendMail mail)
    {
        var at = ReminderPlan.Civil(now, calendar);
        foreach (var to in directory.Reach(role, actor.Unit, MailOccasion.Ordinary, ChinaTime.DateOf(at)))
        {
            if (!notices.TryGetValue(at, out var addresses)) notices[at] = addresses = new(StringComparer.OrdinalIgnoreCase);
            if (!addresses.TryGetValue(to.Address, out var waiting)) addresses[to.Address] = waiting = [];
            waiting.Add(new(to, $"{mail.Id}.{role}", launch.Name, actor.Unit is { } unit ? units[unit].Name : null, ChinaTime.DateOf(at), mail.Subject, mail.Body, $"/programmes/{Uri.EscapeDataString(launch.Id)}"));
        }
    }

    /// <param name="until">Exclusive.</param>
    private void SendNotices(DateTimeOffset until)
    {
        while (notices.Count > 0 && notices.First() is var (at, addresses) && at < until)
        {
            foreach (var waiting in addresses.Values)
                foreach (var notice in waiting.Count >= NoticeBundle.From ? [NoticeBundle.Of(waiting)] : waiting)
                {
                    Count(notice.To, direct: true);
                    if (notice.To.Address.Length > 0) options.MailListener?.Invoke(new(at, null, notice));
                }

            notices.Remove(at);
        }
    }

    private void Count(Addressee to, bool direct)
    {
        if (to.Address.Length == 0) return;
        mailed[to.Address] = (to.Name, mailed.GetValueOrDefault(to.Address).Mails + 1);
        if (direct) directMails++;
        else digestMails++;
    }
}
