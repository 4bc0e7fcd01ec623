namespace Programmes.Core.Programmes;

/// <summary>A work item as far as it matters for giving it to somebody else.</summary>
/// <param name="Role">Who owes it: <c>unit</c>, or a role of the launch's offices.</param>
/// <param name="Unit">The unit that it concerns; null: none.</param>
/// <param name="JudgesUnits">It judges the units of a batch one by one.</param>
public sealed record ReassignedWork(string Role, string? Reviewer, string? Unit, bool Submitted, bool JudgesUnits);

/// <summary>Who an open work item may be given to (改派).</summary>
public static class Reassignments
{
    /// <summary>Why it cannot be given to a role; null: it can.</summary>
    /// <param name="to">A role of the launch's offices, or <c>unit</c>: the unit that the work concerns, and no other.</param>
    /// <param name="offices">The programme's, by role.</param>
    public static Text? Refuse(ReassignedWork work, string to, IReadOnlyDictionary<string, string> offices)
    {
        if (to == work.Role) return new("此任务本来就由该单位办理，无须改派", "It is that office's already");
        if (work.Submitted) return new("已提交，正在审核；请先退回或由提交单位撤回，再改派", "It is submitted and under review; return it or have it taken back first");
        if (to == Roles.Unit)
        {
            if (work.Unit is null) return new("此任务不涉及具体参与单位，只能改派给有关部门", "It concerns no unit; it can go to another office only");
            if (work.JudgesUnits) return new("逐单位评定的任务不能改派给参与单位", "Work that judges units cannot go to one of them");
        }
        else if (!offices.ContainsKey(to))
        {
            var hint = Spelling.Hint(to, offices.Keys);
            return new($"此专项工作没有角色“{to}”{hint.Zh}", $"The programme has no role \"{to}\"{hint.En}");
        }

        return to == work.Reviewer ? new("该单位负责审核此任务，不能既办理又审核", "That office reviews it; nobody reviews his own work") : null;
    }
}
