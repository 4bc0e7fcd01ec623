using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Storage;

namespace Programmes.Engine.People;

/// <summary>What administrators set on the settings page.</summary>
/// <param name="SessionIdleHours">Without a request for so long one has to sign in again; holds from the next sign-in on.</param>
/// <param name="TwoFactorForManagers">Administrators and the leading office sign in with an authenticator app, too.</param>
public sealed record SecuritySettings(int SessionIdleHours = SecuritySettings.SessionIdleHoursDefault, bool TwoFactorForManagers = false)
{
    public const int SessionIdleHoursDefault = 8;
    public const int SessionIdleHoursMax = 24;
}

/// <summary>The settings that are kept in the database. Each change is audited with what was before.</summary>
public sealed class OfficeSettings(IDbContextFactory<ProgrammesDb> contexts, TimeProvider time)
{
    private const string SessionKey = "session-idle-hours";
    private const string TwoFactorKey = "two-factor-for-managers";

    /// <summary>A change made on another node is known here after so long.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    private volatile Kept? kept;

    private sealed record Kept(SecuritySettings Settings, DateTimeOffset Until);

    public async Task<SecuritySettings> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (kept is { } known && time.GetUtcNow() < known.Until) return known.Settings;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var read = await ReadAsync(db, cancellationToken).ConfigureAwait(false);
        kept = new(read, time.GetUtcNow() + KeptFor);
        return read;
    }

    /// <exception cref="RefusedException">The person is no administrator, or a value is out of its range.</exception>
    public async Task ChangeAsync(Person person, SecuritySettings wanted, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        if (wanted.SessionIdleHours is < 1 or > SecuritySettings.SessionIdleHoursMax)
            throw new RefusedException(new($"登录有效时间为 1 至 {SecuritySettings.SessionIdleHoursMax} 小时", $"The time-out is 1 to {SecuritySettings.SessionIdleHoursMax} hours"));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var old = await ReadAsync(db, cancellationToken).ConfigureAwait(false);
        await SetAsync(db, person, SessionKey, Number(old.SessionIdleHours), Number(wanted.SessionIdleHours), cancellationToken).ConfigureAwait(false);
        await SetAsync(db, person, TwoFactorKey, Flag(old.TwoFactorForManagers), Flag(wanted.TwoFactorForManagers), cancellationToken).ConfigureAwait(false);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        kept = null;
    }

    internal static async Task<SecuritySettings> ReadAsync(ProgrammesDb db, CancellationToken cancellationToken)
    {
        var rows = await db.Settings.AsNoTracking().Where(row => row.Key == SessionKey || row.Key == TwoFactorKey).ToDictionaryAsync(row => row.Key, row => row.Value, cancellationToken).ConfigureAwait(false);
        return new(
            int.TryParse(rows.GetValueOrDefault(SessionKey), NumberStyles.None, CultureInfo.InvariantCulture, out var hours) ? Math.Clamp(hours, 1, SecuritySettings.SessionIdleHoursMax) : SecuritySettings.SessionIdleHoursDefault,
            rows.GetValueOrDefault(TwoFactorKey) == Flag(true));
    }

    private async Task SetAsync(ProgrammesDb db, Person person, string key, string old, string wanted, CancellationToken cancellationToken)
    {
        if (old == wanted) return;
        var row = await db.Settings.FirstOrDefaultAsync(one => one.Key == key, cancellationToken).ConfigureAwait(false);
        if (row is null) db.Settings.Add(new() { Key = key, Value = wanted });
        else row.Value = wanted;
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = person.Name, Action = "settings.changed", Subject = key, Details = $"{old} → {wanted}" });
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Flag(bool flag) => flag ? "true" : "false";
}
