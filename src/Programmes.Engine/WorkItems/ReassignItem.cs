using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage.Mail;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.WorkItems;

/// <summary>
/// The leading office gives an open work item to another office of the programme, or to the unit that it concerns (改派). What was
/// filled in and handed in stays with it; whoever gets it signs for it anew, and is told on the next working morning.
/// </summary>
public sealed class ReassignItem(PersonDoor doors)
{
    /// <param name="to">A role of the launch's offices, or <c>unit</c>.</param>
    /// <exception cref="RefusedException">It is over, or cannot go there; the words say why.</exception>
    public async Task ReassignAsync(Person person, string workItem, string to, string reason, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(new("请写明改派理由", "Give the reason"));
        if (reason.Trim().Length > ReviewItem.ReasonLengthMax) throw new RefusedException(new($"理由最长 {ReviewItem.ReasonLengthMax} 字", $"A reason has at most {ReviewItem.ReasonLengthMax} characters"));
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, person, cancellationToken).ConfigureAwait(false);
        session.MustBeOpen();
        var item = session.Item;
        if (item.ProgrammeId is not { } programme) throw RefusedException.NotFound("此任务所属的专项工作", "The work item's programme");
        var offices = await session.Door.Db.Offices.AsNoTracking().Where(row => row.ProgrammeId == programme).ToDictionaryAsync(row => row.Role, row => row.Name, cancellationToken).ConfigureAwait(false);
        if (Reassignments.Refuse(new(item.Role, item.Reviewer, item.UnitId, item.Status == WorkItemStatus.Submitted, item.Units is not null), to, offices) is { } refused) throw new RefusedException(refused);
        var from = item.Role;
        item.Role = to;
        if (item.Status == WorkItemStatus.Signed) item.Status = WorkItemStatus.Open;
        item.RearmAnew(session.Door.Today);
        session.Note(WorkItemEventKind.Reassigned, reason.Trim(), JsonSerializer.Serialize(new { from, to }, JsonSerializerOptions.Web));
        session.Door.Audit("work-item.role-changed", item.Id, $"{from} → {to}");
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
