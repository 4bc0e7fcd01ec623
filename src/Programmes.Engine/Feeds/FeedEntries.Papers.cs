using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Workflows;
using Programmes.Engine.Papers;
using Programmes.Engine.Queries;
using Programmes.Storage.Papers;
using Programmes.Storage.Probations;

namespace Programmes.Engine.Feeds;

/// <summary>Days of papers and of probations.</summary>
internal sealed partial class FeedEntries
{
    /// <summary>A recipient with its paper, and how often its answers were filed and decided about; both counts only rise.</summary>
    private sealed class Asked
    {
        public required PaperRow Paper { get; init; }
        public required PaperRecipientRow To { get; init; }
        public int Filed { get; init; }
        public int Decided { get; init; }
    }

    /// <summary>Answers that the person owes, as a main recipient of a paper that says until when.</summary>
    /// <param name="programme">Null: of all.</param>
    private async Task AddRepliesAsync(string? programme, DateOnly today, CancellationToken cancellationToken)
    {
        if (person.Places.Count == 0) return;
        var since = today.AddDays(-ReadFeed.ShownAfterCalendarDays);
        var asked = (from to in db.PaperRecipients.AsNoTracking()
                     join paper in db.Papers.AsNoTracking() on to.PaperId equals paper.Id
                     where !to.IsCopy && paper.ReplyByOn != null && (programme == null || paper.ProgrammeId == programme)
                         && (paper.EndedOn == null || paper.EndedOn >= since) && (to.RepliedOn == null || to.RepliedOn >= since)
                     select new Asked
                     {
                         Paper = paper,
                         To = to,
                         Filed = db.PaperReplies.Count(reply => reply.PaperId == to.PaperId && reply.Ordinal == to.Ordinal),
                         Decided = db.PaperReplies.Count(reply => reply.PaperId == to.PaperId && reply.Ordinal == to.Ordinal && reply.Status != PaperReplyStatus.Filed),
                     })
            .Where(Owners.Of<Asked>(Owners.Acting(person), one => one.Paper.ProgrammeId, one => one.To.Role, one => one.To.UnitId));
        var found = await NearestAsync(
            asked.Where(one => one.Paper.ReplyByOn >= today).OrderBy(one => one.Paper.ReplyByOn).ThenBy(one => one.Paper.Id).ThenBy(one => one.To.Ordinal),
            asked.Where(one => one.Paper.ReplyByOn < today).OrderByDescending(one => one.Paper.ReplyByOn).ThenBy(one => one.Paper.Id).ThenBy(one => one.To.Ordinal), cancellationToken).ConfigureAwait(false);
        var scopes = await ScopesAsync(found.Select(one => one.Paper.ProgrammeId), cancellationToken).ConfigureAwait(false);
        foreach (var one in found)
        {
            var (paper, scope) = (one.Paper, scopes[one.Paper.ProgrammeId]);
            var name = person.Places.Count == 1 ? "" : $"（{one.To.Name}）";
            Add(scope, "reply", string.Create(CultureInfo.InvariantCulture, $"{paper.Id}-{one.To.Ordinal}"), paper.Version + one.Filed + one.Decided,
                $"{(one.To.RepliedOn is null ? "" : "✓ ")}答复：{paper.Title}{name}", paper.ReplyByOn!.Value, paper.ReplyByOn.Value, PaperPath(paper), paper.Status == PaperStatus.Withdrawn, "公文",
                [$"文号：{paper.Number}", $"最迟{Day(paper.ReplyByOn.Value)}答复", one.To.RepliedOn is { } replied ? $"已于{Day(replied)}答复" : null]);
        }
    }

    /// <summary>Papers whose answers the person watches over, as their issuer or because it sees all.</summary>
    private async Task AddPapersAsync(Scope scope, DateOnly today, CancellationToken cancellationToken)
    {
        var since = today.AddDays(-ReadFeed.ShownAfterCalendarDays);
        var papers = db.Papers.AsNoTracking().Where(row => row.ProgrammeId == scope.Id && row.ReplyByOn != null && (row.EndedOn == null || row.EndedOn >= since));
        if (!person.CanSeeAll) papers = papers.Where(Owners.Of<PaperRow>(Owners.Served(person), row => row.ProgrammeId, row => row.Issuer, row => row.UnitId));
        var dated = papers.Where(PaperRights.Visible(db, person)).Select(row => new
        {
            Paper = row,
            Asked = db.PaperRecipients.Count(to => to.PaperId == row.Id && !to.IsCopy),
            Replied = db.PaperRecipients.Count(to => to.PaperId == row.Id && !to.IsCopy && to.RepliedOn != null),
            Filed = db.PaperReplies.Count(reply => reply.PaperId == row.Id),
            Decided = db.PaperReplies.Count(reply => reply.PaperId == row.Id && reply.Status != PaperReplyStatus.Filed),
        });
        var found = await NearestAsync(
            dated.Where(one => one.Paper.ReplyByOn >= today).OrderBy(one => one.Paper.ReplyByOn).ThenBy(one => one.Paper.Id),
            dated.Where(one => one.Paper.ReplyByOn < today).OrderByDescending(one => one.Paper.ReplyByOn).ThenBy(one => one.Paper.Id), cancellationToken).ConfigureAwait(false);
        foreach (var one in found)
            Add(scope, "paper", one.Paper.Id.ToString(CultureInfo.InvariantCulture), one.Paper.Version + one.Filed + one.Decided,
                $"{(one.Replied == one.Asked ? "✓ " : "")}公文答复期限：{one.Paper.Title}（{one.Replied}／{one.Asked} 已答复）", one.Paper.ReplyByOn!.Value, one.Paper.ReplyByOn.Value, PaperPath(one.Paper),
                one.Paper.Status == PaperStatus.Withdrawn, "公文", [$"文号：{one.Paper.Number}"]);
    }

    /// <summary>The last day on which a unit keeps what it has. Its application and re-checks are work items with days of their own.</summary>
    private async Task AddProbationsAsync(IQueryable<ProbationRow> rows, DateOnly today, CancellationToken cancellationToken)
    {
        var since = today.AddDays(-ReadFeed.ShownAfterCalendarDays);
        var shown = rows.Where(row => row.ProgrammeId != null && row.UnitId != null
            && (row.Status == ProbationStatus.Notified || row.Status == ProbationStatus.Rectifying || row.Status == ProbationStatus.RecheckAsked || row.StatusOn >= since));
        // Whatever becomes of a probation opens, moves or closes a work item of its step, whose counters so never fall.
        var counted = shown.Select(row => new { Probation = row, Changes = db.WorkItems.Where(item => item.InstanceId == row.InstanceId && item.Activity == row.Activity).Sum(item => item.Version + 1) });
        var found = await NearestAsync(
            counted.Where(one => one.Probation.KeptUntilOn >= today).OrderBy(one => one.Probation.KeptUntilOn).ThenBy(one => one.Probation.Id),
            counted.Where(one => one.Probation.KeptUntilOn < today).OrderByDescending(one => one.Probation.KeptUntilOn).ThenBy(one => one.Probation.Id), cancellationToken).ConfigureAwait(false);
        var scopes = await ScopesAsync(found.Select(one => one.Probation.ProgrammeId!), cancellationToken).ConfigureAwait(false);
        var units = await UnitsAsync(found.Select(one => (one.Probation.ProgrammeId!, one.Probation.UnitId)), cancellationToken).ConfigureAwait(false);
        foreach (var one in found)
        {
            var (row, scope) = (one.Probation, scopes[one.Probation.ProgrammeId!]);
            var unit = IsOnlyPlace(row.UnitId!) ? null : units.GetValueOrDefault((scope.Id, row.UnitId!), row.UnitId!);
            var state = row.Status switch { ProbationStatus.Passed => "✓ ", ProbationStatus.Failed => "〔未通过〕", ProbationStatus.NotApplied => "〔未申请〕", _ => "" };
            Add(scope, "probation", row.Id, one.Changes, $"{state}{row.TitleZh}期满{(unit is null ? "" : $"（{unit}）")}", row.KeptUntilOn, row.KeptUntilOn, ProgrammePath(scope), row.Status == ProbationStatus.Cancelled, "保留资格",
                [unit is null ? null : $"参与单位：{unit}", $"自{Day(row.FromOn)}起算，最迟{Day(row.ApplyByOn)}申请保留，保留至{Day(row.KeptUntilOn)}", .. Why(row.KeptUntilOn, row.Why, row.Clause, row.Provisional)]);
        }
    }

    private static string PaperPath(PaperRow paper) => string.Create(CultureInfo.InvariantCulture, $"/papers/{paper.Id}");
}
