using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Engine.Evidence;

/// <param name="EvidenceOn">The day that it is of, as its author says.</param>
/// <param name="FormItem">The key of the form item that it answers; null: it belongs to the work as a whole.</param>
public sealed record EvidenceLine(long Id, string Name, string MediaType, long LengthBytes, string Hash, DateOnly? EvidenceOn, DateTimeOffset UploadedAt, string UploadedBy, string? FormItem = null);

/// <param name="MayChange">The person may attach and withdraw now.</param>
public sealed record EvidenceList(IReadOnlyList<EvidenceLine> Files, bool MayChange);

/// <param name="Content">To be disposed by whoever asked.</param>
public sealed record EvidenceContent(EvidenceLine File, Stream Content);

/// <summary>Files and their contents, for those who may see what they belong to.</summary>
public sealed class ReadEvidence(IDbContextFactory<ProgrammesDb> contexts, IEvidenceStore store)
{
    /// <summary>Null: there is no such subject, or the person may not know of it; the two look the same.</summary>
    public async Task<EvidenceList?> ListAsync(Person person, EvidenceSubject subject, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await EvidenceTarget.FindAsync(db, person, subject, cancellationToken).ConfigureAwait(false) is not { } target) return null;
        var files = await db.EvidenceFiles.AsNoTracking().Where(EvidenceTarget.FilesOf(subject)).Where(file => file.WithdrawnAt == null).OrderBy(file => file.Id)
            .Select(file => new EvidenceLine(file.Id, file.Name, file.MediaType, file.LengthBytes, file.Hash, file.EvidenceOn, file.UploadedAt, file.UploadedBy, file.FormItem))
            .Take(AttachEvidence.FilesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new(files, target is { MayChange: true, Closed: null });
    }

    /// <summary>Null: there is no such file, or the person may not know of it. One that was withdrawn is for the leading office only.</summary>
    /// <exception cref="RefusedException">The row is there and the content is not: somebody meddled with the store.</exception>
    public async Task<EvidenceContent?> OpenAsync(Person person, long file, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.EvidenceFiles.AsNoTracking().FirstOrDefaultAsync(one => one.Id == file, cancellationToken).ConfigureAwait(false);
        if (row is null || row.WithdrawnAt is not null && !person.CanManage) return null;
        if (await EvidenceTarget.FindAsync(db, person, new(row.SubjectKind, row.SubjectId), cancellationToken).ConfigureAwait(false) is null) return null;
        var content = store.Open(row.Hash) ?? throw new RefusedException(new($"“{row.Name}”的内容不在材料目录中，请联系管理员从备份恢复", $"The content of \"{row.Name}\" is not in the evidence folder; have an administrator restore it from a backup"));
        return new(new(row.Id, row.Name, row.MediaType, row.LengthBytes, row.Hash, row.EvidenceOn, row.UploadedAt, row.UploadedBy), content);
    }
}
