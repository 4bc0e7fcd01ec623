using Programmes.Core;

namespace Programmes.Engine.People;

/// <summary>What an account is for. An account has one; a person with two duties has two accounts, so that history tells them apart.</summary>
public enum PersonRole
{
    /// <summary>Accounts and settings, and everything that the leading office may do.</summary>
    Administrator,
    LeadingOffice,
    Supervisor,

    /// <summary>An office with a role in the launches, of one programme or of all.</summary>
    Office,

    /// <summary>A participating unit of one programme.</summary>
    Unit,

    /// <summary>Sees everything, does nothing.</summary>
    Reader,
}

public static class PersonRoles
{
    /// <summary>As stored, and as a claim says it.</summary>
    public static string Key(this PersonRole role) => role switch
    {
        PersonRole.Administrator => "administrator",
        PersonRole.LeadingOffice => "leading-office",
        PersonRole.Supervisor => "supervisor",
        PersonRole.Office => "office",
        PersonRole.Unit => "unit",
        _ => "reader",
    };

    public static Text Words(this PersonRole role) => role switch
    {
        PersonRole.Administrator => new("系统管理员", "Administrator"),
        PersonRole.LeadingOffice => new("牵头单位", "Leading office"),
        PersonRole.Supervisor => new("督办人员", "Supervisor"),
        PersonRole.Office => new("责任单位", "Office"),
        PersonRole.Unit => new("参与单位", "Participating unit"),
        _ => new("查阅人员", "Reader"),
    };

    /// <summary>Null for a key that is none of ours: such an account may do nothing.</summary>
    public static PersonRole? Parse(string? key)
    {
        foreach (var role in Enum.GetValues<PersonRole>())
            if (role.Key() == key) return role;
        return null;
    }
}
