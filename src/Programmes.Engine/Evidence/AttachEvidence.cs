using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Evidence;

/// <summary>Hands in a file as evidence: checked by name and content, kept under its hash, and recorded with who and when.</summary>
public sealed class AttachEvidence(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, EvidenceIntake intake)
{
    /// <summary>Largest file.</summary>
    public const long FileBytesMax = 50L * 1024 * 1024;

    /// <summary>Most files that one subject has at a time.</summary>
    public const int FilesMax = 50;

    private const int FormItemLengthMax = 200;

    /// <summary>Endings of the kinds of files that are taken, such as <c>.pdf</c>.</summary>
    public static IReadOnlyCollection<string> Endings => EvidenceTypes.Endings;

    /// <summary>Returns the file's id. The same file a second time is the first.</summary>
    /// <param name="evidenceOn">The day that the evidence is of, such as the day of a photograph; not later than today. Null: unknown.</param>
    /// <exception cref="RefusedException">The name, the size, the kind, what the scanner found, or who asks.</exception>
    public Task<long> AttachAsync(Person person, EvidenceSubject subject, Stream content, string fileName, DateOnly? evidenceOn = null, CancellationToken cancellationToken = default) =>
        AttachAsync(person, subject, content, fileName, evidenceOn, null, cancellationToken);

    /// <inheritdoc cref="AttachAsync(Person, EvidenceSubject, Stream, string, DateOnly?, CancellationToken)"/>
    /// <param name="formItem">The key of the form item of kind file that it answers; null: it belongs to the work as a whole.</param>
    public async Task<long> AttachAsync(Person person, EvidenceSubject subject, Stream content, string fileName, DateOnly? evidenceOn, string? formItem, CancellationToken cancellationToken)
    {
        // Asked before the content is taken in, and again under the lock.
        EvidenceTarget target;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
            target = await MayChangeAsync(db, person, subject, cancellationToken).ConfigureAwait(false);

        if (formItem is { Length: > FormItemLengthMax }) throw new RefusedException(new("没有这一项", "There is no such item"));
        using var file = await intake.TakeAsync(person, subject.ToString(), target.ProgrammeId, content, fileName, FileBytesMax, cancellationToken).ConfigureAwait(false);
        var (staged, name) = (file.Staged, file.Name);

        await using var session = await doors.OpenAsync(target.InstanceId, person, cancellationToken).ConfigureAwait(false);
        target = await MayChangeAsync(session.Db, person, subject, cancellationToken).ConfigureAwait(false);
        if (evidenceOn > session.Today) throw new RefusedException(new($"材料日期不能晚于今天（{session.Today:yyyy-MM-dd}）", $"The evidence cannot be of a day after today ({session.Today:yyyy-MM-dd})"));
        var files = await session.Db.EvidenceFiles.Where(EvidenceTarget.FilesOf(subject)).Where(one => one.WithdrawnAt == null).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (files.Find(one => one.Hash == staged.Hash && one.Name == name && one.FormItem == formItem) is { } same) return same.Id;
        if (files.Count >= FilesMax) throw new RefusedException(new($"最多 {FilesMax} 份材料，请合并后再上传", $"There can be {FilesMax} files at most; merge some"));
        var row = new EvidenceFileRow
        {
            SubjectKind = subject.Kind, SubjectId = subject.Id, UnitId = target.UnitId, Hash = staged.Hash, Name = name, MediaType = file.MediaType, LengthBytes = staged.LengthBytes,
            FormItem = formItem, EvidenceOn = evidenceOn, UploadedAt = session.Now, UploadedBy = person.Name,
        };
        session.Db.EvidenceFiles.Add(row);
        if (subject.Kind == EvidenceSubjectKind.WorkItem) session.Db.WorkItemEvents.Add(new() { WorkItemId = subject.Id, Kind = WorkItemEventKind.EvidenceAttached, At = session.Now, Actor = person.Name, Reason = name });
        session.Audit("evidence.attached", subject.ToString(), $"{name} {staged.Hash}");
        if (file.Unscanned is { } why) session.Audit("evidence.unscanned", subject.ToString(), $"{name} {staged.Hash}: {why}");
        staged.Keep();
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return row.Id;
    }

    internal static async Task<EvidenceTarget> MayChangeAsync(ProgrammesDb db, Person person, EvidenceSubject subject, CancellationToken cancellationToken)
    {
        var target = await EvidenceTarget.FindAsync(db, person, subject, cancellationToken).ConfigureAwait(false);
        if (target is not { MayChange: true }) throw RefusedException.Forbidden();
        return target.Closed is { } closed ? throw new RefusedException(closed) : target;
    }
}
