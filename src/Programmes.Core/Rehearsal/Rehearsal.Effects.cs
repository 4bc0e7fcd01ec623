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
                Note(closed.End == WorkItemEnd.Cancelled ? EventKinds.WorkCancelled : EventKinds.WorkCompleted, actor, item.Item.Activity, item.Item.Title);
                break;
            case OpenNotice notice:
                CheckNotice(actor, notice);
                world.OpenRows(actor.Id, actor.Batch ?? 0, notice.Id, notice.Activity, notice.Units);
                Note(EventKinds.NoticeOpened, actor, notice.Activity, notice.Title, notice.Closes.IsProvisional, notice.Closes.Why);
                break;
            case CloseNotice closed:
                var step = world.Steps[closed.Id].Step.Step;
                Note(EventKinds.NoticeClosed, actor, step, Text.Same(actor.Definition.Find(step)?.DisplayText ?? step), on: closed.On);
                foreach (var _ in world.CloseRows(closed.Id, Activities.PublicNoticeBehaviour.NoObjection, closed.On)) { }
                foreach (var row in world.Steps[closed.Id].Rows.Values) row.Delivered = false;
                break;
            case DeliverRows delivery:
                foreach (var (unit, result) in world.CloseRows(delivery.Subject, null, delivery.On).ToArray())
                    stimuli.Enqueue(($"{actor.Id}.{unit}", new BatchStepDecided(delivery.Activity, result) { NominalAt = now }));
                break;
            case RecordUnitResult result:
                world.Record(actor.Unit!, result);
                Note(EventKinds.Result, actor, null, new(result.Grade is null ? result.Result : $"{result.Result}（{result.Grade}）", result.Grade is null ? result.Result : $"{result.Result} ({result.Grade})"), on: result.On);
                break;
            case OpenStage stage:
                if (actor.Batch is { } opened && batchDates.GetValueOrDefault(opened).Started is null) batchDates[opened] = (stage.OpenedOn, null);
                CheckStage(actor, stage);
                Note(EventKinds.StageOpened, actor, stage.Activity, stage.Title, stage.PlannedStart?.IsProvisional ?? false, stage.PlannedStart?.Why);
                stageTitles[stage.Id] = (stage.Activity, stage.Title);
                break;
            case CloseStage stage when stageTitles.Remove(stage.Id, out var title):
                _ = openStageEnds.Remove(stage.Id);
                Note(EventKinds.StageClosed, actor, title.Activity, title.Title);
                break;
            case SendMail mail:
                foreach (var role in mail.Roles) Mail(AddressOf(role, actor), direct: true);
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
                if (!world.Members[joined.Batch].Exists(member => member.Unit == joined.Unit)) world.Members[joined.Batch].Add((joined.Unit, joined.FromInstance));
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
                Report(Problem.Error(incident.Code, incident.Message, null, incident.Activity) with { On = ChinaTime.DateOf(now), Batch = actor.Batch });
                break;
            case EndInstance:
                world.Ended(actor);
                break;
        }
    }

    private readonly Dictionary<string, (string Activity, Text Title)> stageTitles = new(StringComparer.Ordinal);

    private void StartOne(Actor actor, StartChild child)
    {
        if (definitions.Find(child.DefinitionId) is { } definition) Add(New(child.Id, definition, actor, child.Node, child.Batch, child.Unit, child.FromInstance), child.Input);
        else Missing(actor, child.DefinitionId);
    }

    private void Missing(Actor actor, string definitionId) =>
        Report(Problem.Error("definition-missing", new($"没有流程定义“{definitionId}”", $"There is no definition \"{definitionId}\"")) with { Batch = actor.Batch });

    private static Actor New(string id, WorkflowDefinition definition, Actor parent, int node, int? batch, string? unit, string? from) => new()
    {
        Id = id, Definition = definition, State = Interpreter.NewInstance(id), Batch = batch, Unit = unit, Parent = parent.Id, ParentNode = node, FromInstance = from,
    };

    private void OpenItem(Actor actor, OpenWorkItem item)
    {
        var open = new OpenItem(actor, item);
        world.Items[item.Id] = open;
        if (item.Units is not null) world.OpenRows(actor.Id, actor.Batch ?? 0, item.Id, item.Activity, item.Units);
        Note(EventKinds.WorkOpened, actor, item.Activity, item.Title, item.Due?.IsProvisional ?? false);
        if (item.Due is { } due)
        {
            if (due.IsProvisional) provisionalDates++;
            CheckDue(actor, item, due);
            At(ChinaTime.StartOf(due.On), Due.DueDay, item.Id);
            At(item.DueAt!.Value, Due.Overdue, item.Id);
            RemindNext(open);
        }

        At(people.DoneAt(item, now), Due.Done, item.Id);
    }

    private void CompleteItem(OpenItem open)
    {
        var item = open.Item;
        if (item.Units is not null)
            foreach (var (unit, row) in world.Steps[item.Id].Rows)
                if (row.Status == StepRowStatus.Open)
                {
                    var carriedOver = world.Actors.GetValueOrDefault($"{open.Owner.Id}.{unit}")?.FromInstance is not null;
                    row.Status = StepRowStatus.Decided;
                    row.Result = new(people.RowOutcome(item, unit, carriedOver), people.Grade(launch, unit), null, ChinaTime.DateOf(now));
                }

        Decide(open.Owner, new WorkItemClosed(item.Id, people.Outcome(item, open.Owner)));
    }

    private void RemindNext(OpenItem open)
    {
        var policy = open.Item.Reminders is { Length: > 0 } own ? Policy(own) : reminders;
        if (policy.Next(open.Item.OpenedOn, open.Due!.On, open.RemindedOn, calendar) is { } next) At(ChinaTime.StartOf(next.On) + Morning, Due.Remind, open.Item.Id);
    }

    private readonly Dictionary<string, ReminderPolicy> policies = new(StringComparer.Ordinal);

    private ReminderPolicy Policy(string text) => policies.TryGetValue(text, out var known) ? known : policies[text] = ReminderPolicy.Parse(text);

    private void Remind(OpenItem open)
    {
        open.RemindedOn = ChinaTime.DateOf(now);
        Note(EventKinds.Reminder, open.Owner, open.Item.Activity, open.Item.Title, open.Due!.IsProvisional, open.Due.Why);
        Mail(AddressOf(open.Item.Role, open.Owner), direct: false);
        RemindNext(open);
    }

    private (string? Mail, string Name) AddressOf(string role, Actor actor)
    {
        if (role == "unit" && actor.Unit is { } id) return (units[id].Mail, units[id].Name);
        return launch.Offices.TryGetValue(role, out var office) ? (office.Mail, office.Name) : (null, role);
    }

    private void Mail((string? Mail, string Name) to, bool direct)
    {
        if (to.Mail is null || !direct && !digests.Add((to.Mail, ChinaTime.DateOf(now)))) return;
        mailed[to.Mail] = (to.Name, mailed.GetValueOrDefault(to.Mail).Mails + 1);
        if (direct) directMails++;
        else digestMails++;
    }
}
