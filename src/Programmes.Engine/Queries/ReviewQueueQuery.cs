using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.Ledgers;
using Programmes.Storage.Notices;
using Programmes.Storage.Papers;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

public enum ReviewKind { Work, Entry, Extension, Answer, Objection }

/// <summary>Something that waits for a decision.</summary>
/// <param name="Id">Of the work item, the ledger entry, the paper or the notice.</param>
/// <param name="Since">Since when it waits.</param>
/// <param name="WorkingDays">How long it waits.</param>
/// <param name="Bulk">It can be accepted among others: nothing has to be chosen.</param>
/// <param name="Until">Of an extension: the day asked for.</param>
public sealed record ReviewLine(ReviewKind Kind, string Id, Text Title, string? Programme, string? Unit, DateOnly Since, int WorkingDays, DateOnly? Due, bool Bulk, string? Remark = null, DateOnly? Until = null);

public sealed record ReviewCounts(int Work, int Entries, int Extensions, int Answers, int Objections)
{
    public int All => Work + Entries + Extensions + Answers + Objections;
}

public sealed record ReviewList(Paged<ReviewLine> Lines, ReviewCounts Counts);

/// <summary>What waits for the person's office to accept, return, grant or decide; the oldest first.</summary>
public sealed class ReviewQueueQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 50;

    /// <param name="kind">Null: the oldest of every kind, as many as a page holds.</param>
    /// <param name="programme">Null or empty: all programmes.</param>
    public async Task<ReviewList> RunAsync(Person person, ReviewKind? kind, string? programme, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var of = string.IsNullOrEmpty(programme) ? null : programme;
        var reviewed = person.CanManage ? db.WorkItems.AsNoTracking().Where(row => row.ClosedOn == null) : db.WorkItems.AsNoTracking().Where(Visibility.Reviewed(person)).Where(row => row.ClosedOn == null);
        if (of is not null) reviewed = reviewed.Where(row => row.ProgrammeId == of);
        var work = reviewed.Where(row => row.Status == WorkItemStatus.Submitted && row.Reviewer != null && !row.Suspended);
        var extensions = from row in reviewed join asked in db.Extensions.AsNoTracking() on row.Id equals asked.WorkItemId where asked.Status == ExtensionStatus.Asked select new AskedExtension { Item = row, Asked = asked };
        var entries = Entries(db, person, of);
        var answers = Answers(db, person, of);
        var objections = Objections(db, person, of);
        var counts = new ReviewCounts(
            await work.CountAsync(cancellationToken).ConfigureAwait(false), await entries.CountAsync(cancellationToken).ConfigureAwait(false), await extensions.CountAsync(cancellationToken).ConfigureAwait(false),
            await answers.CountAsync(cancellationToken).ConfigureAwait(false), await objections.CountAsync(cancellationToken).ConfigureAwait(false));
        var lines = kind is { } one ? await ReadAsync(one, page, cancellationToken).ConfigureAwait(false) : await OldestAsync().ConfigureAwait(false);
        return new(lines.With(await NamedAsync(db, set, lines.Rows, cancellationToken).ConfigureAwait(false)), counts);

        async Task<Paged<Found>> OldestAsync()
        {
            var all = new List<Found>();
            foreach (var each in Enum.GetValues<ReviewKind>()) all.AddRange((await ReadAsync(each, 1, cancellationToken).ConfigureAwait(false)).Rows);
            return new([.. all.OrderBy(found => found.Since).ThenBy(found => found.Kind).ThenBy(found => found.Id, StringComparer.Ordinal).Take(PageSize)], 1, PageSize, Math.Min(counts.All, PageSize));
        }

        async Task<Paged<Found>> ReadAsync(ReviewKind which, int number, CancellationToken cancelled)
        {
            switch (which)
            {
                case ReviewKind.Work:
                    var items = await work.OrderBy(row => row.SubmittedOn).ThenBy(row => row.Id).PageAsync(number, PageSize, cancelled).ConfigureAwait(false);
                    return items.With<Found>([.. items.Rows.Select(row => new Found(which, row.Id, new(row.TitleZh, row.TitleEn), row.ProgrammeId, row.UnitId, row.SubmittedOn ?? row.OpenedOn, row.DueOn, !ReviewMany.NeedsAChoice(row), row.SubmittedBy, null))]);
                case ReviewKind.Extension:
                    var asked = await extensions.OrderBy(row => row.Asked.AskedOn).ThenBy(row => row.Asked.Id).PageAsync(number, PageSize, cancelled).ConfigureAwait(false);
                    return asked.With<Found>([.. asked.Rows.Select(row => new Found(which, row.Item.Id, new(row.Item.TitleZh, row.Item.TitleEn), row.Item.ProgrammeId, row.Item.UnitId, row.Asked.AskedOn, row.Item.DueOn, true, row.Asked.Reason, row.Asked.AskedUntilOn))]);
                case ReviewKind.Entry:
                    var found = await entries.OrderBy(row => row.SubmittedOn).ThenBy(row => row.Id).PageAsync(number, PageSize, cancelled).ConfigureAwait(false);
                    return found.With<Found>([.. found.Rows.Select(row => new Found(which, row.Id, new($"第 {row.Number} 项：{row.Problem}", $"No. {row.Number}: {row.Problem}"), row.ProgrammeId, row.UnitId, row.SubmittedOn ?? row.OpenedOn, row.DeadlineOn, true, row.Done, null))]);
                case ReviewKind.Answer:
                    var replied = await answers.OrderBy(row => row.To.RepliedOn).ThenBy(row => row.Paper.Id).ThenBy(row => row.To.Ordinal).PageAsync(number, PageSize, cancelled).ConfigureAwait(false);
                    return replied.With<Found>([.. replied.Rows.Select(row => new Found(which, $"{row.Paper.Id}", new($"{row.Paper.Kind.Words().Zh}：{row.Paper.Title}", $"{row.Paper.Kind.Words().En}: {row.Paper.Title}"), row.Paper.ProgrammeId, null, row.To.RepliedOn!.Value, row.Paper.ReplyByOn, false, row.To.Name, null))]);
                default:
                    var filed = await objections.OrderBy(row => row.Objection.FiledOn).ThenBy(row => row.Objection.Id).PageAsync(number, PageSize, cancelled).ConfigureAwait(false);
                    return filed.With<Found>([.. filed.Rows.Select(row => new Found(which, row.Notice.Id, new($"异议：{row.Notice.TitleZh}", $"Objection: {row.Notice.TitleEn}"), row.Notice.ProgrammeId, row.Objection.UnitId, row.Objection.FiledOn, null, false, null, null))]);
            }
        }
    }

    private static IQueryable<LedgerEntryRow> Entries(ProgrammesDb db, Person person, string? of)
    {
        var ledgers = db.Ledgers.AsNoTracking().Where(row => row.Status != LedgerStatus.Cancelled);
        if (!person.CanManage) ledgers = ledgers.Where(Owners.Of<LedgerRow>(Owners.Acting(person), row => row.ProgrammeId, row => row.Reviewer, row => row.UnitId));
        return from entry in db.LedgerEntries.AsNoTracking()
               join ledger in ledgers on entry.LedgerId equals ledger.Id
               where entry.Status == LedgerEntryStatus.Submitted && (of == null || entry.ProgrammeId == of)
               select entry;
    }

    private static IQueryable<FiledAnswer> Answers(ProgrammesDb db, Person person, string? of) =>
        from paper in db.Papers.AsNoTracking().Where(PaperListQuery.Judged(person))
        join to in db.PaperRecipients.AsNoTracking() on paper.Id equals to.PaperId
        where paper.Status != PaperStatus.Withdrawn && paper.Status != PaperStatus.Closed && !to.IsCopy && to.RepliedOn != null && to.AcceptedOn == null && (of == null || paper.ProgrammeId == of)
        select new FiledAnswer { Paper = paper, To = to };

    /// <summary>The leading office decides about objections.</summary>
    private static IQueryable<PendingObjection> Objections(ProgrammesDb db, Person person, string? of)
    {
        var all = person.CanManage;
        return from objection in db.Objections.AsNoTracking()
               join notice in db.Notices.AsNoTracking() on objection.NoticeId equals notice.Id
               where all && (objection.Status == ObjectionStatus.Filed || objection.Status == ObjectionStatus.Accepted) && (of == null || notice.ProgrammeId == of)
               select new PendingObjection { Objection = objection, Notice = notice };
    }

    private static async Task<IReadOnlyList<ReviewLine>> NamedAsync(ProgrammesDb db, ClockSet set, IReadOnlyList<Found> rows, CancellationToken cancellationToken)
    {
        var programmes = rows.Select(row => row.Programme).OfType<string>().Distinct().ToList();
        var units = rows.Select(row => row.Unit).OfType<string>().Distinct().ToList();
        var names = await db.Programmes.AsNoTracking().Where(row => programmes.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken).ConfigureAwait(false);
        var unitNames = await db.Units.AsNoTracking().Where(row => programmes.Contains(row.ProgrammeId) && units.Contains(row.UnitId)).ToDictionaryAsync(row => (row.ProgrammeId, row.UnitId), row => row.Name, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new ReviewLine(
            row.Kind, row.Id, row.Title, row.Programme is null ? null : names.GetValueOrDefault(row.Programme), row.Unit is null ? null : unitNames.GetValueOrDefault((row.Programme ?? "", row.Unit), row.Unit),
            row.Since, Math.Max(0, set.Calendar.WorkingDaysBetween(row.Since, set.Today(row.Programme))), row.Due, row.Bulk, row.Remark, row.Until))];
    }

    private sealed record Found(ReviewKind Kind, string Id, Text Title, string? Programme, string? Unit, DateOnly Since, DateOnly? Due, bool Bulk, string? Remark, DateOnly? Until);

    private sealed class AskedExtension
    {
        public required WorkItemRow Item { get; init; }
        public required ExtensionRow Asked { get; init; }
    }

    private sealed class FiledAnswer
    {
        public required PaperRow Paper { get; init; }
        public required PaperRecipientRow To { get; init; }
    }

    private sealed class PendingObjection
    {
        public required ObjectionRow Objection { get; init; }
        public required NoticeRow Notice { get; init; }
    }
}
