using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Core.Reminders;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Storage.Mail;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.WorkItems;

/// <summary>What the reviewer and the leading office do: return, complete, waive, grant an extension, urge.</summary>
public sealed class ReviewItem(PersonDoor doors, DefinitionLibrary library)
{
    /// <summary>Longest reason, in characters.</summary>
    public const int ReasonLengthMax = 1_000;

    public async Task ReturnAsync(Person person, string workItem, string reason, CancellationToken cancellationToken = default)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, person, cancellationToken).ConfigureAwait(false);
        MustReviewSubmitted(session);
        session.Item.Status = WorkItemStatus.Returned;
        session.Note(WorkItemEventKind.Returned, Required(reason));
        session.Item.RearmTold(session.Door.Today);
        await TellReturnedAsync(session, reason, cancellationToken).ConfigureAwait(false);
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task TellReturnedAsync(WorkItemSession session, string reason, CancellationToken cancellationToken)
    {
        var (item, door) = (session.Item, session.Door);
        if (item.ProgrammeId is not { } programme) return;
        var launch = await library.LaunchAsync(programme, door.Instance.LaunchRevision, cancellationToken).ConfigureAwait(false);
        var round = 1 + await door.Db.WorkItemEvents.CountAsync(row => row.WorkItemId == item.Id && row.Kind == WorkItemEventKind.Returned, cancellationToken).ConfigureAwait(false);
        var mail = new ReturnedMail(
            MailRequests.ToWhoever, item.Id, round, new(item.TitleZh, item.TitleEn), launch.Name, item.UnitId is { } unit ? launch.FindUnit(unit)?.Name ?? unit : null, item.Clause,
            launch.Offices.TryGetValue(item.Reviewer!, out var office) ? office.Name : item.Reviewer!, door.Today, reason.Trim(), item.DueOn, $"/work/{Uri.EscapeDataString(item.Id)}");
        door.Db.MailRequests.Add(MailRequests.Of($"returned|{item.Id}|{round}", programme, item.Role, item.UnitId, MailModel.Returned, mail, door.Transaction.Now, item.Id));
    }

    /// <param name="outcome">Null: the first of the item's outcomes.</param>
    public async Task CompleteAsync(Person person, string workItem, string? outcome = null, string? comment = null, CancellationToken cancellationToken = default)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, person, cancellationToken).ConfigureAwait(false);
        MustReviewSubmitted(session);
        var chosen = WorkOnItem.OutcomeOf(session.Item, outcome);
        session.Note(WorkItemEventKind.Completed, comment);
        await session.Door.DecideAsync(new WorkItemClosed(workItem, chosen, Values: session.Item.FormValues), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The leading office waives a duty; the workflow goes on as if it had been done.</summary>
    public async Task WaiveAsync(Person person, string workItem, string reason, CancellationToken cancellationToken = default)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, person, cancellationToken).ConfigureAwait(false);
        session.MustBeOpen();
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (session.Item.Units is not null && await session.Door.Db.StepRows.AnyAsync(row => row.SubjectId == workItem && row.Status == Core.Programmes.StepRowStatus.Open, cancellationToken).ConfigureAwait(false))
            throw new RefusedException(new("逐单位评定的任务不能免办，请先完成评定", "A step that judges units cannot be waived while units are undecided"));
        session.Note(WorkItemEventKind.Waived, Required(reason));
        await session.Door.DecideAsync(new WorkItemClosed(workItem, WorkOnItem.OutcomeOf(session.Item, null), Waived: true), cancellationToken).ConfigureAwait(false);
    }

    public async Task AskExtensionAsync(Person person, string workItem, DateOnly until, string reason, CancellationToken cancellationToken = default)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, person, cancellationToken).ConfigureAwait(false);
        session.MustBeOpen();
        var item = session.Item;
        if (!WorkItemRights.MayFile(person, item)) throw RefusedException.Forbidden();
        if (item.DueOn is not { } due) throw new RefusedException(new("此任务没有期限，无须延期", "This work item has no due date"));
        CheckNewDue(until, due);
        if (await session.Door.Db.Extensions.AnyAsync(row => row.WorkItemId == workItem && row.Status == ExtensionStatus.Asked, cancellationToken).ConfigureAwait(false))
            throw new RefusedException(new("已有一份延期申请待答复", "An extension is asked for already"));
        session.Door.Db.Extensions.Add(new() { WorkItemId = workItem, FromOn = due, AskedOn = session.Door.Today, AskedUntilOn = until, Reason = Required(reason), AskedBy = person.Name });
        session.Note(WorkItemEventKind.ExtensionAsked, reason, $"{{\"until\":\"{until:yyyy-MM-dd}\"}}");
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Answers the extension that was asked for, or grants one unasked; the original date stays on record.</summary>
    /// <param name="until">Null: refused.</param>
    public async Task AnswerExtensionAsync(Person person, string workItem, DateOnly? until, string answer, CancellationToken cancellationToken = default)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, person, cancellationToken).ConfigureAwait(false);
        session.MustBeOpen();
        var item = session.Item;
        if (!person.CanManage && !WorkItemRights.MayReview(person, item)) throw RefusedException.Forbidden();
        if (item.DueOn is not { } due) throw new RefusedException(new("此任务没有期限，无须延期", "This work item has no due date"));
        var asked = await session.Door.Db.Extensions.FirstOrDefaultAsync(row => row.WorkItemId == workItem && row.Status == ExtensionStatus.Asked, cancellationToken).ConfigureAwait(false);
        if (asked is null && until is null) throw new RefusedException(new("没有待答复的延期申请", "No extension was asked for"));
        if (asked is not null)
        {
            asked.Status = until is null ? ExtensionStatus.Refused : ExtensionStatus.Granted;
            asked.GrantedUntilOn = until;
            asked.DecidedOn = session.Door.Today;
            asked.DecidedBy = person.Name;
            asked.Answer = answer;
        }

        if (until is not { } granted)
        {
            session.Note(WorkItemEventKind.ExtensionRefused, Required(answer));
            await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        CheckNewDue(granted, due);
        session.Door.Audit("work-item.ExtensionGranted", workItem, $"{due:yyyy-MM-dd} → {granted:yyyy-MM-dd}");
        await session.Door.DecideAsync(new DueMoved(workItem, granted, Required(answer)), cancellationToken).ConfigureAwait(false);
    }

    private static void CheckNewDue(DateOnly until, DateOnly due)
    {
        if (until <= due) throw new RefusedException(new($"延期日期应晚于现期限 {due:yyyy-MM-dd}", $"The new date must be later than {due:yyyy-MM-dd}"));
        if (until > WorkingDayCalendar.MaxDate.AddYears(-1) || until > due.AddYears(5)) throw new RefusedException(new("延期最长五年", "An extension is five years at most"));
    }

    private static void MustReviewSubmitted(WorkItemSession session)
    {
        session.MustBeOpen();
        if (!WorkItemRights.MayReview(session.Door.Person, session.Item)) throw RefusedException.Forbidden();
        if (session.Item.Status != WorkItemStatus.Submitted) throw new RefusedException(new("此任务尚未提交，无可审核", "It is not submitted yet"));
    }

    private static string Required(string reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(new("请写明理由", "Give a reason"));
        return reason.Length <= ReasonLengthMax ? reason.Trim() : throw new RefusedException(new($"理由最长 {ReasonLengthMax} 字", $"A reason has at most {ReasonLengthMax} characters"));
    }
}
