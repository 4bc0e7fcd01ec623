using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Storage;

namespace Programmes.Engine.Mail;

/// <param name="Masked">The address as it may be shown to whoever holds the link.</param>
public sealed record ChosenMail(string Masked, DigestChoice Digest);

/// <summary>
/// What an address wants of the digests. Many recipients have no account, so the link in their own mails is what lets them
/// choose: it carries the address and a code that only this installation can make.
/// </summary>
public sealed class MailChoices(IDbContextFactory<ProgrammesDb> contexts, MailSettings settings, TimeProvider time)
{
    public const string Path = "/mail/choices";
    private const string KeySetting = "mail-choices-key";
    private const int KeyBytes = 32;

    /// <summary>Two that make the key, or a row, at the same time: the second finds that of the first.</summary>
    private const int AttemptsMax = 3;

    private volatile byte[]? loaded;

    /// <summary>The page on which an address chooses; null without a base address.</summary>
    public async Task<Uri?> LinkForAsync(string address, CancellationToken cancellationToken = default) =>
        await PathForAsync(address, cancellationToken).ConfigureAwait(false) is { } path && settings.Link(path) is { } link ? new(link) : null;

    /// <summary>The same below the base address; null for what is no address.</summary>
    internal async Task<string?> PathForAsync(string address, CancellationToken cancellationToken = default)
    {
        var folded = Folded(address);
        if (folded.Length is 0 or > MailAddresses.LengthMax) return null;
        var key = await KeyAsync(cancellationToken).ConfigureAwait(false);
        return $"{Path}?a={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(folded))}&k={Base64Url.EncodeToString(CodeOf(folded, key))}";
    }

    /// <summary>Null: the link is not one of this installation's.</summary>
    /// <param name="address">As the link has it.</param>
    /// <param name="code">As the link has it.</param>
    public async Task<ChosenMail?> FindAsync(string? address, string? code, CancellationToken cancellationToken = default)
    {
        if (await AddressOfAsync(address, code, cancellationToken).ConfigureAwait(false) is not { } mail) return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.MailChoices.AsNoTracking().FirstOrDefaultAsync(one => one.Mail == mail, cancellationToken).ConfigureAwait(false);
        return new(Masked(mail), row?.Digest ?? DigestChoice.Daily);
    }

    /// <summary>Records the choice. Null: the link is not one of this installation's, and nothing was changed.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public async Task<ChosenMail?> ChooseAsync(string? address, string? code, DigestChoice digest, CancellationToken cancellationToken = default)
    {
        if (!Enum.IsDefined(digest) || await AddressOfAsync(address, code, cancellationToken).ConfigureAwait(false) is not { } mail) return null;
        var masked = Masked(mail);
        await TryAgainAsync(async db =>
        {
            var row = await db.MailChoices.FirstOrDefaultAsync(one => one.Mail == mail, cancellationToken).ConfigureAwait(false);
            if ((row?.Digest ?? DigestChoice.Daily) == digest) return false;
            if (row is null) db.MailChoices.Add(row = new() { Mail = mail });
            row.Digest = digest;
            row.ChosenAt = time.GetUtcNow();
            // Whoever did it is known by the address alone, and the audit is no list of addresses.
            db.Audit.Add(new() { At = row.ChosenAt, Actor = masked, Action = "mail.choice", Subject = masked, Details = digest.ToString() });
            return true;
        }, cancellationToken).ConfigureAwait(false);
        return new(masked, digest);
    }

    /// <summary>Tells its owner which address is meant, and nobody else the address: <c>z***@example.org</c>.</summary>
    public static string Masked(string address)
    {
        var at = address.LastIndexOf('@');
        return at <= 0 ? "***" : $"{address.EnumerateRunes().First()}***{address[at..]}";
    }

    private static string Folded(string address) => address.Trim().ToLowerInvariant();

    private static byte[] CodeOf(string folded, byte[] key) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(folded));

    private async Task<string?> AddressOfAsync(string? address, string? code, CancellationToken cancellationToken)
    {
        if (Decoded(address, MailAddresses.LengthMax * 3) is not { } bytes || Decoded(code, HMACSHA256.HashSizeInBytes) is not { } given) return null;
        var folded = Encoding.UTF8.GetString(bytes);
        var key = await KeyAsync(cancellationToken).ConfigureAwait(false);
        return CryptographicOperations.FixedTimeEquals(given, CodeOf(folded, key)) ? folded : null;
    }

    private static byte[]? Decoded(string? text, int bytesMax)
    {
        if (string.IsNullOrEmpty(text) || text.Length > Base64Url.GetEncodedLength(bytesMax) || !Base64Url.IsValid(text)) return null;
        return Base64Url.DecodeFromChars(text);
    }

    private async Task<byte[]> KeyAsync(CancellationToken cancellationToken)
    {
        if (loaded is { } key) return key;
        await TryAgainAsync(async db =>
        {
            if (await db.Settings.AnyAsync(row => row.Key == KeySetting, cancellationToken).ConfigureAwait(false)) return false;
            db.Settings.Add(new() { Key = KeySetting, Value = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) });
            return true;
        }, cancellationToken).ConfigureAwait(false);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.Settings.AsNoTracking().SingleAsync(one => one.Key == KeySetting, cancellationToken).ConfigureAwait(false);
        return loaded = Convert.FromBase64String(row.Value);
    }

    /// <param name="change">Whether there is something to save.</param>
    private async Task TryAgainAsync(Func<ProgrammesDb, Task<bool>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
            if (!await change(db).ConfigureAwait(false)) return;
            try
            {
                await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DbUpdateException) when (attempt < AttemptsMax)
            {
            }
        }
    }
}
