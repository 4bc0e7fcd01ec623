using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage.Instances;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.WorkItems;

/// <summary>A work item under its instance's lock, with the question answered who may do what to it.</summary>
internal sealed class WorkItemSession(DoorSession door, WorkItemRow item) : IAsyncDisposable
{
    public DoorSession Door { get; } = door;
    public WorkItemRow Item { get; } = item;

    /// <exception cref="RefusedException">There is no such work item, or the person may not know of it.</exception>
    public static async Task<WorkItemSession> OpenAsync(PersonDoor doors, string workItem, Person person, CancellationToken cancellationToken)
    {
        var door = await doors.TryOpenAsync(InstanceKey.OfWorkItem(workItem), person, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此任务", "The work item");
        try
        {
            var item = await door.Db.WorkItems.SingleAsync(row => row.Id == workItem, cancellationToken).ConfigureAwait(false);
            if (!WorkItemRights.MaySee(person, item)) throw RefusedException.Forbidden();
            return new(door, item);
        }
        catch
        {
            await door.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Note(WorkItemEventKind kind, string? reason = null, string? details = null)
    {
        Door.Transaction.Append(new WorkItemEventRow { WorkItemId = Item.Id, Kind = kind, At = Door.Now, Actor = Door.Person.Name, Reason = reason, Details = details });
        Door.Audit($"work-item.{kind}", Item.Id, reason);
    }

    /// <exception cref="RefusedException">It is over.</exception>
    public void MustBeOpen()
    {
        if (Item.Status is WorkItemStatus.Completed or WorkItemStatus.Waived or WorkItemStatus.Cancelled)
            throw new RefusedException(new("此任务已办结或取消，不能再改动", "This work item is closed and can no longer be changed"));
        if (Item.Suspended) throw new RefusedException(new("此任务已中止，恢复后方可办理", "This work item is suspended; it can be worked on once it is released"));
    }

    /// <summary>Where the rule stands that a refusal about this item names.</summary>
    public static Core.Text SourceOf(WorkItemRow item) => item.Clause is { } clause
        ? new($"方案{clause}，“{item.TitleZh}”", $"paragraph {clause} of the plan, \"{item.TitleEn}\"")
        : new($"“{item.TitleZh}”", $"\"{item.TitleEn}\"");

    public ValueTask DisposeAsync() => Door.DisposeAsync();
}

/// <summary>Who may do what to a work item.</summary>
public static class WorkItemRights
{
    /// <summary>By the person's own places: enough to act. What is below its offices and in its scopes is only read, by the rule of the queries.</summary>
    public static bool MaySee(Person person, WorkItemRow item) =>
        person.CanSeeAll || person.Knows(item.Role, item.ProgrammeId, item.UnitId) || item.Reviewer is not null && person.Knows(item.Reviewer, item.ProgrammeId, null);

    /// <summary>The role that owes it; the leading office files for it, recorded as such.</summary>
    public static bool MayFile(Person person, WorkItemRow item) => person.CanManage || person.Holds(item.Role, item.ProgrammeId, item.UnitId);

    public static bool MayReview(Person person, WorkItemRow item) =>
        item.Reviewer is not null && (person.CanManage || person.Holds(item.Reviewer, item.ProgrammeId, null));
}
