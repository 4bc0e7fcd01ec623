using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Reminders;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Programmes;

/// <summary>The reminder policy of a running programme changes, for all steps or for one; open work follows it from the next morning on.</summary>
public sealed class ChangeReminders(PersonDoor doors, DefinitionLibrary library)
{
    private static readonly Text Shape = new("启动文件 reminders、stepReminders：提醒规则", "the launch's reminders and stepReminders");

    /// <param name="step">The id of a step that is work; null: the policy of all steps that have none of their own.</param>
    /// <param name="policy">Null or empty: none of the launch's own any more; the step's, or the product's, holds again.</param>
    /// <exception cref="RefusedException">The policy cannot be read, the programme has no such step, or nothing would change.</exception>
    public async Task<ChangeOutcome> RunAsync(Person person, string programme, string? step, string? policy, string reason, string? document = null, CancellationToken cancellationToken = default)
    {
        await using var operation = await ProgrammeOperation.OpenAsync(doors, library, programme, person, "programme.reminders-changed", reason, document, evenSuspended: true, cancellationToken).ConfigureAwait(false);
        var (launch, wanted) = (operation.Launch, string.IsNullOrWhiteSpace(policy) ? null : policy.Trim());
        if (wanted is not null && !ReminderPolicy.TryParse(wanted, out _, out var error, out var position))
            throw await operation.RefuseAsync(new($"提醒规则第 {position + 1} 个字符处有误：{error.Zh}", $"The reminder policy is wrong at character {position + 1}: {error.En}"), Shape, cancellationToken).ConfigureAwait(false);
        if (step is not null) await MustBeStepAsync(operation, step, cancellationToken).ConfigureAwait(false);
        var before = step is null ? launch.Reminders : launch.StepReminders.GetValueOrDefault(step);
        if (before == wanted)
            throw await operation.RefuseAsync(new("提醒规则没有变化", "The reminder policy stays the same"), Shape, cancellationToken).ConfigureAwait(false);

        var steps = new Dictionary<string, string>(launch.StepReminders, StringComparer.Ordinal);
        if (step is not null && wanted is null) steps.Remove(step);
        else if (step is not null) steps[step] = wanted!;
        await operation.ReviseAsync(step is null ? launch with { Reminders = wanted } : launch with { StepReminders = steps }, cancellationToken).ConfigureAwait(false);
        // The next morning looks at it by the new policy; the days from which dates hold stay.
        var tomorrow = operation.Session.Today.AddDays(1);
        var open = operation.Db.WorkItems.Where(row => row.ProgrammeId == programme && row.ClosedOn == null && row.Status != WorkItemStatus.Submitted && (step == null || row.Activity == step));
        var count = await open.ExecuteUpdateAsync(set => set.SetProperty(row => row.NextReminderOn, (DateOnly?)tomorrow), cancellationToken).ConfigureAwait(false);
        return await operation.CommitAsync(
            ProgrammeChangeKind.RemindersChanged, step, new("调整提醒规则", "Reminder policy changed"), new { step, from = before, to = wanted, openWork = count }, [], null, null, cancellationToken).ConfigureAwait(false);
    }

    private async Task MustBeStepAsync(ProgrammeOperation operation, string step, CancellationToken cancellationToken)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pinned in await operation.Db.ProgrammeDefinitions.AsNoTracking().Where(row => row.ProgrammeId == operation.Id).ToListAsync(cancellationToken).ConfigureAwait(false))
            foreach (var activity in (await library.DefinitionAsync(pinned.DefinitionId, pinned.Version, cancellationToken).ConfigureAwait(false)).Activities.Values)
                if (activity.Descriptor.FindInput("reminders") is not null) known.Add(activity.Id);
        if (known.Contains(step)) return;
        var hint = Spelling.Hint(step, known);
        throw await operation.RefuseAsync(new($"没有步骤“{step}”，或它不是任务{hint.Zh}", $"There is no step \"{step}\", or it is no work{hint.En}"), Shape, cancellationToken).ConfigureAwait(false);
    }
}
