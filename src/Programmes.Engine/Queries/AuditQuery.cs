using Microsoft.EntityFrameworkCore;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Engine.Queries;

public sealed record AuditLine(long Id, DateTimeOffset At, string Actor, string Action, string Subject, string? ProgrammeId, string? Details);

/// <summary>Who did what; for administrators and the leading office.</summary>
public sealed class AuditQuery(IDbContextFactory<ProgrammesDb> contexts)
{
    public const int PageSize = 50;

    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async Task<Paged<AuditLine>> RunAsync(Person person, string? actor, string? subject, int page, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = db.Audit.AsNoTracking();
        if (actor?.Trim() is { Length: > 0 } who) rows = rows.Where(row => row.Actor == who);
        if (subject?.Trim() is { Length: > 0 } what) rows = rows.Where(row => row.Subject == what || row.ProgrammeId == what || row.Subject.StartsWith(what));
        return await rows.OrderByDescending(row => row.Id).Select(row => new AuditLine(row.Id, row.At, row.Actor, row.Action, row.Subject, row.ProgrammeId, row.Details)).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
    }
}
