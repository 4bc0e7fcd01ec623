using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Evidence;

/// <summary>Hands in a file as evidence: checked by name and content, kept under its hash, and recorded with who and when.</summary>
public sealed class AttachEvidence(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, IEvidenceStore store, IEvidenceScanner scanner)
{
    /// <summary>Largest file.</summary>
    public const long FileBytesMax = 50L * 1024 * 1024;

    /// <summary>Most files that one subject has at a time.</summary>
    public const int FilesMax = 50;

    /// <summary>Endings of the kinds of files that are taken, such as <c>.pdf</c>.</summary>
    public static IReadOnlyCollection<string> Endings => EvidenceTypes.Endings;

    /// <summary>Returns the file's id. The same file a second time is the first.</summary>
    /// <param name="evidenceOn">The day that the evidence is of, such as the day of a photograph; not later than today. Null: unknown.</param>
    /// <exception cref="RefusedException">The name, the size, the kind, what the scanner found, or who asks.</exception>
    public async Task<long> AttachAsync(Person person, EvidenceSubject subject, Stream content, string fileName, DateOnly? evidenceOn = null, CancellationToken cancellationToken = default)
    {
        var name = EvidenceName.Checked(fileName);
        // Asked before the content is taken in, and again under the lock.
        EvidenceTarget target;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
            target = await MayChangeAsync(db, person, subject, cancellationToken).ConfigureAwait(false);

        using var staged = await store.StageAsync(content, FileBytesMax, cancellationToken).ConfigureAwait(false)
            ?? throw new RefusedException(new($"单个文件最大 {FileBytesMax / 1024 / 1024} MB，请压缩或拆分后再上传", $"A file has at most {FileBytesMax / 1024 / 1024} MB; compress or split it"));
        if (staged.LengthBytes == 0) throw new RefusedException(new("文件是空的", "The file is empty"));
        var mediaType = await CheckContentAsync(staged, name, cancellationToken).ConfigureAwait(false);

        await using var session = await doors.OpenAsync(target.InstanceId, person, cancellationToken).ConfigureAwait(false);
        target = await MayChangeAsync(session.Db, person, subject, cancellationToken).ConfigureAwait(false);
        if (evidenceOn > session.Today) throw new RefusedException(new($"材料日期不能晚于今天（{session.Today:yyyy-MM-dd}）", $"The evidence cannot be of a day after today ({session.Today:yyyy-MM-dd})"));
        var files = await session.Db.EvidenceFiles.Where(EvidenceTarget.FilesOf(subject)).Where(file => file.WithdrawnAt == null).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (files.Find(file => file.Hash == staged.Hash && file.Name == name) is { } same) return same.Id;
        if (files.Count >= FilesMax) throw new RefusedException(new($"最多 {FilesMax} 份材料，请合并后再上传", $"There can be {FilesMax} files at most; merge some"));
        var row = new EvidenceFileRow
        {
            SubjectKind = subject.Kind, SubjectId = subject.Id, UnitId = target.UnitId, Hash = staged.Hash, Name = name, MediaType = mediaType, LengthBytes = staged.LengthBytes,
            EvidenceOn = evidenceOn, UploadedAt = session.Now, UploadedBy = person.Name,
        };
        session.Db.EvidenceFiles.Add(row);
        if (subject.Kind == EvidenceSubjectKind.WorkItem) session.Db.WorkItemEvents.Add(new() { WorkItemId = subject.Id, Kind = WorkItemEventKind.EvidenceAttached, At = session.Now, Actor = person.Name, Reason = name });
        session.Audit("evidence.attached", subject.ToString(), $"{name} {staged.Hash}");
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

    private async Task<string> CheckContentAsync(StagedEvidence staged, string name, CancellationToken cancellationToken)
    {
        await using var content = staged.Open();
        var (mediaType, problem) = EvidenceTypes.Check(name, content);
        if (mediaType is null) throw new RefusedException(problem);
        content.Position = 0;
        return await scanner.ScanAsync(content, name, cancellationToken).ConfigureAwait(false) is { } found ? throw new RefusedException(found) : mediaType;
    }
}
