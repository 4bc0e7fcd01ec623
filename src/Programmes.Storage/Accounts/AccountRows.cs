using Microsoft.AspNetCore.Identity;
using Programmes.Core.Programmes;

namespace Programmes.Storage.Accounts;

/// <summary>A person's account. What it may do follows from its role and its <see cref="AccountPlaceRow"/>s.</summary>
public sealed class Account : IdentityUser
{
    public string? DisplayName { get; set; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? LastSignedInAt { get; set; }

    /// <summary>The authenticator app's secret, under data protection. Before <c>TwoFactorEnabled</c> it waits for its first code.</summary>
    public string? AuthenticatorSecret { get; set; }

    /// <summary>The time step of the last code that was accepted: no code opens twice.</summary>
    public long? AuthenticatorStep { get; set; }
}

public sealed class Role : IdentityRole;

/// <summary><see cref="Supervises"/>: the account, a supervisor's, sees this part; without any it sees the whole.</summary>
public enum AccountPlaceKind { Serves, Supervises }

/// <summary>What an account serves, an office role or a unit; or what a supervisor sees.</summary>
public sealed class AccountPlaceRow
{
    public required string AccountId { get; set; }

    /// <summary>0-based.</summary>
    public int Ordinal { get; set; }
    public AccountPlaceKind Kind { get; set; }

    /// <summary>Null: all programmes.</summary>
    public string? ProgrammeId { get; set; }

    /// <summary>The office's role in the launches; to supervise it includes everything below it.</summary>
    public string? OfficeRole { get; set; }
    public string? UnitId { get; set; }

    /// <summary>Only to supervise: what offices and units of this level owe.</summary>
    public AdministrativeLevel? Level { get; set; }
}

public enum AccountLinkKind { Invitation, PasswordReset }

/// <summary>A link that was mailed or shown once, by its hash.</summary>
public sealed class AccountLinkRow
{
    public long Id { get; set; }
    public required string AccountId { get; set; }
    public AccountLinkKind Kind { get; set; }
    public required string SecretHash { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>Opens an account once, in place of its authenticator app.</summary>
public sealed class RecoveryCodeRow
{
    public long Id { get; set; }
    public required string AccountId { get; set; }
    public required string CodeHash { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}

public enum ApiTokenScope { Read, Write }

/// <summary>Lets a program act as an account; the token itself is kept nowhere.</summary>
public sealed class ApiTokenRow
{
    public long Id { get; set; }
    public required string AccountId { get; set; }
    public required string Name { get; set; }
    public required string SecretHash { get; set; }
    public ApiTokenScope Scope { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>A key of ASP.NET Core's data protection, shared between nodes.</summary>
public sealed class DataProtectionKeyRow
{
    public long Id { get; set; }
    public required string FriendlyName { get; set; }
    public required string Xml { get; set; }
}
