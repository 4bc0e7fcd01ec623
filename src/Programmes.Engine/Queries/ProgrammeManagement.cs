using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Engine.Queries;

/// <param name="OpenWork">Work items that are taken back when the unit leaves.</param>
/// <param name="OpenEntries">Problems of its ledgers that are not closed.</param>
public sealed record ManagedUnit(string Id, string Name, string? Superior, int? Batch, int OpenWork, int OpenEntries);

/// <param name="OpenWork">Work that it owes or reviews, which goes with the duty.</param>
/// <param name="Before">Offices that held the duty before, the latest last.</param>
public sealed record ManagedOffice(string Role, string Name, string? Mail, int OpenWork, IReadOnlyList<DutyHolder> Before);

/// <param name="Amended">The launch's own policy for the step; null: none.</param>
/// <param name="InForce">In words.</param>
public sealed record ManagedStep(string Id, Text Title, string? Amended, Text InForce);

/// <param name="Policy">The launch's own for all steps; null: none.</param>
/// <param name="InForce">In words, for steps that have none of their own.</param>
public sealed record ManagedReminders(string? Policy, Text InForce, IReadOnlyList<ManagedStep> Steps);

/// <param name="Before">The next reminder as it is; null: none any more.</param>
public sealed record MovedReminder(Text Title, string? Unit, DateOnly Due, DateOnly? Before, DateOnly? After);

/// <param name="Words">The policy in the canonical spelling.</param>
/// <param name="Open">Open work that follows it.</param>
/// <param name="Examples">The first of it, with its next reminders.</param>
public sealed record ReminderChangePreview(Text Words, int Open, IReadOnlyList<MovedReminder> Examples);

/// <summary>What the leading office looks at before it changes a running programme.</summary>
public sealed class ProgrammeManagement(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks, DefinitionLibrary library, ProgrammeHistory history, CalendarSource calendars)
{
    public const int PageSize = 20;
    private const int ExamplesMax = 8;

    /// <summary>Units that take part, in the order of the launch.</summary>
    /// <param name="name">Part of a unit's name, or its id.</param>
    /// <exception cref="RefusedException">The person does not manage.</exception>
    public async Task<Paged<ManagedUnit>> UnitsAsync(Person person, string programme, string? name, int page, CancellationToken cancellationToken = default)
    {
        MustManage(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var sought = name?.Trim();
        return await (from unit in db.Units.AsNoTracking()
                      where unit.ProgrammeId == programme && unit.LeftOn == null && (string.IsNullOrEmpty(sought) || unit.Name.Contains(sought) || unit.UnitId == sought)
                      orderby unit.Ordinal
                      select new ManagedUnit(
                          unit.UnitId, unit.Name, db.Offices.Where(office => office.ProgrammeId == programme && office.Role == unit.Superior).Select(office => office.Name).FirstOrDefault(),
                          db.BatchUnits.Where(member => member.ProgrammeId == programme && member.UnitId == unit.UnitId).Max(member => (int?)member.Batch),
                          db.WorkItems.Count(item => item.ProgrammeId == programme && item.UnitId == unit.UnitId && item.ClosedOn == null),
                          db.LedgerEntries.Count(entry => entry.ProgrammeId == programme && entry.UnitId == unit.UnitId && entry.ClosedOn == null)))
            .PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>By name, with who held the duty before.</summary>
    /// <inheritdoc cref="UnitsAsync" path="/exception"/>
    public async Task<IReadOnlyList<ManagedOffice>> OfficesAsync(Person person, string programme, CancellationToken cancellationToken = default)
    {
        MustManage(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == programme).OrderBy(row => row.Name).ThenBy(row => row.Role).ToListAsync(cancellationToken).ConfigureAwait(false);
        var owed = await db.WorkItems.Where(row => row.ProgrammeId == programme && row.ClosedOn == null).GroupBy(row => row.Role).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken).ConfigureAwait(false);
        var reviewed = await db.WorkItems.Where(row => row.ProgrammeId == programme && row.ClosedOn == null && row.Reviewer != null).GroupBy(row => row.Reviewer!).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken).ConfigureAwait(false);
        var before = (await history.HoldersAsync(person, programme, cancellationToken).ConfigureAwait(false)).Where(holder => holder.Until is not null).ToLookup(holder => holder.Role);
        return [.. rows.Select(row => new ManagedOffice(row.Role, row.Name, row.Mail, owed.GetValueOrDefault(row.Role) + reviewed.GetValueOrDefault(row.Role), [.. before[row.Role]]))];
    }

    /// <summary>The policies in force; null: there is no such programme.</summary>
    /// <inheritdoc cref="UnitsAsync" path="/exception"/>
    public async Task<ManagedReminders?> RemindersAsync(Person person, string programme, CancellationToken cancellationToken = default)
    {
        MustManage(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await LaunchAsync(db, programme, cancellationToken).ConfigureAwait(false) is not { } launch) return null;
        var steps = new Dictionary<string, ManagedStep>(StringComparer.Ordinal);
        foreach (var pin in await db.ProgrammeDefinitions.AsNoTracking().Where(row => row.ProgrammeId == programme).OrderBy(row => row.DefinitionId).ToListAsync(cancellationToken).ConfigureAwait(false))
            foreach (var activity in (await library.DefinitionAsync(pin.DefinitionId, pin.Version, cancellationToken).ConfigureAwait(false)).Activities.Values)
                if (activity.Descriptor.FindInput("reminders") is not null)
                    steps.TryAdd(activity.Id, new(activity.Id, ProgrammeShape.TitleOf(activity), launch.StepReminders.GetValueOrDefault(activity.Id), ReminderPolicies.Of(ProgrammeShape.Literal(activity, "reminders"), activity.Id, launch).Words));
        return new(launch.Reminders, ReminderPolicies.Of(null, null, launch).Words, [.. steps.Values]);
    }

    /// <summary>What a policy would change for the work that is open.</summary>
    /// <param name="step">Null: for all steps that have none of their own.</param>
    /// <param name="policy">Null or empty: the launch's own goes, and the step's or the product's holds again.</param>
    /// <exception cref="RefusedException">The person does not manage, there is no such programme, or the policy cannot be read.</exception>
    public async Task<ReminderChangePreview> PreviewAsync(Person person, string programme, string? step, string? policy, CancellationToken cancellationToken = default)
    {
        MustManage(person);
        var wanted = string.IsNullOrWhiteSpace(policy) ? null : policy.Trim();
        if (wanted is not null && !ReminderPolicy.TryParse(wanted, out _, out var error, out var position))
            throw new RefusedException(new($"提醒规则第 {position + 1} 个字符处有误：{error.Zh}", $"The reminder policy is wrong at character {position + 1}: {error.En}"));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var launch = await LaunchAsync(db, programme, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此专项工作", "The programme");
        var steps = launch.StepReminders.Where(one => one.Key != step).ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal);
        if (step is not null && wanted is not null) steps[step] = wanted;
        var changed = step is null ? launch with { Reminders = wanted } : launch with { StepReminders = steps };
        var today = (await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false)).Today(programme);
        var amended = launch.StepReminders.Keys.ToList();
        var open = db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == programme && row.ClosedOn == null && row.Status != Storage.WorkItems.WorkItemStatus.Submitted
            && (step == null ? (row.Reminders == null || row.Reminders == "") && !amended.Contains(row.Activity) : row.Activity == step));
        var rows = await open.Where(row => row.DueOn != null).OrderBy(row => row.DueOn).ThenBy(row => row.Id).Take(ExamplesMax)
            .Select(row => new { row.TitleZh, row.TitleEn, row.Activity, row.Reminders, row.DueOn, row.OpenedOn, row.RemindersFromOn, Unit = db.Units.Where(unit => unit.ProgrammeId == programme && unit.UnitId == row.UnitId).Select(unit => unit.Name).FirstOrDefault() })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return new(
            ReminderPolicies.Of(null, step, changed).Words, await open.CountAsync(cancellationToken).ConfigureAwait(false),
            [.. rows.Select(row => new MovedReminder(
                new(row.TitleZh, row.TitleEn), row.Unit, row.DueOn!.Value, Next(launch, row.Reminders, row.Activity, row.RemindersFromOn ?? row.OpenedOn, row.DueOn.Value), Next(changed, row.Reminders, row.Activity, row.RemindersFromOn ?? row.OpenedOn, row.DueOn.Value)))]);

        DateOnly? Next(Launch of, string? own, string activity, DateOnly from, DateOnly due) =>
            due > WorkingDayCalendar.MaxDate || from < WorkingDayCalendar.MinDate ? null : ReminderPolicies.Of(own, activity, of).Next(from, due, today, calendars.Current)?.On;
    }

    private async Task<Launch?> LaunchAsync(ProgrammesDb db, string programme, CancellationToken cancellationToken)
    {
        var revision = await db.Programmes.Where(row => row.Id == programme).Select(row => (int?)row.LaunchRevision).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return revision is { } known ? await library.LaunchAsync(programme, known, cancellationToken).ConfigureAwait(false) : null;
    }

    private static void MustManage(Person person)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
    }
}
