using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Launching;

/// <summary>
/// Launches in preparation: kept on the server, so that they can be left and gone on with by anybody who may launch. Nothing in a
/// draft happens; what is wrong with it is found by the same reader and checks that the launch goes through.
/// </summary>
public sealed partial class LaunchDrafts(IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library, TimeProvider time)
{
    /// <summary>Drafts at a time: more are forgotten ones.</summary>
    public const int DraftsMax = 200;

    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async Task<IReadOnlyList<LaunchDraftLine>> ListAsync(Person person, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.LaunchDrafts.AsNoTracking().OrderByDescending(row => row.ChangedAt).ThenBy(row => row.Id).Take(DraftsMax)
            .Select(row => new LaunchDraftLine(row.Id, row.Name, row.Owner, row.Units, row.ChangedAt, row.ChangedBy)).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null: there is none (any more).</summary>
    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async Task<LaunchDraft?> FindAsync(Person person, long id, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.LaunchDrafts.AsNoTracking().Where(one => one.Id == id)
            .Select(one => new { one.Id, one.Owner, one.ChangedAt, one.ChangedBy, one.Version, one.Content, HasUpload = one.Upload != null }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (row is null) return null;
        var content = DraftContent.Parse(row.Content);
        return new(row.Id, row.Owner, row.ChangedAt, row.ChangedBy, row.Version, content.Launch, content.Mode, row.HasUpload);
    }

    /// <summary>Begins a draft; returns its id.</summary>
    /// <exception cref="RefusedException">The person does not manage programmes, or there are too many drafts.</exception>
    public async Task<long> CreateAsync(Person person, Launch launch, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await db.LaunchDrafts.CountAsync(cancellationToken).ConfigureAwait(false) >= DraftsMax)
            throw new RefusedException(new($"草稿已有 {DraftsMax} 份，请先删去不用的", $"There are {DraftsMax} drafts; discard those that nobody needs"));
        var now = time.GetUtcNow();
        var row = new LaunchDraftRow
        {
            Name = NameOf(launch), Owner = person.Name, Content = new DraftContent(launch, LaunchMode.AsPlanned).ToJson(), Units = launch.Units.Count, CreatedAt = now, ChangedAt = now, ChangedBy = person.Name,
        };
        db.LaunchDrafts.Add(row);
        db.Audit.Add(new() { At = now, Actor = person.Name, Action = "launch.drafted", Subject = launch.Definition, Details = row.Name });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return row.Id;
    }

    /// <summary>A draft that begins with an empty launch of a definition, or with a sample of it: what belongs to the plan stays, what belongs to the place goes.</summary>
    public static Launch Blank(string definition, string name, Launch? sample) => sample is null
        ? new() { Definition = definition, Id = "", Name = name, Approval = new("", default), StartsOn = default, Offices = new Dictionary<string, Office>(), Units = [], Batches = [] }
        : sample with
        {
            Id = "",
            Name = name,
            Approval = new("", default),
            Units = [],
            Batches = [.. sample.Batches.Select(batch => batch with { Units = [] })],
            Offices = sample.Offices.ToDictionary(office => office.Key, office => office.Value with { Name = "", Mail = null }),
        };

    /// <summary>Saves a change; returns the new version.</summary>
    /// <param name="version">The one that was read.</param>
    /// <exception cref="RefusedException">Somebody else changed or discarded the draft meanwhile.</exception>
    public async Task<int> SaveAsync(Person person, long id, int version, Func<Launch, Launch> change, LaunchMode? mode = null, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await FindRowAsync(db, id, version, cancellationToken).ConfigureAwait(false);
        var content = DraftContent.Parse(row.Content);
        content = new(change(content.Launch), mode ?? content.Mode);
        (row.Content, row.Name, row.Units) = (content.ToJson(), NameOf(content.Launch), content.Launch.Units.Count);
        await SaveAsync(db, row, person, cancellationToken).ConfigureAwait(false);
        return row.Version;
    }

    /// <summary>Launches a draft; it is a programme then, and no draft any more. Returns the programme's id.</summary>
    /// <exception cref="LaunchRefusedException">Errors, or warnings that nobody confirmed; nothing was launched and the draft is kept.</exception>
    /// <exception cref="RefusedException">Somebody else changed the draft.</exception>
    public async Task<string> LaunchAsync(Person person, long id, int version, bool warningsConfirmed, LaunchProgramme launches, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(person, id, cancellationToken).ConfigureAwait(false) is not { } draft) throw RefusedException.NotFound("此草稿，可能已启动或删去", "The draft");
        if (draft.Version != version) throw Changed(draft.ChangedBy);
        if (draft.HasUpload) throw new RefusedException(new("有一份单位名单还没有更正；请先更正或放弃它，再启动", "A list of units still has faults; correct it or put it aside before the launch"));
        var programme = await launches.LaunchAsync(person, LaunchWriter.Write(draft.Launch), draft.Launch.Id, draft.Mode, warningsConfirmed, cancellationToken).ConfigureAwait(false);
        await DiscardAsync(person, id, cancellationToken).ConfigureAwait(false);
        return programme;
    }

    /// <summary>Discards a draft; one that is gone already is as good.</summary>
    public async Task DiscardAsync(Person person, long id, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await db.LaunchDrafts.FirstOrDefaultAsync(row => row.Id == id, cancellationToken).ConfigureAwait(false) is not { } row) return;
        db.LaunchDrafts.Remove(row);
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = person.Name, Action = "launch.discarded", Subject = row.Name });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Everything that stands in the way of a launch, and what the office should look at, each at its step.</summary>
    public async Task<IReadOnlyList<DraftProblem>> CheckAsync(Launch launch, CancellationToken cancellationToken = default)
    {
        var definitions = await library.LatestAsync(cancellationToken).ConfigureAwait(false);
        // A day that is not given yet is no day of the year 1.
        var reading = LaunchReader.Read(LaunchWriter.Write(launch).Replace("\"0001-01-01\"", "\"\"", StringComparison.Ordinal), "");
        // What can be read is checked against the plan even while something else cannot.
        var problems = reading.Problems.Concat(LaunchChecks.Check(reading.Launch ?? launch, definitions.All));
        return [.. problems.Select(problem => new DraftProblem(StepOf(problem.Property, problem.Code), problem.Severity, Placed(WithoutLines(problem.Message), problem.Property, launch))).Distinct()];
    }

    /// <summary>What the plan asks for, with whatever the draft gives already left out of consideration.</summary>
    public async Task<PlanNeeds> NeedsAsync(Launch launch, CancellationToken cancellationToken = default)
    {
        var definitions = await library.LatestAsync(cancellationToken).ConfigureAwait(false);
        var bare = Blank(launch.Definition, "", null) with { Units = [new Unit("u", "u")], Batches = [new() { Number = 1, Name = "1", Start = "programme.start", Units = ["u"] }] };
        var (dates, roles, settings, forms) = (new Dictionary<string, Text>(), new Dictionary<string, Text>(), new List<string>(), new List<string>());
        var superiors = false;
        foreach (var problem in LaunchChecks.Check(bare, definitions.All))
            switch (problem.Code)
            {
                case "date-missing":
                    dates[problem.Property!.Split('.')[^1]] = TitleOf(definitions, problem.ActivityId);
                    break;
                case "role-missing":
                    _ = roles.TryAdd(problem.Property!["offices.".Length..], TitleOf(definitions, problem.ActivityId));
                    break;
                case "setting-missing":
                    settings.Add(problem.Property!["settings.".Length..]);
                    break;
                case "form-missing":
                    forms.Add(problem.Property!["forms.".Length..]);
                    break;
                case "superior-missing":
                    superiors = true;
                    break;
            }

        return new(dates, roles, [.. settings.Distinct()], [.. forms.Distinct()], superiors);
    }

    /// <summary>The plans that can be launched: definitions that no other one starts.</summary>
    public async Task<IReadOnlyList<(string Id, string Name, int Version)>> PlansAsync(Person person, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        var definitions = await library.LatestAsync(cancellationToken).ConfigureAwait(false);
        var started = definitions.All.SelectMany(definition => definition.Activities.Values).Select(activity => (activity.Inputs.GetValueOrDefault("workflowDefinitionId") as LiteralExpression)?.Value as string).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. definitions.All.Where(definition => !started.Contains(definition.DefinitionId)).OrderBy(definition => definition.Name, StringComparer.Ordinal).Select(definition => (definition.DefinitionId, definition.Name, definition.Version))];
    }

    /// <summary>The steps of the plan that can have a reminder policy of their own.</summary>
    public async Task<IReadOnlyList<(string Id, string Title)>> RemindedStepsAsync(Launch launch, CancellationToken cancellationToken = default)
    {
        var definitions = await library.LatestAsync(cancellationToken).ConfigureAwait(false);
        var (reached, open) = (new List<string>(), new Queue<string>([launch.Definition]));
        var steps = new List<(string Id, string Title)>();
        while (open.TryDequeue(out var id))
        {
            if (reached.Contains(id) || definitions.Find(id) is not { } definition) continue;
            reached.Add(id);
            foreach (var activity in definition.Activities.Values)
            {
                if ((activity.Inputs.GetValueOrDefault("workflowDefinitionId") as LiteralExpression)?.Value is string child) open.Enqueue(child);
                if (activity.Descriptor.FindInput("reminders") is not null) steps.Add((activity.Id, activity.DisplayText));
            }
        }

        return [.. steps.DistinctBy(step => step.Id)];
    }

    internal static async Task<LaunchDraftRow> FindRowAsync(ProgrammesDb db, long id, int version, CancellationToken cancellationToken)
    {
        var row = await db.LaunchDrafts.FirstOrDefaultAsync(one => one.Id == id, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此草稿，可能已启动或删去", "The draft");
        return row.Version == version ? row : throw Changed(row.ChangedBy);
    }

    internal async Task SaveAsync(ProgrammesDb db, LaunchDraftRow row, Person person, CancellationToken cancellationToken)
    {
        (row.ChangedAt, row.ChangedBy) = (time.GetUtcNow(), person.Name);
        try
        {
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Changed(null);
        }
    }

    private static RefusedException Changed(string? by) => new(new($"{by ?? "其他人"}刚刚改动了此草稿；请重新打开后再改，以免互相覆盖", $"{by ?? "Somebody else"} has just changed this draft; open it again, so that nothing is overwritten"));

    private static string NameOf(Launch launch) => launch.Name.Length > 0 ? launch.Name : launch.Definition;

    private static Text TitleOf(DefinitionSet definitions, string? activity) =>
        activity is null ? Text.Same("") : Text.Same(definitions.All.Select(definition => definition.Activities.GetValueOrDefault(activity)).FirstOrDefault(found => found is not null)?.DisplayText ?? activity);

    private static DraftStep StepOf(string? property, string code) => property switch
    {
        null => DraftStep.Basics,
        _ when property.StartsWith("units", StringComparison.Ordinal) || property.StartsWith("batches", StringComparison.Ordinal) && property.Contains(".units", StringComparison.Ordinal) || code == "superior-missing" => DraftStep.Units,
        _ when property.StartsWith("batches", StringComparison.Ordinal) => DraftStep.Batches,
        _ when property.StartsWith("offices", StringComparison.Ordinal) || property == "supervisor" => DraftStep.Offices,
        _ when property.StartsWith("reminders", StringComparison.Ordinal) || property.StartsWith("stepReminders", StringComparison.Ordinal) || property == "urgeEveryWorkingDays" => DraftStep.Reminders,
        _ => DraftStep.Basics,
    };

    /// <summary>What is missing of one office or batch among many says of which.</summary>
    private static Text Placed(Text words, string? property, Launch launch)
    {
        if (property is null || !words.Zh.StartsWith("缺少", StringComparison.Ordinal)) return words;
        var parts = property.Split('.', '[', ']');
        if (parts is ["offices", var role, ..]) return new($"{role}：{words.Zh}", $"{role}: {words.En}");
        return parts is ["batches", var at, ..] && int.TryParse(at, out var index) && index < launch.Batches.Count
            ? new($"第 {launch.Batches[index].Number} 批：{words.Zh}", $"Batch {launch.Batches[index].Number}: {words.En}")
            : words;
    }

    /// <summary>Lines and names of fields are those of a file that nobody wrote.</summary>
    private static Text WithoutLines(Text words) => new(MissingZh().Replace(Lines().Replace(words.Zh, ""), "缺少$1"), MissingEn().Replace(Lines().Replace(words.En, ""), "$1"));

    [GeneratedRegex("^缺少“[A-Za-z]+”（([^）]+)）")]
    private static partial Regex MissingZh();

    [GeneratedRegex("^\"[A-Za-z]+\" \\(([^)]+)\\)")]
    private static partial Regex MissingEn();

    [GeneratedRegex(@"（第 \d+ 行）$| \(line \d+\)$")]
    private static partial Regex Lines();
}
