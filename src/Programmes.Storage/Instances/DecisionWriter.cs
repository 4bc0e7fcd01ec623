using Programmes.Core;
using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Core.Workflows;
using Programmes.Storage.Databases;
using Programmes.Storage.Notices;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;
using Sql = Programmes.Storage.Instances.InstanceStatements;

namespace Programmes.Storage.Instances;

/// <summary>
/// Turns the decisions of a page into rows: first everything that is one row for one command, gathered by statement and
/// written in a few round trips; then, in their order, the few commands that concern many rows; then what is sent.
/// </summary>
internal sealed class DecisionWriter(StoreTransaction transaction)
{
    /// <summary>In the order of writing: a row is inserted before a later command of the same decision closes it.</summary>
    private static readonly BulkStatement[] Order =
    [
        Sql.TakeStimulus, Sql.RemoveBookmark, Sql.AddBookmark, Sql.Execution, Sql.EndExecution, Sql.Create,
        Sql.OpenStep, Sql.OpenWorkItem, Sql.MoveDue, Sql.CloseWorkItem, Sql.WorkItemEvent, Sql.OpenProbation, Sql.MoveProbation, Sql.MoveProbationDates,
        Sql.OpenLedger, Sql.CloseLedger, Sql.OpenStage, Sql.MoveStage, Sql.CloseStage,
        Sql.OpenNotice, Sql.EndNotice, Sql.CloseStep, Sql.SupersedeResult, Sql.Result, Sql.Event, Sql.Incident, Sql.OutsideTask, Sql.Mail, Sql.EndProgramme, Sql.Release,
    ];

    private readonly Dictionary<BulkStatement, BulkRows> bulk = [];
    private readonly Dictionary<(string Instance, int Execution), object?[]> newExecutions = [];
    private readonly Dictionary<string, object?[]> probationMoves = new(StringComparer.Ordinal);
    private readonly List<(DecidedInstance Decision, Command Command, int Index)> sets = [];
    private readonly BulkRows sends = new(Sql.Send);
    private readonly DefinitionPins pins = new(transaction);

    public async Task WriteAsync(IReadOnlyList<DecidedInstance> decisions, CancellationToken cancellationToken)
    {
        if (decisions.Count == 0) return;
        var updates = Updates(decisions);
        foreach (var decision in decisions)
        {
            foreach (var stimulus in decision.Consumed) Add(Sql.TakeStimulus, stimulus.Id);
            AddBookmarks(decision);
            for (var i = 0; i < decision.Commands.Count; i++)
                await AddAsync(decision, decision.Commands[i], i, cancellationToken).ConfigureAwait(false);
        }

        var writes = new List<BulkRows> { updates };
        writes.AddRange(transaction.TakeAppended());
        foreach (var statement in Order)
            if (bulk.TryGetValue(statement, out var rows)) writes.Add(rows);
        if (sets.Count == 0 && sends.Rows.Count > 0) writes.Add(sends);
        var written = await transaction.WriteRowsAsync(writes, cancellationToken).ConfigureAwait(false);
        if (written[0] != updates.Rows.Count) throw new InstanceChangedException(await FindChangedAsync(updates, cancellationToken).ConfigureAwait(false));
        if (sets.Count == 0) return;

        var setWriter = new SetWriter(transaction, pins);
        foreach (var (decision, command, index) in sets)
            await setWriter.WriteAsync(decision, command, index, cancellationToken).ConfigureAwait(false);
        if (sends.Rows.Count > 0) await transaction.WriteRowsAsync([sends], cancellationToken).ConfigureAwait(false);
    }

    private static BulkRows Updates(IReadOnlyList<DecidedInstance> decisions)
    {
        var rows = new BulkRows(Sql.Update);
        foreach (var decision in decisions)
        {
            var (before, after, _) = decision;
            rows.Add(before.Id, before.Version, InstanceJson.Write(before.Id, after), after.Status.ToString(), after.SubStatus.ToString(),
                after.Name, after.CorrelationId, after.Status == InstanceStatus.Finished ? null : Instants.ToMicroseconds(after.WakeAt),
                after.Status == InstanceStatus.Finished ? Instants.ToMicroseconds(decision.At) : null);
        }

        return rows;
    }

    /// <summary>Rare, so that it may cost a question for each: whose row is not the one just written?</summary>
    private async Task<string> FindChangedAsync(BulkRows updates, CancellationToken cancellationToken)
    {
        foreach (var row in updates.Rows)
        {
            var ours = await transaction.ScalarAsync<int>("SELECT COUNT(*) FROM instances WHERE id = @id AND version = @version AND state = @state", cancellationToken,
                ("@id", row[0]), ("@version", (int)row[1]! + 1), ("@state", row[2])).ConfigureAwait(false);
            if (ours == 0) return (string)row[0]!;
        }

        return (string)updates.Rows[0][0]!;
    }

    /// <summary>A bookmark that was set and burnt within one page never becomes a row.</summary>
    private void AddBookmarks(DecidedInstance decision)
    {
        Dictionary<int, Bookmark>? added = null;
        foreach (var command in decision.Commands)
        {
            if (command is AddBookmark add) (added ??= [])[add.Bookmark.Id] = add.Bookmark;
            else if (command is RemoveBookmark remove && added?.Remove(remove.Bookmark) is not true) Add(Sql.RemoveBookmark, decision.Before.Id, remove.Bookmark);
        }

        if (added is null) return;
        foreach (var bookmark in added.Values)
            Add(Sql.AddBookmark, decision.Before.Id, bookmark.Id, bookmark.Node, bookmark.Activity, bookmark.Kind.ToString(), bookmark.Key, Instants.ToMicroseconds(bookmark.DueAt));
    }

    /// <summary>The exhaustive switch: a command that it does not know is refused, never forgotten.</summary>
    private async ValueTask AddAsync(DecidedInstance decision, Command command, int index, CancellationToken cancellationToken)
    {
        var from = decision.Before;
        switch (command)
        {
            case AddBookmark or RemoveBookmark:
                // Bookmarks were gathered before.
                break;
            case EndInstance end:
                // How an instance ended is in its state and row; the programme's own takes the programme with it.
                if (from.Id == from.Programme && end.SubStatus == InstanceSubStatus.Finished)
                    Add(Sql.EndProgramme, from.Id, nameof(ProgrammeStatus.Finished), Instants.ToMicroseconds(decision.At));
                break;
            case RecordActivity record:
                AddExecution(from.Id, record);
                break;
            case EndActivity end:
                AddEnd(from.Id, end);
                break;
            case OpenWorkItem open:
                AddWorkItem(decision, open, index);
                break;
            case CloseWorkItem close:
                Add(Sql.CloseWorkItem, close.Id, close.End.ToString(), close.Outcome, Instants.ToText(close.On), close.Actor);
                if (from is { Batch: not null, Unit: null }) Add(Sql.CloseStep, close.Id, Instants.ToText(close.On));
                break;
            case MoveDue move:
                AddMove(decision, move);
                break;
            case OpenProbation open:
                Add(Sql.OpenProbation, open.Id, from.Id, from.Programme, from.Batch, from.Unit, open.Activity, open.Title.Zh, open.Title.En, Instants.ToText(open.From),
                    Instants.ToText(open.ApplyBy.On), Instants.ToText(open.KeptUntil.On), InstanceJson.Why(open.KeptUntil), open.KeptUntil.IsProvisional,
                    open.RechecksMax, open.Clause, nameof(ProbationStatus.Notified), Instants.ToText(open.From));
                AddEvent(decision, EventKinds.ProbationOpened, open.Activity, open.Title, open.From);
                break;
            case MoveProbation move:
                AddProbationMove(move);
                break;
            case OpenLedger open:
                Add(Sql.OpenLedger, open.Id, from.Id, from.Programme, from.Batch, from.Unit, open.Activity, open.Title.Zh, open.Title.En, open.Role, open.Reviewer,
                    InstanceJson.Values(open.Areas), open.Evidence.ToString(), open.Clause, Instants.ToText(open.OpenedOn), Instants.ToText(open.Until.On),
                    InstanceJson.Why(open.Until), open.Until.IsProvisional, nameof(LedgerStatus.Open), 0, 0);
                AddEvent(decision, EventKinds.LedgerOpened, open.Activity, open.Title, open.OpenedOn);
                break;
            case CloseLedger close:
                Add(Sql.CloseLedger, close.Id, close.Outcome == nameof(LedgerStatus.Cancelled) ? nameof(LedgerStatus.Cancelled) : nameof(LedgerStatus.Cleared), Instants.ToText(close.On));
                break;
            case OpenStage open:
                Add(Sql.OpenStage, open.Id, from.Id, from.Programme, from.Batch, from.Unit, open.Activity, open.Title.Zh, open.Title.En,
                    Instants.ToText(open.OpenedOn), Instants.ToText(open.PlannedStart?.On), Instants.ToText(open.PlannedEnd?.On),
                    InstanceJson.Why(open.PlannedEnd), open.PlannedEnd?.IsProvisional ?? false, nameof(StageStatus.Open), 0);
                break;
            case MoveStage move:
                Add(Sql.MoveStage, move.Id, Instants.ToText(move.PlannedEnd.On), InstanceJson.Why(move.PlannedEnd), move.PlannedEnd.IsProvisional);
                break;
            case MoveProbationDates move:
                Add(Sql.MoveProbationDates, move.Id, Instants.ToText(move.ApplyByOn), Instants.ToText(move.KeptUntilOn));
                break;
            case CloseStage close:
                Add(Sql.CloseStage, close.Id, close.Cancelled ? nameof(StageStatus.Cancelled) : nameof(StageStatus.Closed), Instants.ToText(close.On));
                break;
            case OpenNotice open:
                AddNotice(decision, open, index);
                break;
            case DrawUnits draw:
                if (from.Programme is null || from.Batch is null || from.Unit is not null) throw new CommandRefusedException(from.Id, draw, "only a batch of a programme has units to draw.");
                AddStep(decision, draw.Id, draw.Activity, BatchRows.DrawnBy(draw.Activity), draw, index);
                break;
            case CloseNotice close:
                AddNoticeEnd(decision, close.Id, NoticeStatus.Closed, close.On, null, close, index);
                break;
            case WithdrawNotice withdraw:
                AddNoticeEnd(decision, withdraw.Id, NoticeStatus.Withdrawn, withdraw.On, withdraw.Reason, withdraw, index);
                break;
            case RecordUnitResult result:
                AddResult(decision, result);
                break;
            case NoteEvent note:
                AddEvent(decision, note.Kind, note.Activity, note.Title, note.On);
                break;
            case WriteLine line:
                AddEvent(decision, "write-line", line.Activity, Text.Same(line.Text), Core.Calendars.ChinaTime.DateOf(decision.At));
                break;
            case RaiseIncident incident:
                Add(Sql.Incident, from.Id, from.Programme, incident.Activity, incident.Code, incident.Message.Zh, incident.Message.En, Instants.ToMicroseconds(incident.At));
                break;
            case AskTask ask:
                Add(Sql.OutsideTask, from.Id, ask.Bookmark, ask.TaskName, ask.Payload is null ? null : InstanceJson.Values(ask.Payload),
                    nameof(OutsideTaskStatus.Open), Instants.ToMicroseconds(decision.At));
                break;
            case SendMail mail:
                if (from.Programme is null) throw new CommandRefusedException(from.Id, mail, "only a programme has offices and units to write to.");
                foreach (var role in mail.Roles)
                    Add(Sql.Mail, $"notify|{mail.Id}|{role}", from.Programme, from.Unit, role, "notify", InstanceJson.Values(new { mail.Subject, mail.Body }), Instants.ToMicroseconds(transaction.Now));
                break;
            case Send send:
                AddSend(decision, from.Id, send.Target, send.Key, send.Stimulus);
                break;
            case StartChild start:
                await AddChildAsync(decision, start, index, cancellationToken).ConfigureAwait(false);
                break;
            case StartUnitPage or AddBatchUnit or CancelChildren or PublishEvent or DeliverRows:
                sets.Add((decision, command, index));
                break;
            default:
                throw new CommandRefusedException(from.Id, command, "this program does not know it.");
        }
    }

    private void AddExecution(string instance, RecordActivity record)
    {
        var over = record.Status != ActivityStatus.Running;
        object?[] row =
        [
            instance, record.Execution, record.Activity, record.Type, record.Status.ToString(), record.Outcome,
            Instants.ToMicroseconds(record.At), Instants.ToMicroseconds(record.NominalAt),
            over ? Instants.ToMicroseconds(record.At) : null, over ? Instants.ToMicroseconds(record.NominalAt) : null,
            record.Actor, over ? record.Actor : null,
        ];
        Add(Sql.Execution, row);
        if (!over) newExecutions[(instance, record.Execution)] = row;
    }

    private void AddEnd(string instance, EndActivity end)
    {
        if (!newExecutions.TryGetValue((instance, end.Execution), out var row))
        {
            Add(Sql.EndExecution, instance, end.Execution, end.Status.ToString(), end.Outcome,
                Instants.ToMicroseconds(end.At), Instants.ToMicroseconds(end.NominalAt), end.Actor);
            return;
        }

        // Begun and ended in one page: one row, written once.
        (row[4], row[5], row[8], row[9], row[11]) =
            (end.Status.ToString(), end.Outcome, Instants.ToMicroseconds(end.At), Instants.ToMicroseconds(end.NominalAt), end.Actor);
    }

    private void AddWorkItem(DecidedInstance decision, OpenWorkItem open, int index)
    {
        var from = decision.Before;
        var due = Instants.ToText(open.Due?.On);
        Add(Sql.OpenWorkItem, open.Id, from.Id, from.Programme, from.Batch, from.Unit, open.Activity, open.Title.Zh, open.Title.En,
            open.Instructions, open.Role, open.Reviewer, Instants.ToText(open.OpenedOn), due, due, Instants.ToMicroseconds(open.DueAt),
            open.Due?.IsProvisional ?? false, InstanceJson.Why(open.Due), open.Form, open.Evidence.ToString(), InstanceJson.Values(open.Outcomes),
            open.Clause, open.Units?.ToString(), open.RowOutcomes is null ? null : InstanceJson.Values(open.RowOutcomes), open.Quota is null ? null : InstanceJson.Values(open.Quota), open.Paper?.ToJson(), nameof(WorkItemStatus.Open), false, Instants.ToText(open.OpenedOn), FirstReminder(decision, open.Id), open.Reminders, 0, 0);
        if (open.Units is { } units) AddStep(decision, open.Id, open.Activity, units, open, index);
    }

    private void AddMove(DecidedInstance decision, MoveDue move)
    {
        var today = Core.Calendars.ChinaTime.DateOf(decision.At);
        Add(Sql.MoveDue, move.Id, Instants.ToText(move.Due.On), Instants.ToMicroseconds(move.DueAt), move.Due.IsProvisional,
            InstanceJson.Why(move.Due), Instants.ToText(today), Instants.ToText(today.AddDays(1)));
        Add(Sql.WorkItemEvent, move.Id, move.BySuspension ? nameof(WorkItemEventKind.DatesMoved) : nameof(WorkItemEventKind.ExtensionGranted), Instants.ToMicroseconds(decision.At), move.Reason,
            InstanceJson.Values(new { dueOn = Instants.ToText(move.Due.On) }));
    }

    private static string? FirstReminder(DecidedInstance decision, string workItem) =>
        decision.FirstReminders.TryGetValue(workItem, out var on) ? Instants.ToText(on) : null;

    private void AddNotice(DecidedInstance decision, OpenNotice open, int index)
    {
        var from = decision.Before;
        Add(Sql.OpenNotice, open.Id, from.Id, from.Programme, from.Batch, from.Unit, open.Activity, open.Title.Zh, open.Title.En, open.Role,
            open.Content, Instants.ToText(open.PublishedOn), Instants.ToText(open.Closes.On), InstanceJson.Why(open.Closes), open.Closes.IsProvisional,
            open.WorkingDays, Instants.ToText(open.MustCloseBy?.On), open.Units.ToString(), open.Clause, nameof(NoticeStatus.Open), open.Replaces, open.Reason, 0);
        AddStep(decision, open.Id, open.Activity, open.Units, open, index);
    }

    private void AddStep(DecidedInstance decision, string subject, string activity, UnitSelection units, Command command, int index)
    {
        var from = decision.Before;
        // A notice of one unit's own workflow has no batch whose units it could list.
        if (from.Programme is null || from.Batch is null || from.Unit is not null) return;
        Add(Sql.OpenStep, subject, from.Id, from.Programme, from.Batch, activity, units.Step, units.Outcome, false, false);
        sets.Add((decision, command, index));
    }

    /// <summary>Of several moves within a page the last one holds.</summary>
    private void AddProbationMove(MoveProbation move)
    {
        if (probationMoves.TryGetValue(move.Id, out var row)) (row[1], row[2]) = (move.Status.ToString(), Instants.ToText(move.On));
        else Add(Sql.MoveProbation, probationMoves[move.Id] = [move.Id, move.Status.ToString(), Instants.ToText(move.On)]);
    }

    private void AddNoticeEnd(DecidedInstance decision, string id, NoticeStatus status, DateOnly on, string? reason, Command command, int index)
    {
        Add(Sql.EndNotice, id, status.ToString(), Instants.ToText(on), reason);
        Add(Sql.CloseStep, id, Instants.ToText(on));
        sets.Add((decision, command, index));
    }

    private void AddResult(DecidedInstance decision, RecordUnitResult result)
    {
        var from = decision.Before;
        if (from.Programme is null || from.Unit is null) throw new CommandRefusedException(from.Id, result, "only a unit of a programme has results.");
        // A later final result, such as a naming withdrawn at a re-check, takes the place of the earlier one; both stay on record.
        if (result.Final) Add(Sql.SupersedeResult, from.Programme, from.Unit);
        Add(Sql.Result, from.Programme, from.Batch, from.Unit, from.Id, result.Result, result.Grade, result.Final, result.Achieved,
            Instants.ToText(result.On), result.Reason, false, Instants.ToMicroseconds(decision.At));
    }

    private void AddEvent(DecidedInstance decision, string kind, string? activity, Text title, DateOnly on)
    {
        var from = decision.Before;
        Add(Sql.Event, from.Programme, from.Batch, from.Unit, from.Id, kind, activity, title.Zh, title.En, Instants.ToText(on), Instants.ToMicroseconds(decision.At));
    }

    private async ValueTask AddChildAsync(DecidedInstance decision, StartChild start, int index, CancellationToken cancellationToken)
    {
        var from = decision.Before;
        var version = await pins.VersionAsync(from.Programme, start.DefinitionId, cancellationToken).ConfigureAwait(false)
            ?? throw new CommandRefusedException(from.Id, start, $"the definition {start.DefinitionId} is not published.");
        Add(Sql.Create, start.Id, from.Programme, from.ClockId, start.Batch, start.Unit, from.Id, start.Node, start.FromInstance, start.DefinitionId,
            version, null, start.CorrelationId, nameof(InstanceStatus.Running), nameof(InstanceSubStatus.Pending), 0, false, Instants.ToMicroseconds(decision.At));
        Add(Sql.Release, start.Id);
        AddSend(decision, from.Id, start.Id, $"start:{start.Id}", new Start(start.Input));
        if (start is { Batch: not null, Unit: null }) sets.Add((decision, start, index));
    }

    private void AddSend(DecidedInstance decision, string sender, string target, string key, Stimulus stimulus) =>
        sends.Add(sender, key, target, decision.Before.ClockId, Instants.ToMicroseconds(stimulus.NominalAt ?? decision.NominalAt),
            StimulusJson.KindOf(stimulus), StimulusJson.Serialize(stimulus), Instants.ToMicroseconds(decision.At), sends.Rows.Count);

    private void Add(BulkStatement statement, params object?[] row)
    {
        if (!bulk.TryGetValue(statement, out var rows)) bulk.Add(statement, rows = new(statement));
        rows.Rows.Add(row);
    }
}
