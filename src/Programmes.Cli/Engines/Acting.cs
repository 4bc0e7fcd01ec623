using System.CommandLine;
using Programmes.Engine.People;

namespace Programmes.Cli.Engines;

/// <summary>As whom a command acts: <c>office</c>, or the role or unit of one programme.</summary>
internal static class Acting
{
    private const string LeadingOffice = "office";
    private const string RolePrefix = "role:";
    private const string UnitPrefix = "unit:";

    public static Option<string> Option(Session session)
    {
        var option = new Option<string>("--as")
        {
            HelpName = "office|role:…|unit:…", DefaultValueFactory = _ => LeadingOffice,
            Description = session.Say("以谁的身份：office 牵头单位（默认），role:角色，unit:参与单位", "As whom: office, the leading office (default), role:key, unit:id"),
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var typed }] && typed != LeadingOffice && Part(typed, RolePrefix) is null && Part(typed, UnitPrefix) is null)
                result.AddError(session.Say($"不能是“{typed}”；请写 office、role:角色 或 unit:参与单位", $"cannot be \"{typed}\"; write office, role:key or unit:id"));
        });
        return option;
    }

    /// <summary>Whoever may start the program may act as anybody; history records the system's user and whom they acted as.</summary>
    /// <param name="programme">The programme whose role or unit it is; null: any.</param>
    public static Person Person(string acting, string? programme = null)
    {
        var name = acting == LeadingOffice ? Environment.UserName : $"{Environment.UserName} ({acting})";
        return Part(acting, RolePrefix) is { } role ? new(name) { OfficeRole = role, ProgrammeId = programme }
            : Part(acting, UnitPrefix) is { } unit ? new(name) { UnitId = unit, ProgrammeId = programme }
            : new(name) { IsLeadingOffice = true };
    }

    private static string? Part(string typed, string prefix) => typed.StartsWith(prefix, StringComparison.Ordinal) && typed.Length > prefix.Length ? typed[prefix.Length..] : null;
}
