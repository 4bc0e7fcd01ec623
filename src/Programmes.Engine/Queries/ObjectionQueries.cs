using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Notices;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Queries;

/// <param name="AnswerBy">The last day, inclusive, to say whether it is accepted.</param>
public sealed record WaitingObjection(long Id, string NoticeId, Text Notice, string? Programme, string Unit, string Kind, bool FromWeb, DateOnly FiledOn, DateOnly AnswerBy, bool IsLate, int Files);

/// <summary>What an author sees with the receipt: how it stands, and nothing that was not known or told to them.</summary>
public sealed record ObjectionStanding(Text Notice, string Unit, string Office, DateOnly FiledOn, ObjectionState State, DateOnly AnswerBy, DateOnly? DecidedOn, string? Decision);

/// <summary>The inbox of objections, and what authors ask about theirs.</summary>
public sealed class ObjectionQueries(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 30;

    /// <summary>The office says within so many working days after the day on which it came in whether it accepts an objection.</summary>
    public const int AnswerWorkingDays = 3;

    /// <summary>Those that wait to be accepted, the oldest first; for who decides about them.</summary>
    public async Task<Paged<WaitingObjection>> InboxAsync(Person person, int page, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var found = await (from objection in db.Objections.AsNoTracking()
                           join notice in db.Notices on objection.NoticeId equals notice.Id
                           join unit in db.Units on new { Programme = notice.ProgrammeId, Unit = objection.UnitId } equals new { Programme = (string?)unit.ProgrammeId, Unit = unit.UnitId }
                           where objection.Status == ObjectionStatus.Filed
                           orderby objection.FiledOn, objection.Id
                           select new { objection, notice.TitleZh, notice.TitleEn, notice.ProgrammeId, Unit = unit.Name, Programme = db.Programmes.Where(one => one.Id == notice.ProgrammeId).Select(one => one.Name).FirstOrDefault() })
            .PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        var files = await FilesAsync(db, [.. found.Rows.Select(row => row.objection.Id)], cancellationToken).ConfigureAwait(false);
        return found.With<WaitingObjection>([.. found.Rows.Select(row =>
        {
            var by = AnswerBy(set, row.objection.FiledOn);
            return new WaitingObjection(row.objection.Id, row.objection.NoticeId, new(row.TitleZh, row.TitleEn), row.Programme, row.Unit, row.objection.Kind.ToString(), row.objection.Channel == ObjectionChannel.Web,
                row.objection.FiledOn, by, set.Today(row.ProgrammeId) > by, files[row.objection.Id].Count());
        })]);
    }

    /// <summary>How many wait to be accepted, for the menu; zero for who does not decide about them.</summary>
    public async Task<int> CountWaitingAsync(Person person, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) return 0;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.Objections.CountAsync(row => row.Status == ObjectionStatus.Filed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null: there is no such receipt.</summary>
    public async Task<ObjectionStanding?> StandingAsync(string? receipt, CancellationToken cancellationToken = default)
    {
        if (ObjectionReceipt.HashOf(receipt) is not { } hash) return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var found = await (from objection in db.Objections.AsNoTracking()
                           join notice in db.Notices on objection.NoticeId equals notice.Id
                           where objection.ReceiptHash == hash
                           select new
                           {
                               objection,
                               notice.TitleZh,
                               notice.TitleEn,
                               notice.Role,
                               Unit = db.Units.Where(one => one.ProgrammeId == notice.ProgrammeId && one.UnitId == objection.UnitId).Select(one => one.Name).FirstOrDefault(),
                               Office = db.Offices.Where(one => one.ProgrammeId == notice.ProgrammeId && one.Role == notice.Role).Select(one => one.Name).FirstOrDefault(),
                           }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return found is null ? null : new(new(found.TitleZh, found.TitleEn), found.Unit ?? found.objection.UnitId, found.Office ?? found.Role, found.objection.FiledOn, found.objection.Status.As<ObjectionState>(),
            AnswerBy(set, found.objection.FiledOn), found.objection.DecidedOn, found.objection.Decision);
    }

    internal static DateOnly AnswerBy(ClockSet set, DateOnly filedOn) => set.Calendar.TryAddWorkingDays(filedOn, AnswerWorkingDays, out var by) ? by : filedOn.AddDays(7);

    internal static async Task<ILookup<long, EvidenceLine>> FilesAsync(ProgrammesDb db, IReadOnlyList<long> objections, CancellationToken cancellationToken)
    {
        var ids = objections.Select(id => id.ToString(CultureInfo.InvariantCulture)).ToList();
        var files = await db.EvidenceFiles.AsNoTracking().Where(file => file.SubjectKind == EvidenceSubjectKind.Objection && ids.Contains(file.SubjectId)).OrderBy(file => file.Id)
            .Select(file => new { file.SubjectId, Line = new EvidenceLine(file.Id, file.Name, file.MediaType, file.LengthBytes, file.Hash, file.EvidenceOn, file.UploadedAt, file.UploadedBy, null) }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return files.ToLookup(file => long.Parse(file.SubjectId, CultureInfo.InvariantCulture), file => file.Line);
    }
}
