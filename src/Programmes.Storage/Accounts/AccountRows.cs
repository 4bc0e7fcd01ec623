using Microsoft.AspNetCore.Identity;

namespace Programmes.Storage.Accounts;

/// <summary>A person's account. Its scope columns narrow what its roles may see; all null: no narrowing.</summary>
public sealed class Account : IdentityUser
{
    public string? DisplayName { get; set; }

    /// <summary>The office's role in the launches, such as the leading office.</summary>
    public string? OfficeRole { get; set; }
    public string? ProgrammeId { get; set; }
    public string? UnitId { get; set; }
}

public sealed class Role : IdentityRole;

/// <summary>A key of ASP.NET Core's data protection, shared between nodes.</summary>
public sealed class DataProtectionKeyRow
{
    public long Id { get; set; }
    public required string FriendlyName { get; set; }
    public required string Xml { get; set; }
}
