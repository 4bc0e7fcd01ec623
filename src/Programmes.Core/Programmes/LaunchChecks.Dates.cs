using Programmes.Core.Dates;
using Programmes.Core.Workflows;

namespace Programmes.Core.Programmes;

/// <summary>Every date that a step needs is given, for every batch; and every date given is needed.</summary>
public sealed partial class LaunchChecks
{
    private static readonly string[] StepAnchors = [".opened", ".due", ".completed", ".published", ".closes", ".closed", ".decided"];

    private static readonly IEnumerable<Batch?> NoBatch = [null];

    private readonly Dictionary<string, Missing> missing = new(StringComparer.Ordinal);
    private readonly HashSet<(int? Batch, string Name)> used = [];
    private readonly HashSet<string> cycles = new(StringComparer.Ordinal);

    /// <summary>A date that is not given: the first step that needs it, and in which batches.</summary>
    private sealed record Missing(string Where, string? ActivityId, SortedSet<int> Batches)
    {
        public bool InProgramme { get; set; }
    }

    /// <summary>What a rule may count from, where it stands.</summary>
    private sealed record Place(string Where, string? ActivityId, WorkflowDefinition? Definition, Batch? Batch, IReadOnlySet<string> Passed);

    private void CheckDates()
    {
        foreach (var (definition, level, passed) in reached)
            foreach (var activity in definition.Activities.Values)
            {
                var known = activity.Descriptor.Anchors.Count == 0 ? passed : passed.Concat(activity.Descriptor.Anchors).ToHashSet(StringComparer.Ordinal);
                foreach (var input in activity.Descriptor.Inputs)
                {
                    if (input.Hint != InputHint.DateRule || Literal(activity, input.Name) is not { } text) continue;
                    foreach (var batch in level == Level.Programme ? NoBatch : launch.Batches.Cast<Batch?>()) CheckRule(text, new(activity.DisplayText, activity.Id, definition, batch, known), []);
                }
            }

        // The programme asks for these before the batch runs, so that nothing of the batch is known yet.
        foreach (var batch in launch.Batches)
        {
            CheckRule(batch.Start, new(batch.Name, null, null, null, new HashSet<string>()), []);
            if (batch.IntakeUntil is { } until) CheckRule(until, new(batch.Name, null, null, null, new HashSet<string>()), []);
        }

        ReportMissing();
        if (reached.Count > 0) ReportUnused();
    }

    private void CheckRule(string text, Place place, IReadOnlyList<string> through)
    {
        if (!DateRule.TryParse(text, out var rule, out _, out _)) return;
        foreach (var anchor in rule!.Anchors)
        {
            if (Happens(anchor, place)) continue;
            if (through.Contains(anchor))
            {
                var circle = string.Join(" → ", through.SkipWhile(name => name != anchor).Append(anchor));
                if (cycles.Add(circle))
                    Error("date-cycle", $"日期互相引用，无法确定：{circle}；请把其中一个写成确定的日期", $"These dates refer to each other and give no day: {circle}; write one of them as a printed day", DatePath(place.Batch, anchor));
            }
            else if (Given(place.Batch, anchor) is { } given)
            {
                CheckRule(given, place, [.. through, anchor]);
            }
            else
            {
                Miss(anchor, place);
            }
        }
    }

    /// <summary>A day of the programme itself, or of a step in the same workflow.</summary>
    private static bool Happens(string anchor, Place place)
    {
        if (anchor is "programme.start" || place.Passed.Contains(anchor)) return true;
        if (anchor is "batch.start") return place.Batch is not null;
        if (place.Definition is not { } definition) return false;
        if (anchor is "opened" or "published" or "closed") return true;
        if (StepAnchors.FirstOrDefault(end => anchor.EndsWith(end, StringComparison.Ordinal)) is not { } suffix) return false;
        return suffix == ".decided" || definition.Activities.ContainsKey(anchor[..^suffix.Length]);
    }

    private string? Given(Batch? batch, string name)
    {
        if (batch is not null && batch.Dates.TryGetValue(name, out var own))
        {
            _ = used.Add((batch.Number, name));
            return own;
        }

        if (!launch.Dates.TryGetValue(name, out var shared)) return null;
        _ = used.Add((null, name));
        return shared;
    }

    private void Miss(string anchor, Place place)
    {
        if (!missing.TryGetValue(anchor, out var found)) missing.Add(anchor, found = new(place.Where, place.ActivityId, []));
        if (place.Batch is { } batch) _ = found.Batches.Add(batch.Number);
        else found.InProgramme = true;
    }

    private void ReportMissing()
    {
        var given = launch.Dates.Keys.Concat(launch.Batches.SelectMany(batch => batch.Dates.Keys)).Distinct().ToList();
        foreach (var (anchor, (where, activityId, batches)) in missing)
        {
            var inAll = missing[anchor].InProgramme || batches.Count == launch.Batches.Count;
            var hint = Spelling.Hint(anchor, given.Where(name => name != anchor));
            var numbers = string.Join("、", batches);
            var problem = Problem.Error("date-missing", inAll
                ? new($"“{where}”用到日期“{anchor}”，启动文件没有给出{hint.Zh}；请在 dates 中填写", $"\"{where}\" needs the date \"{anchor}\", which the launch does not give{hint.En}; give it in dates")
                : new($"“{where}”用到日期“{anchor}”，第 {numbers} 批没有给出{hint.Zh}；请在该批的 dates 中填写", $"\"{where}\" needs the date \"{anchor}\", which batch {string.Join(", ", batches)} does not give{hint.En}; give it in that batch's dates"),
                file, activityId, inAll ? $"dates.{anchor}" : DatePath(launch.FindBatch(batches.Min), anchor));
            problems.Add(problem with { Batch = inAll ? null : batches.Min });
        }
    }

    /// <summary>A mistyped name in a batch would silently leave the programme's date in force.</summary>
    private void ReportUnused()
    {
        var needed = used.Select(use => use.Name).Concat(missing.Keys).Distinct().ToList();
        foreach (var name in launch.Dates.Keys)
            if (!used.Contains((null, name))) Unused(null, name);
        foreach (var batch in launch.Batches)
            foreach (var name in batch.Dates.Keys)
                if (!used.Contains((batch.Number, name))) Unused(batch, name);

        void Unused(Batch? batch, string name)
        {
            var hint = Spelling.Hint(name, needed.Where(other => other != name));
            Warn("date-unused", $"没有步骤用到日期“{name}”{hint.Zh}；请改正名称或删去", $"No step uses the date \"{name}\"{hint.En}; correct its name or remove it", DatePath(batch, name));
        }
    }

    private string DatePath(Batch? batch, string name)
    {
        for (var i = 0; batch is not null && i < launch.Batches.Count; i++)
            if (launch.Batches[i].Number == batch.Number) return $"batches[{i}].dates.{name}";
        return $"dates.{name}";
    }
}
