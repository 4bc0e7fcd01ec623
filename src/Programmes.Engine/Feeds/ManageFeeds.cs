using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;

namespace Programmes.Engine.Feeds;

/// <param name="Programme">Null: one's own work in all programmes.</param>
/// <param name="UsedAt">When a calendar program last read it, to the hour; null: never.</param>
public sealed record FeedLine(long Id, string? ProgrammeId, string? Programme, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt);

/// <summary>Calendars that a person's calendar program reads by a secret address, because it cannot sign in.</summary>
public sealed class ManageFeeds(IDbContextFactory<ProgrammesDb> contexts, TimeProvider time)
{
    /// <summary>Live calendars of an account.</summary>
    public const int LiveMax = 10;

    private const int SecretBytes = 32;

    /// <summary>Characters of a secret.</summary>
    internal static readonly int SecretLength = Base64Url.GetEncodedLength(SecretBytes);

    /// <summary>Returns the secret, of which only the hash is kept: it is shown this once.</summary>
    /// <param name="programme">Null: the person's own work in all programmes.</param>
    /// <exception cref="RefusedException">The person does not know the programme, or has <see cref="LiveMax"/> calendars.</exception>
    public async Task<string> CreateAsync(Person person, string accountId, string? programme, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (programme is not null && !await db.ProgrammesOf(person).AnyAsync(row => row.Id == programme, cancellationToken).ConfigureAwait(false)) throw RefusedException.NotFound("此专项工作", "The programme");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (await db.CalendarFeeds.CountAsync(row => row.AccountId == accountId && row.RevokedAt == null, cancellationToken).ConfigureAwait(false) >= LiveMax)
            throw new RefusedException(new($"每个账号最多 {LiveMax} 个日历订阅，请先停用不用的", $"An account has {LiveMax} calendars at most; revoke one first"));
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var feed = db.CalendarFeeds.Add(new() { AccountId = accountId, ProgrammeId = programme, SecretHash = HashOf(secret), CreatedAt = time.GetUtcNow() }).Entity;
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        Audit(db, person, "calendar-feed.created", feed.Id, programme);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return secret;
    }

    /// <summary>The account's live calendars, newest first.</summary>
    public async Task<IReadOnlyList<FeedLine>> ListAsync(string accountId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.CalendarFeeds.AsNoTracking().Where(row => row.AccountId == accountId && row.RevokedAt == null).OrderByDescending(row => row.Id).Take(LiveMax * 2)
            .Select(row => new FeedLine(row.Id, row.ProgrammeId, db.Programmes.Where(one => one.Id == row.ProgrammeId).Select(one => one.Name).FirstOrDefault(), row.CreatedAt, row.UsedAt))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Its address leads nowhere from now on.</summary>
    /// <exception cref="RefusedException">The account has no such live calendar.</exception>
    public async Task RevokeAsync(Person person, string accountId, long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var feed = await db.CalendarFeeds.FirstOrDefaultAsync(row => row.Id == id && row.AccountId == accountId && row.RevokedAt == null, cancellationToken).ConfigureAwait(false)
            ?? throw RefusedException.NotFound("此日历订阅", "The calendar");
        feed.RevokedAt = time.GetUtcNow();
        Audit(db, person, "calendar-feed.revoked", feed.Id, feed.ProgrammeId);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A lookup by hash takes the same time whatever part of a secret is right.</summary>
    internal static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private void Audit(ProgrammesDb db, Person person, string action, long feed, string? programme) =>
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = person.Name, Action = action, Subject = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"calendar-feed-{feed}"), ProgrammeId = programme });
}
