using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Engine.Ledgers;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.WorkItems;

/// <param name="Title">Of what was not done; the id where it is not known.</param>
public sealed record RefusedReview(string Id, Text Title, Text Words);

/// <summary>What came of many: each stands for itself, and what could not be done is told with its reason.</summary>
public sealed record ReviewOutcome(int Done, IReadOnlyList<RefusedReview> Refused);

/// <summary>Reviews many at once where nothing has to be chosen: work accepted, entries closed, extensions granted as asked.</summary>
public sealed class ReviewMany(ReviewItem review, JudgeEntry judge, IDbContextFactory<ProgrammesDb> contexts)
{
    /// <summary>Most things reviewed at a time.</summary>
    public const int Max = 100;

    /// <summary>Only work whose outcome needs no choice; the rest is refused, for its reviewer to look at.</summary>
    public Task<ReviewOutcome> AcceptWorkAsync(Person person, IReadOnlyList<string> items, CancellationToken cancellationToken = default) => EachAsync(items, WorkTitlesAsync, async id =>
    {
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
        {
            var row = await db.WorkItems.AsNoTracking().FirstOrDefaultAsync(one => one.Id == id, cancellationToken).ConfigureAwait(false);
            if (row is not null && WorkItemRights.MayReview(person, row) && NeedsAChoice(row)) throw new RefusedException(new("结果须逐项选择，请打开办理", "Its outcome has to be chosen; open it"));
        }

        await review.CompleteAsync(person, id, null, null, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    public Task<ReviewOutcome> CloseEntriesAsync(Person person, IReadOnlyList<string> entries, CancellationToken cancellationToken = default) =>
        EachAsync(entries, EntryTitlesAsync, id => judge.CloseAsync(person, id, null, null, cancellationToken), cancellationToken);

    /// <summary>To the day that was asked for.</summary>
    public Task<ReviewOutcome> GrantAsync(Person person, IReadOnlyList<string> items, string answer, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(answer)) throw new RefusedException(new("请写明准予延期的理由", "Give the reason for granting it"));
        return EachAsync(items, WorkTitlesAsync, async id =>
        {
            DateOnly? until;
            await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
                until = await db.Extensions.Where(row => row.WorkItemId == id && row.Status == ExtensionStatus.Asked).Select(row => (DateOnly?)row.AskedUntilOn).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            if (until is not { } day) throw new RefusedException(new("没有待答复的延期申请", "No extension was asked for"));
            await review.AnswerExtensionAsync(person, id, day, answer, cancellationToken).ConfigureAwait(false);
        }, cancellationToken);
    }

    internal static bool NeedsAChoice(WorkItemRow row) => row.Units is not null || row.Outcomes.Contains(',', StringComparison.Ordinal);

    private async Task<ReviewOutcome> EachAsync(
        IReadOnlyList<string> ids, Func<ProgrammesDb, List<string>, CancellationToken, Task<Dictionary<string, Text>>> titles, Func<string, Task> act, CancellationToken cancellationToken)
    {
        var asked = ids.Distinct().ToList();
        if (asked.Count == 0) throw new RefusedException(new("请先选择要办理的事项", "Choose something first"));
        if (asked.Count > Max) throw new RefusedException(new($"一次最多办理 {Max} 项，现为 {asked.Count} 项", $"At most {Max} at a time, not {asked.Count}"));
        var refused = new List<RefusedReview>();
        foreach (var id in asked)
        {
            try
            {
                await act(id).ConfigureAwait(false);
            }
            catch (RefusedException words) when (!words.IsForbidden || asked.Count > 1)
            {
                refused.Add(new(id, Text.Same(id), words.Words));
            }
        }

        if (refused.Count == 0) return new(asked.Count, []);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        // Titles of what the person could not even open are not told.
        var known = await titles(db, [.. refused.Where(one => one.Words != RefusedException.Forbidden().Words).Select(one => one.Id)], cancellationToken).ConfigureAwait(false);
        return new(asked.Count - refused.Count, [.. refused.Select(one => one with { Title = known.GetValueOrDefault(one.Id, one.Title) })]);
    }

    private static async Task<Dictionary<string, Text>> WorkTitlesAsync(ProgrammesDb db, List<string> ids, CancellationToken cancellationToken) =>
        (await (from row in db.WorkItems
                where ids.Contains(row.Id)
                select new { row.Id, row.TitleZh, row.TitleEn, Unit = db.Units.Where(unit => unit.ProgrammeId == row.ProgrammeId && unit.UnitId == row.UnitId).Select(unit => unit.Name).FirstOrDefault() }).ToListAsync(cancellationToken).ConfigureAwait(false))
        .ToDictionary(row => row.Id, row => new Text($"{row.Unit}“{row.TitleZh}”", $"{row.Unit} \"{row.TitleEn}\""));

    private static async Task<Dictionary<string, Text>> EntryTitlesAsync(ProgrammesDb db, List<string> ids, CancellationToken cancellationToken) =>
        (await (from row in db.LedgerEntries
                where ids.Contains(row.Id)
                select new { row.Id, row.Number, Unit = db.Units.Where(unit => unit.ProgrammeId == row.ProgrammeId && unit.UnitId == row.UnitId).Select(unit => unit.Name).FirstOrDefault() }).ToListAsync(cancellationToken).ConfigureAwait(false))
        .ToDictionary(row => row.Id, row => new Text($"{row.Unit}问题第 {row.Number} 项", $"{row.Unit}, problem no. {row.Number}"));
}
