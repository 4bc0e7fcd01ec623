using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage.Instances;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Launching;

/// <summary>What becomes of a plan whose dates lie in the past.</summary>
public enum LaunchMode
{
    /// <summary>As the plan says; refused when it began before today.</summary>
    AsPlanned,

    /// <summary>On a demonstration clock of its own, which begins on the plan's first day and is moved by hand.</summary>
    Demonstration,

    /// <summary>All dates moved by whole weeks, so that the plan begins today or within a week.</summary>
    Shifted,

    /// <summary>Past steps are recorded as done with their dates and no mails; the programme goes on from today.</summary>
    Backfilled,
}

/// <param name="Launch">Null when the file cannot be read.</param>
/// <param name="Rehearsal">Null when there is nothing to play.</param>
public sealed record LaunchPreview(Launch? Launch, IReadOnlyList<Problem> Problems, RehearsalReport? Rehearsal)
{
    public bool HasErrors => Problems.Any(problem => problem.Severity == ProblemSeverity.Error);
    public bool HasWarnings => Problems.Any(problem => problem.Severity == ProblemSeverity.Warning);
}

/// <summary>Not launched: all problems in one report.</summary>
#pragma warning disable CA1032 // It is never thrown without its problems.
public sealed class LaunchRefusedException(IReadOnlyList<Problem> problems) : Exception($"The launch has {problems.Count} problems.")
#pragma warning restore CA1032
{
    public IReadOnlyList<Problem> Problems { get; } = problems;
}

/// <summary>Launches a programme: read, check, rehearse, and only then one transaction that writes all of it.</summary>
public sealed class LaunchProgramme(InstanceStore store, DefinitionLibrary library, CalendarSource calendars, Backfill backfill, TimeProvider time)
{
    /// <summary>Reads and rehearses without writing anything.</summary>
    public Task<LaunchPreview> PreviewAsync(string launchJson, string file, LaunchMode mode, CancellationToken cancellationToken = default) =>
        PreviewAsync(launchJson, file, mode, new RehearsalOptions(), cancellationToken);

    /// <param name="rehearse">How people behave, and who is told of events and mails.</param>
    public async Task<LaunchPreview> PreviewAsync(string launchJson, string file, LaunchMode mode, RehearsalOptions rehearse, CancellationToken cancellationToken = default)
    {
        var reading = LaunchReader.Read(launchJson, file);
        if (reading.Launch is not { } launch) return new(null, reading.Problems, null);
        if (mode == LaunchMode.Shifted) launch = LaunchShift.To(launch, Today());
        var definitions = await library.LatestAsync(cancellationToken).ConfigureAwait(false);
        var problems = new List<Problem>(reading.Problems);
        problems.AddRange(LaunchChecks.Check(launch, definitions.All, file));
        if (mode == LaunchMode.AsPlanned && launch.StartsOn < Today())
            problems.Add(Problem.Error("dates-past", new(
                $"方案自 {launch.StartsOn:yyyy-MM-dd} 起，日期已过；请选择演示时钟、整体顺延或补录",
                $"The plan begins on {launch.StartsOn:yyyy-MM-dd}, in the past; choose a demonstration clock, a shift of all dates, or a backfill"), file, null, "startsOn"));
        if (problems.Exists(problem => problem.Severity == ProblemSeverity.Error)) return new(launch, problems, null);
        var rehearsal = Rehearsal.Run(launch, definitions, calendars.Current, rehearse, null, cancellationToken);
        problems.AddRange(rehearsal.Problems.Where(problem => !problems.Exists(other => other.Code == problem.Code && other.Property == problem.Property && other.ActivityId == problem.ActivityId && other.Batch == problem.Batch)));
        return new(launch, problems, rehearsal);
    }

    /// <summary>Launches; returns the programme's id.</summary>
    /// <param name="warningsConfirmed">The office has seen the warnings.</param>
    /// <exception cref="LaunchRefusedException">Errors, or warnings that nobody confirmed; nothing was launched.</exception>
    public async Task<string> LaunchAsync(Person person, string launchJson, string file, LaunchMode mode, bool warningsConfirmed, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        var preview = await PreviewAsync(launchJson, file, mode, cancellationToken).ConfigureAwait(false);
        if (preview.HasErrors || preview.HasWarnings && !warningsConfirmed)
        {
            await RecordRefusalAsync(person, preview, file, cancellationToken).ConfigureAwait(false);
            throw new LaunchRefusedException(preview.Problems);
        }

        var launch = preview.Launch!;
        var definitions = await library.LatestAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();

        await using (var transaction = await store.BeginAsync(now, null, cancellationToken).ConfigureAwait(false))
        {
            // The id of a demonstration that was removed stays taken: what was known of it must never be taken for the new one's.
            if (await transaction.Db.Programmes.AnyAsync(row => row.Id == launch.Id, cancellationToken).ConfigureAwait(false)
                || await transaction.Db.Audit.AnyAsync(row => row.Subject == launch.Id && row.Action == RemoveDemonstration.Action, cancellationToken).ConfigureAwait(false))
                throw new LaunchRefusedException([Problem.Error("id-taken", new($"标识“{launch.Id}”已被另一专项工作使用，请换一个", $"The id \"{launch.Id}\" belongs to another programme; choose another"), file, null, "id")]);
            var ownClock = mode is LaunchMode.Demonstration or LaunchMode.Backfilled;
            var start = ChinaTime.StartOf(launch.StartsOn);
            var clock = ownClock ? await transaction.Launches.AddClockAsync(start, cancellationToken).ConfigureAwait(false) : ClockRow.RealTime;
            await transaction.Launches.InsertAsync(new NewProgramme(
                launch, LaunchWriter.Write(launch), definitions.Find(launch.Definition)!.Hash, Pins(launch, definitions), clock, person.Name, ownClock ? start : now)
            {
                BackfillUntil = mode == LaunchMode.Backfilled ? Today() : null,
                StartsAt = start > now ? start : null,
            }, cancellationToken).ConfigureAwait(false);
            transaction.Db.Audit.Add(new() { At = now, Actor = person.Name, Action = "programme.launched", Subject = launch.Id, ProgrammeId = launch.Id, Details = $"{mode}; {launch.Approval.Number}" });
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (mode == LaunchMode.Backfilled) await backfill.RunAsync(launch.Id, cancellationToken).ConfigureAwait(false);
        return launch.Id;
    }

    private async Task RecordRefusalAsync(Person person, LaunchPreview preview, string file, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var transaction = await store.BeginAsync(now, PersonDoor.WaitMax, cancellationToken).ConfigureAwait(false);
        var problems = preview.Problems.Where(problem => problem.Severity == ProblemSeverity.Error || !preview.HasErrors).ToList();
        var shown = string.Join("；", problems.Take(ProblemsRecordedMax).Select(problem => problem.Message.Zh));
        transaction.Db.Audit.Add(new() { At = now, Actor = person.Name, Action = "refused.programme.launched", Subject = preview.Launch?.Id ?? file, Details = $"{problems.Count}：{shown}" });
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private const int ProblemsRecordedMax = 5;

    /// <summary>The definitions that the programme's own leads to, each at its newest version.</summary>
    private static List<DefinitionPin> Pins(Launch launch, DefinitionSet definitions)
    {
        var pins = new List<DefinitionPin>();
        var open = new Queue<string>([launch.Definition]);
        while (open.TryDequeue(out var id))
        {
            if (pins.Exists(pin => pin.DefinitionId == id) || definitions.Find(id) is not { } definition) continue;
            pins.Add(new(id, definition.Version));
            foreach (var activity in definition.Activities.Values)
                if (activity.Inputs.GetValueOrDefault("workflowDefinitionId") is LiteralExpression { Value: string child }) open.Enqueue(child);
        }

        return pins;
    }

    private DateOnly Today() => ChinaTime.DateOf(time.GetUtcNow());
}
