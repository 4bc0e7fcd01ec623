using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.Evidence;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Notices;

/// <param name="Content">Disposed by whoever made it.</param>
public sealed record ObjectionFile(Stream Content, string Name);

/// <param name="Receipt">From <see cref="ObjectionReceipt.New"/>, made with the form: the same form sent twice is one objection.</param>
public sealed record PublicObjection(string Notice, string Unit, ObjectionSource Source, string Text, string? Author, string? Contact, string Receipt)
{
    public IReadOnlyList<ObjectionFile> Files { get; init; } = [];
}

public sealed record ReceivedObjection(string Receipt, ObjectionState State, DateOnly FiledOn);

/// <summary>
/// An objection that its author sends on the public page, without sign-in. It is received and suspends nothing: the leading office accepts it,
/// or not (<see cref="ObjectToNotice"/>). An anonymous one, or one after the last day, is kept as a lead.
/// </summary>
public sealed class ReceiveObjection(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, EvidenceIntake intake, TimeProvider time)
{
    /// <summary>Longest name and longest contact, in characters.</summary>
    public const int NameLengthMax = 100;

    /// <summary>Shortest text that says something, in characters.</summary>
    public const int TextLengthMin = 10;

    public const int FilesMax = 3;
    public const long FileBytesMax = 10L * 1024 * 1024;

    /// <summary>Most objections that one notice takes from the public page in 24 hours; beyond it, somebody floods it.</summary>
    public const int PerDayMax = 100;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <param name="preview">Who is signed in may try it in a demonstration.</param>
    /// <exception cref="RefusedException">A field, a file, the notice, or the day's limit; nothing was kept.</exception>
    public async Task<ReceivedObjection> ReceiveAsync(PublicObjection objection, bool preview, CancellationToken cancellationToken = default)
    {
        Check(objection);
        var hash = ObjectionReceipt.HashOf(objection.Receipt) ?? throw new RefusedException(new("表单已失效，请重新打开", "The form is no longer valid; open it again"));
        NoticeRow notice;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
        {
            notice = await OfPublic(db, preview).FirstOrDefaultAsync(row => row.Id == objection.Notice, cancellationToken).ConfigureAwait(false)
                ?? throw RefusedException.NotFound("此公示，可能已经更正后重新发布", "The notice, which may have been corrected and published again,");
            if (await SentBeforeAsync(db, objection.Receipt, hash, cancellationToken).ConfigureAwait(false) is { } before) return before;
            await CheckLimitAsync(db, notice, cancellationToken).ConfigureAwait(false);
        }

        var files = new List<CheckedFile>();
        try
        {
            foreach (var file in objection.Files)
                files.Add(await intake.TakeAsync(Person.Visitor, $"notice:{notice.Id}", notice.ProgrammeId, file.Content, file.Name, FileBytesMax, cancellationToken).ConfigureAwait(false));
            return await KeepAsync(objection, hash, notice, files, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var file in files) file.Dispose();
        }
    }

    private async Task<ReceivedObjection> KeepAsync(PublicObjection objection, string hash, NoticeRow known, List<CheckedFile> files, CancellationToken cancellationToken)
    {
        await using var session = await doors.OpenEvenSuspendedAsync(known.InstanceId, Person.Visitor, cancellationToken).ConfigureAwait(false);
        var db = session.Db;
        if (await SentBeforeAsync(db, objection.Receipt, hash, cancellationToken).ConfigureAwait(false) is { } before) return before;
        var notice = await db.Notices.SingleAsync(row => row.Id == known.Id, cancellationToken).ConfigureAwait(false);
        if (notice.Status == NoticeStatus.Withdrawn) throw new RefusedException(new("此公示已更正后重新发布，请到新的公示提出", "This notice was corrected and published again; object to the new one"));
        await CheckLimitAsync(db, notice, cancellationToken).ConfigureAwait(false);
        if (!await db.StepRows.AnyAsync(row => row.SubjectId == notice.Id && row.UnitId == objection.Unit && row.Status != StepRowStatus.Dropped && row.Status != StepRowStatus.Waiting, cancellationToken).ConfigureAwait(false))
            throw new FieldsRefusedException([new(nameof(PublicObjection.Unit), new("请从公示名单中选择单位", "Choose a unit of the notice's list"))]);
        var kind = objection.Source switch { ObjectionSource.Sealed => ObjectionKind.Sealed, ObjectionSource.Anonymous => ObjectionKind.Anonymous, _ => ObjectionKind.RealName };
        var named = kind != ObjectionKind.Anonymous;
        var row = new ObjectionRow
        {
            NoticeId = notice.Id, UnitId = objection.Unit, Kind = kind, Author = named ? objection.Author!.Trim() : null, Contact = string.IsNullOrWhiteSpace(objection.Contact) ? null : objection.Contact.Trim(),
            Text = objection.Text.Trim(), Channel = ObjectionChannel.Web, ReceiptHash = hash, ReceivedAt = time.GetUtcNow(), FiledOn = session.Today, Status = ObjectionRules.StatusOf(notice, kind, session.Today),
        };
        db.Objections.Add(row);
        session.Audit("objection.received", $"{notice.Id}/{objection.Unit}", row.Status.ToString());
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var subject = new EvidenceSubject(EvidenceSubjectKind.Objection, row.Id.ToString(CultureInfo.InvariantCulture));
        foreach (var file in files.DistinctBy(file => (file.Name, file.Staged.Hash)))
        {
            // Not under the author's name: files are listed where it is not shown.
            db.EvidenceFiles.Add(new()
            {
                SubjectKind = subject.Kind, SubjectId = subject.Id, Hash = file.Staged.Hash, Name = file.Name, MediaType = file.MediaType, LengthBytes = file.Staged.LengthBytes,
                UploadedAt = session.Now, UploadedBy = Person.Visitor.Name,
            });
            if (file.Unscanned is { } why) session.Audit("evidence.unscanned", subject.ToString(), $"{file.Name} {file.Staged.Hash}: {why}");
        }

        await ObjectionRules.TellOfficeAsync(session, notice, row, cancellationToken).ConfigureAwait(false);
        foreach (var file in files.DistinctBy(file => file.Staged.Hash)) file.Staged.Keep();
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new(objection.Receipt, row.Status.As<ObjectionState>(), row.FiledOn);
    }

    /// <summary>Published to everybody, also when its window closed while the form was being filled in.</summary>
    private static IQueryable<NoticeRow> OfPublic(ProgrammesDb db, bool preview) => db.Notices.AsNoTracking().Where(row => row.Status != NoticeStatus.Withdrawn
        && (preview || db.Programmes.Any(programme => programme.Id == row.ProgrammeId && (programme.ClockId == 0 || programme.BackfillUntil != null))));

    private static async Task<ReceivedObjection?> SentBeforeAsync(ProgrammesDb db, string receipt, string hash, CancellationToken cancellationToken) =>
        await db.Objections.AsNoTracking().Where(row => row.ReceiptHash == hash).Select(row => new { row.Status, row.FiledOn }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } before
            ? new(receipt, before.Status.As<ObjectionState>(), before.FiledOn) : null;

    private async Task CheckLimitAsync(ProgrammesDb db, NoticeRow notice, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Day;
        if (await db.Objections.CountAsync(row => row.NoticeId == notice.Id && row.Channel == ObjectionChannel.Web && row.ReceivedAt > since, cancellationToken).ConfigureAwait(false) >= PerDayMax)
            throw new RefusedException(new("今天通过网页收到的异议已达上限，请明天再试，或者按公示所写向公示单位书面提出", "No more objections can be taken on this page today; try again tomorrow, or object in writing to the office that the notice names"));
    }

    private static void Check(PublicObjection objection)
    {
        var problems = new List<FieldProblem>();
        var named = objection.Source != ObjectionSource.Anonymous;
        if (objection.Unit.Length == 0) Add(nameof(objection.Unit), new("请选择被异议单位", "Choose the unit that you object to"));
        if (named) OneLine(nameof(objection.Author), objection.Author, required: objection.Source == ObjectionSource.Sealed ? new("请填写单位名称（与公章一致）", "Give the organisation's name as on its seal") : new("请填写真实姓名", "Give your real name"));
        OneLine(nameof(objection.Contact), objection.Contact, required: named ? new("请填写联系方式，以便核实和答复", "Say how you can be reached, for questions and the answer") : null);
        var length = objection.Text.Trim().Length;
        if (length < TextLengthMin) Add(nameof(objection.Text), new($"请写明异议内容和理由，不少于 {TextLengthMin} 字", $"Say what you object to and why, in {TextLengthMin} characters or more"));
        else if (length > ObjectToNotice.TextLengthMax) Add(nameof(objection.Text), new($"异议内容最长 {ObjectToNotice.TextLengthMax} 字，现有 {length} 字", $"An objection has at most {ObjectToNotice.TextLengthMax} characters; there are {length}"));
        else if (objection.Text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'))) Add(nameof(objection.Text), new("异议内容中有不能显示的字符，请删去", "The text has characters that cannot be shown; remove them"));
        if (objection.Files.Count > FilesMax) Add(nameof(objection.Files), new($"最多 {FilesMax} 个文件", $"There can be {FilesMax} files at most"));
        if (problems.Count > 0) throw new FieldsRefusedException(problems);

        void Add(string field, Text words) => problems.Add(new(field, words));

        void OneLine(string field, string? text, Text? required)
        {
            var value = text?.Trim() ?? "";
            if (value.Length == 0 && required is { } words) Add(field, words);
            else if (value.Length > NameLengthMax) Add(field, new($"最长 {NameLengthMax} 字", $"At most {NameLengthMax} characters"));
            else if (value.Any(char.IsControl)) Add(field, new("这里不能换行，也不能有不能显示的字符", "There can be no line break or hidden character here"));
        }
    }
}
