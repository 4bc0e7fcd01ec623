using System.Text.Json;
using Programmes.Core.Activities;
using Programmes.Core.Reminders;
using Programmes.Core.Workflows;

namespace Programmes.Core.Programmes;

/// <summary>
/// Whether a launch fits the workflow definitions that it starts: each was read without an error, and together they could
/// still stop half-way for want of an office, a date, a form or a definition. Everything found is in one report.
/// </summary>
public sealed partial class LaunchChecks
{
    private enum Level { Programme, Batch, Unit }

    /// <param name="Passed">Inputs that the dispatching activity passes.</param>
    private sealed record Reached(WorkflowDefinition Definition, Level Level, IReadOnlySet<string> Passed);

    private readonly Launch launch;
    private readonly string? file;
    private readonly Dictionary<string, WorkflowDefinition> definitions = new(StringComparer.Ordinal);
    private readonly List<Problem> problems = [];
    private readonly List<Reached> reached = [];

    private LaunchChecks(Launch launch, string? file) => (this.launch, this.file) = (launch, file);

    /// <param name="definitions">All that could be started; of several versions the highest counts.</param>
    /// <param name="file">How problems name the launch file.</param>
    public static IReadOnlyList<Problem> Check(Launch launch, IEnumerable<WorkflowDefinition> definitions, string? file = null)
    {
        var check = new LaunchChecks(launch, file);
        check.TakeVersions(definitions);
        check.Reach();
        foreach (var definition in check.reached.Select(r => r.Definition).Distinct())
            foreach (var activity in definition.Activities.Values) check.CheckActivity(definition, activity);
        check.CheckAwaitedSteps();
        check.CheckReminders();
        check.CheckDates();
        return check.problems;
    }

    private void TakeVersions(IEnumerable<WorkflowDefinition> given)
    {
        foreach (var definition in given)
        {
            if (!definitions.TryGetValue(definition.DefinitionId, out var known))
            {
                definitions.Add(definition.DefinitionId, definition);
                continue;
            }

            if (known.Version == definition.Version && known.Hash != definition.Hash)
                Error("definition-changed", $"流程“{definition.DefinitionId}”第 {definition.Version} 版有两种内容；改动过的请用新的版本号", $"Version {definition.Version} of the workflow \"{definition.DefinitionId}\" comes with two contents; give the changed one a new version number");
            if (definition.Version > known.Version) definitions[definition.DefinitionId] = definition;
        }
    }

    /// <summary>The definitions that the launch leads to, with the level on which each runs.</summary>
    private void Reach()
    {
        if (Find(launch.Definition) is not { } root)
        {
            Error("definition-missing", $"没有流程“{launch.Definition}”{Spelling.Hint(launch.Definition, definitions.Keys).Zh}；请改正 definition，或先发布该流程", $"There is no workflow \"{launch.Definition}\"{Spelling.Hint(launch.Definition, definitions.Keys).En}; correct definition, or publish the workflow first", "definition");
            return;
        }

        var seen = new HashSet<(string, Level)> { (root.DefinitionId, Level.Programme) };
        reached.Add(new(root, Level.Programme, new HashSet<string>()));
        for (var i = 0; i < reached.Count; i++)
            foreach (var activity in reached[i].Definition.Activities.Values)
            {
                var level = activity.Type switch
                {
                    "Programmes.DispatchBatches" => Level.Batch,
                    "Programmes.DispatchUnits" => Level.Unit,
                    "Elsa.DispatchWorkflow" or "Elsa.ExecuteWorkflow" or "Elsa.BulkDispatchWorkflows" => reached[i].Level,
                    _ => (Level?)null,
                };
                if (level is null || Literal(activity, "workflowDefinitionId") is not { } id) continue;
                if (Find(id) is { } child)
                {
                    if (seen.Add((id, level.Value))) reached.Add(new(child, level.Value, Passed(activity)));
                }
                else
                {
                    Error("definition-missing", $"“{activity.DisplayText}”要启动的流程“{id}”不存在{Spelling.Hint(id, definitions.Keys).Zh}；请改正或先发布该流程", $"\"{activity.DisplayText}\" starts the workflow \"{id}\", which does not exist{Spelling.Hint(id, definitions.Keys).En}; correct it or publish that workflow first", "workflowDefinitionId", activity.Id);
                }
            }

        var hasBatches = reached.Exists(r => r.Level == Level.Batch);
        if (hasBatches && launch.Batches.All(batch => batch.Supplementary))
            Error("no-batches", "该流程分批进行，但启动文件没有批次；请在 batches 中至少写一批", "The workflow runs in batches, and the launch has none; give at least one in batches", "batches");
        else if (!hasBatches && launch.Batches.Count > 0)
            Warn("batches-unused", "该流程不分批，批次不会启动", "The workflow has no batches, so that these will not start", "batches");
    }

    private static readonly string[] RoleInputs = ["role", "reviewer", "approver", "checker"];
    private static readonly string[] RoleListInputs = ["roles", "paperTo", "paperCc"];

    private void CheckActivity(WorkflowDefinition definition, Activity activity)
    {
        foreach (var role in RoleInputs.Select(input => Literal(activity, input)).Concat(RoleListInputs.SelectMany(input => LiteralTexts(activity, input).Where(role => input == "roles" || role != Roles.AllUnits))).OfType<string>().Distinct())
            if (role == Roles.UnitSuperior) CheckSuperior(activity);
            else if (role != Roles.Unit && !launch.Offices.ContainsKey(role))
                Error("role-missing", $"步骤“{activity.DisplayText}”由角色“{role}”办理，offices 中没有它{Spelling.Hint(role, launch.Offices.Keys).Zh}；请在 offices 中为它指定单位", $"The step \"{activity.DisplayText}\" is for the role \"{role}\", which offices does not have{Spelling.Hint(role, launch.Offices.Keys).En}; name its office there", $"offices.{role}", activity.Id);

        if (Literal(activity, "form") is { } form && activity.Descriptor.FindInput("form") is not null && !launch.Forms.ContainsKey(form))
            Error("form-missing", $"步骤“{activity.DisplayText}”用到表单“{form}”，forms 中没有它{Spelling.Hint(form, launch.Forms.Keys).Zh}；请补上", $"The step \"{activity.DisplayText}\" uses the form \"{form}\", which forms does not have{Spelling.Hint(form, launch.Forms.Keys).En}; add it", $"forms.{form}", activity.Id);

        foreach (var (input, expression) in activity.Inputs)
            if (expression is InputExpression { Name: var setting } && !IsSet(setting) && !launch.Dates.ContainsKey(setting) && !definition.Inputs.Any(declared => declared.Name == setting))
                Error("setting-missing", $"步骤“{activity.DisplayText}”用到参数“{setting}”，settings 中没有它{Spelling.Hint(setting, launch.Settings.Keys).Zh}；请补上", $"The step \"{activity.DisplayText}\" uses the setting \"{setting}\", which settings does not have{Spelling.Hint(setting, launch.Settings.Keys).En}; add it", $"settings.{setting}", activity.Id);

        if (activity.Type == "Programmes.DrawSample") CheckSample(activity);
        if (Literal(activity, "units") is not { } units) return;
        if (!UnitSelection.TryParse(units, out var selection))
            Error("units", $"步骤“{activity.DisplayText}”的单位“{units}”应为 all 或“步骤:结果”", $"The units \"{units}\" of the step \"{activity.DisplayText}\" must be all or step:Outcome", "units", activity.Id);
        else if (selection!.Step is { } step)
            CheckStep(activity, "units", step, [selection.Outcome!], definition.Activities);
    }

    /// <summary>For all, or by every batch for itself.</summary>
    private bool IsSet(string setting) => launch.Settings.ContainsKey(setting) || launch.Batches.Count > 0 && launch.Batches.All(batch => batch.Settings.ContainsKey(setting));

    private void CheckSample(Activity activity)
    {
        if (activity.Inputs.ContainsKey("count") == activity.Inputs.ContainsKey("share"))
            Error("sample-size", $"“{activity.DisplayText}”的抽取数（count）和比例（share）须填且只填一项", $"\"{activity.DisplayText}\" needs either count or share", "count", activity.Id);
        var crossCheck = IsSet(activity, "crossCheck");
        if (crossCheck || IsSet(activity, "perSuperior")) CheckSuperior(activity);
        if (crossCheck && launch.Units.Select(unit => unit.Superior).OfType<string>().Distinct().Count() < 2)
            Error("cross-check", $"“{activity.DisplayText}”要互查，参与单位至少要有两个不同的上级（superior）", $"\"{activity.DisplayText}\" cross-checks, so that the units need at least two different superiors", "units", activity.Id);

        static bool IsSet(Activity activity, string input) => activity.Inputs.GetValueOrDefault(input) is LiteralExpression { Value: { } value } && WorkflowValue.AsBoolean(value);
    }

    private void CheckSuperior(Activity activity)
    {
        var without = launch.Units.Where(unit => unit.Superior is null).Select(unit => unit.Name).ToList();
        if (without.Count == 0 || problems.Exists(problem => problem.Code == "superior-missing")) return;
        var shown = string.Join("、", without.Take(SuperiorsShownMax));
        Error("superior-missing", $"步骤“{activity.DisplayText}”由参与单位的上级办理，{without.Count} 个单位没有写明 superior：{shown}{(without.Count > SuperiorsShownMax ? "等" : "")}；请补上", $"The step \"{activity.DisplayText}\" is for the unit's superior, which {without.Count} units do not name: {shown}; give it in superior", "units", activity.Id);
    }

    private const int SuperiorsShownMax = 10;

    /// <summary>A unit waits for a step of its batch: the step exists, judges units, and each of its outcomes has a way on.</summary>
    private void CheckAwaitedSteps()
    {
        var steps = new Dictionary<string, Activity>(StringComparer.Ordinal);
        foreach (var activity in reached.Where(r => r.Level == Level.Batch).SelectMany(r => r.Definition.Activities.Values)) steps[activity.Id] = activity;
        foreach (var activity in reached.Where(r => r.Level == Level.Unit).SelectMany(r => r.Definition.Activities.Values).Distinct())
        {
            if (activity.Type != "Programmes.AwaitBatchStep" || Literal(activity, "step") is not { } step) continue;
            var handled = LiteralTexts(activity, "outcomes");
            if (!CheckStep(activity, "step", step, handled, steps)) continue;
            var unhandled = RowOutcomes(steps[step]).Except(handled).ToList();
            if (unhandled.Count > 0)
                Error("step-outcome-unhandled", $"批次步骤“{steps[step].DisplayText}”还可能得出“{string.Join("、", unhandled)}”，“{activity.DisplayText}”没有对应的出口，单位会停在那里；请补上", $"The batch's step \"{steps[step].DisplayText}\" can also end with {string.Join(", ", unhandled)}, for which \"{activity.DisplayText}\" has no port, so that the unit would stop there; add it", "outcomes", activity.Id);
        }
    }

    /// <summary>Policies for steps that do not exist would never be in force; an escalation that nobody hears is none.</summary>
    private void CheckReminders()
    {
        var steps = reached.SelectMany(r => r.Definition.Activities.Values).Where(activity => activity.Descriptor.FindInput("reminders") is not null).DistinctBy(activity => activity.Id).ToDictionary(activity => activity.Id, StringComparer.Ordinal);
        foreach (var step in launch.StepReminders.Keys.Where(step => !steps.ContainsKey(step)))
            Error("step-unknown", $"stepReminders 中的步骤“{step}”不存在，或不是任务{Spelling.Hint(step, steps.Keys).Zh}；请改正或删去", $"stepReminders names the step \"{step}\", which does not exist or is no work{Spelling.Hint(step, steps.Keys).En}; correct or remove it", $"stepReminders.{step}");
        if (launch.SupervisorRole is null && steps.Values.Any(step => ReminderPolicies.Of(Literal(step, "reminders"), step.Id, launch).Escalates))
            Warn("supervisor-missing", "没有督办单位，逾期不会报告督办；请在 supervisor 中写明角色，或在 offices 中加入角色 supervisor", "There is no supervisor, so that late work is reported to none; name its role in supervisor, or give offices a role supervisor", "supervisor");
    }

    private bool CheckStep(Activity activity, string input, string step, IEnumerable<string> outcomes, IReadOnlyDictionary<string, Activity> steps)
    {
        if (!steps.TryGetValue(step, out var judged))
        {
            Error("step-unknown", $"“{activity.DisplayText}”要用批次步骤“{step}”的结果，没有这个步骤{Spelling.Hint(step, steps.Keys).Zh}", $"\"{activity.DisplayText}\" needs the batch's step \"{step}\", which does not exist{Spelling.Hint(step, steps.Keys).En}", input, activity.Id);
            return false;
        }

        var possible = RowOutcomes(judged);
        if (possible.Length == 0)
            Error("step-without-units", $"“{activity.DisplayText}”要用步骤“{judged.DisplayText}”对各单位的结果，但它不逐个评定单位；请为它填写 units", $"\"{activity.DisplayText}\" needs what \"{judged.DisplayText}\" decides about each unit, but that step judges no units; give it units", input, activity.Id);
        else if (outcomes.FirstOrDefault(outcome => !possible.Contains(outcome)) is { } impossible)
            Error("step-outcome-unknown", $"步骤“{judged.DisplayText}”不会得出“{impossible}”；可用：{string.Join("、", possible)}", $"The step \"{judged.DisplayText}\" never ends with \"{impossible}\"; use {string.Join(", ", possible)}", input, activity.Id);
        return possible.Length > 0;
    }

    /// <summary>What a step can decide about a unit; nothing when it judges none.</summary>
    private static string[] RowOutcomes(Activity step) => step.Type switch
    {
        "Programmes.PublicNotice" => [PublicNoticeBehaviour.NoObjection, PublicNoticeBehaviour.Upheld],
        "Programmes.DrawSample" => [Sampling.Drawn, Sampling.NotDrawn],
        "Programmes.SelectUnits" => [Quota.Selected, Quota.NotSelected],
        "Programmes.WorkItem" when Literal(step, "units") is not null => LiteralTexts(step, "rowOutcomes"),
        _ => [],
    };

    private WorkflowDefinition? Find(string id) => definitions.GetValueOrDefault(id);

    private static HashSet<string> Passed(Activity activity) =>
        activity.Inputs.GetValueOrDefault("input") is LiteralExpression { Value: JsonElement { ValueKind: JsonValueKind.Object } json }
            ? json.EnumerateObject().Select(property => property.Name).ToHashSet(StringComparer.Ordinal)
            : [];

    /// <summary>Null when the input is empty, or an expression decides it.</summary>
    private static string? Literal(Activity activity, string input) =>
        activity.Inputs.GetValueOrDefault(input) is LiteralExpression { Value: { } value } && WorkflowValue.AsText(value) is { Length: > 0 } text ? text : null;

    private static string[] LiteralTexts(Activity activity, string input)
    {
        var value = activity.Inputs.TryGetValue(input, out var expression) ? (expression as LiteralExpression)?.Value : activity.Descriptor.FindInput(input)?.Default;
        return value is string text && !text.StartsWith('[')
            ? text.Split([',', '，', '、'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. WorkflowValue.AsItems(value).Select(WorkflowValue.AsText)];
    }

    private void Error(string code, string zh, string en, string? property = null, string? activityId = null) =>
        problems.Add(Problem.Error(code, new(zh, en), file, activityId, property));

    private void Warn(string code, string zh, string en, string? property = null, string? activityId = null) =>
        problems.Add(Problem.Warning(code, new(zh, en), file, activityId, property));
}
