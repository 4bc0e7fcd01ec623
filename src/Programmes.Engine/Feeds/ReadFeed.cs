using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Reminders;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Feeds;

/// <param name="Calendar">As RFC 5545 has it.</param>
/// <param name="Tag">The same for the same entries, whenever they are read.</param>
public sealed record FeedText(string Calendar, string Tag);

/// <summary>
/// What a secret address shows: what its account may see today. Unknown, revoked, and of a disabled account are all nothing.
/// </summary>
public sealed class ReadFeed(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks, TimelineQuery timeline, MailSettings settings, TimeProvider time)
{
    /// <summary>Most entries of a calendar; those nearest to today win.</summary>
    public const int EntriesMax = 500;

    /// <summary>What was done or withdrawn is shown for so many days more.</summary>
    public const int ShownAfterCalendarDays = 30;

    private static readonly TimeSpan UseRecordedEvery = TimeSpan.FromHours(1);

    public async Task<FeedText?> RunAsync(string secret, CancellationToken cancellationToken = default)
    {
        if (secret.Length != ManageFeeds.SecretLength) return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var hash = ManageFeeds.HashOf(secret);
        var feed = await db.CalendarFeeds.AsNoTracking().FirstOrDefaultAsync(row => row.SecretHash == hash && row.RevokedAt == null, cancellationToken).ConfigureAwait(false);
        if (feed is null || await AccountStore.LoadAsync(db, feed.AccountId, cancellationToken).ConfigureAwait(false) is not { } account) return null;
        await RecordUseAsync(db, feed, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var entries = new FeedEntries(db, await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false), settings, account.ToPerson());
        var (name, found) = feed.ProgrammeId is { } programme
            ? await entries.OfProgrammeAsync(programme, timeline, cancellationToken).ConfigureAwait(false)
            : ($"我的待办（{account.DisplayName}）", await entries.OwnAsync(cancellationToken).ConfigureAwait(false));
        return Write(name, found, now, feed.Id);
    }

    /// <summary>The nearest entries, in the order of their days.</summary>
    internal static IReadOnlyList<CalendarEntry> Nearest(IEnumerable<CalendarEntry> entries, DateOnly today, int max) =>
        [.. entries.OrderBy(entry => DaysFrom(entry, today)).ThenBy(entry => entry.Uid, StringComparer.Ordinal).Take(max).OrderBy(entry => entry.From).ThenBy(entry => entry.Uid, StringComparer.Ordinal)];

    private static int DaysFrom(CalendarEntry entry, DateOnly today) =>
        entry.From > today ? entry.From.DayNumber - today.DayNumber : entry.Until < today ? today.DayNumber - entry.Until.DayNumber : 0;

    private static FeedText Write(string name, FoundEntries found, DateTimeOffset now, long feed)
    {
        var shown = Nearest(found.Entries, found.Today, EntriesMax);
        var description = "截止日期和公示期，由专项工作台自动更新；日期变动后，日历随之变动。";
        if (found.More || found.Entries.Count > shown.Count)
        {
            var words = $"日程较多，仅显示离今天最近的 {EntriesMax} 项，其余请登录专项工作台查看";
            description = $"{description}\n{words}。";
            shown = [.. shown, new(CalendarEntry.UidOf("more", $"{feed}"), found.Today.DayNumber, words, null, found.Today, found.Today)];
        }

        var tag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ICalendarText.Of(name, shown, DateTimeOffset.UnixEpoch, description))))[..32];
        return new(ICalendarText.Of(name, shown, now, description), tag);
    }

    private async Task RecordUseAsync(ProgrammesDb db, CalendarFeedRow feed, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (feed.UsedAt is { } used && used > now - UseRecordedEvery) return;
        await db.CalendarFeeds.Where(row => row.Id == feed.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellationToken).ConfigureAwait(false);
    }
}
