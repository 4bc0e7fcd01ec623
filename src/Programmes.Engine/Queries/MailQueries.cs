using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Queries;

public enum MailState { Queued, Sent, Dead, NoAddress, Bounced, Withdrawn, Kept, Held }

public sealed record MailLine(long Id, string? ProgrammeId, string ToName, string? ToAddress, string Subject, string Kind, MailState State, DateTimeOffset QueuedAt, DateTimeOffset? SentAt, int Attempts, string? LastError);

public sealed record MailShown(MailLine Head, string MessageId, string Text, DateTimeOffset NotBefore)
{
    /// <summary>Null: it has only its text.</summary>
    public string? Html { get; init; }
}

/// <summary>What was sent, waits or failed. Addresses are for the leading office and administrators.</summary>
public sealed class MailQueries(IDbContextFactory<ProgrammesDb> contexts, OutboxMails mails)
{
    public const int PageSize = 50;

    /// <summary>Whoever read the link could become the person it was sent to.</summary>
    private const string Hidden = "本邮件含一次性链接，仅收件人可见。";

    private const string Removed = "正文已超过保存期限，不再保存。";

    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async Task<(Paged<MailLine> Mails, IReadOnlyDictionary<MailState, int> Counts)> ListAsync(Person person, MailState? state, string? programme, string? to, int page, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = Rows(db, programme, to);
        var counts = await rows.GroupBy(row => row.Status).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var found = await In(rows, state).OrderByDescending(row => row.Id)
            .Select(row => new { row.Id, row.ProgrammeId, row.ToName, row.ToAddress, row.Subject, row.Kind, row.Status, row.QueuedAt, row.SentAt, row.Attempts, row.LastError })
            .PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return (found.With<MailLine>([.. found.Rows.Select(row => new MailLine(row.Id, row.ProgrammeId, row.ToName, row.ToAddress, row.Subject, row.Kind, row.Status.As<MailState>(), row.QueuedAt, row.SentAt, row.Attempts, row.LastError))]),
            counts.ToDictionary(one => one.Key.As<MailState>(), one => one.Count));
    }

    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async Task<int> CountAsync(Person person, MailState state, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await In(db.Outbox.AsNoTracking(), state).CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The whole list with the mails' words, for print.</summary>
    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async IAsyncEnumerable<(MailLine Line, string Text)> AllAsync(Person person, MailState? state, string? programme, string? to, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = In(Rows(db, programme, to), state).OrderByDescending(row => row.Id)
            .Select(row => new { row.Id, row.ProgrammeId, row.ToName, row.ToAddress, row.Subject, row.Kind, row.Status, row.QueuedAt, row.SentAt, row.Attempts, row.LastError, row.Text });
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return (new(row.Id, row.ProgrammeId, row.ToName, row.ToAddress, row.Subject, row.Kind, row.Status.As<MailState>(), row.QueuedAt, row.SentAt, row.Attempts, row.LastError), Words(row.Kind, row.Text));
    }

    private static string Words(string kind, string text) => kind == AccountLinks.MailKind ? Hidden : text.Length == 0 ? Removed : text;

    private static IQueryable<OutboxRow> Rows(ProgrammesDb db, string? programme, string? to)
    {
        var rows = db.Outbox.AsNoTracking();
        if (!string.IsNullOrEmpty(programme)) rows = rows.Where(row => row.ProgrammeId == programme);
        return to?.Trim() is { Length: > 0 } sought ? rows.Where(row => row.ToName.Contains(sought) || row.ToAddress != null && row.ToAddress.Contains(sought) || row.Subject.Contains(sought)) : rows;
    }

    private static IQueryable<OutboxRow> In(IQueryable<OutboxRow> rows, MailState? state)
    {
        if (state is not { } wanted) return rows;
        var stored = Enum.Parse<OutboxStatus>(wanted.ToString());
        return rows.Where(row => row.Status == stored);
    }

    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async Task<MailShown?> FindAsync(Person person, long id, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.Outbox.AsNoTracking().FirstOrDefaultAsync(one => one.Id == id, cancellationToken).ConfigureAwait(false);
        return row is null ? null : new MailShown(new(row.Id, row.ProgrammeId, row.ToName, row.ToAddress, row.Subject, row.Kind, row.Status.As<MailState>(), row.QueuedAt, row.SentAt, row.Attempts, row.LastError), row.MessageId, Words(row.Kind, row.Text), row.NotBefore) { Html = row.Kind == AccountLinks.MailKind ? null : row.Html };
    }

    /// <summary>The mail as it goes out, as a file; null: there is none, or it has no address to go to.</summary>
    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async Task<byte[]?> FileAsync(Person person, long id, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.Outbox.AsNoTracking().FirstOrDefaultAsync(one => one.Id == id, cancellationToken).ConfigureAwait(false);
        return row is not null && row.Kind != AccountLinks.MailKind && row.Text.Length > 0 && (await mails.OfAsync(row, cancellationToken).ConfigureAwait(false)).Mail is { } mail ? EmlWriter.Write(mail) : null;
    }
}
