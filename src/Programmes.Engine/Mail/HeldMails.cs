using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;
using Programmes.Storage.Records;

namespace Programmes.Engine.Mail;

/// <summary>
/// Mails that waited when a backup was made and are held since it was restored: whether they went out after the backup, only people
/// can find out. They send them, with the same Message-ID, or drop them.
/// </summary>
public sealed class HeldMails(InstanceStore store, TimeProvider time)
{
    /// <summary>Mails named at once.</summary>
    public const int MailsMax = OutboxStore.PageMax;

    /// <param name="ids">Null: all that are held and have their words.</param>
    /// <returns>How many are queued.</returns>
    /// <exception cref="RefusedException">The person does not manage programmes, or one of them is not held; then none is queued.</exception>
    public Task<int> SendAsync(Person person, IReadOnlyCollection<long>? ids, CancellationToken cancellationToken = default) =>
        ActAsync(person, ids, "mail.held-sent", (transaction, wanted) => OutboxStore.SendHeldAsync(transaction.Db, wanted, transaction.Now, cancellationToken), cancellationToken);

    /// <param name="ids">Null: all that are held.</param>
    /// <returns>How many are dropped.</returns>
    /// <exception cref="RefusedException">The person does not manage programmes, or one of them is not held; then none is dropped.</exception>
    public Task<int> DropAsync(Person person, IReadOnlyCollection<long>? ids, CancellationToken cancellationToken = default) =>
        ActAsync(person, ids, "mail.held-dropped", (transaction, wanted) => OutboxStore.DropHeldAsync(transaction.Db, wanted, cancellationToken), cancellationToken);

    private async Task<int> ActAsync(Person person, IReadOnlyCollection<long>? ids, string action, Func<StoreTransaction, IReadOnlyCollection<long>?, Task<int>> act, CancellationToken cancellationToken)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (ids?.Count > MailsMax) throw new RefusedException(new($"一次最多办理 {MailsMax} 封", $"At most {MailsMax} mails at once"));
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), PersonDoor.WaitMax, cancellationToken).ConfigureAwait(false);
        List<(long Id, string? ProgrammeId)> named = ids is null ? [] : await NamedAsync(transaction, ids, cancellationToken).ConfigureAwait(false);
        var count = await act(transaction, ids).ConfigureAwait(false);
        if (ids is not null && count < ids.Distinct().Count())
            throw new RefusedException(await TextGoneAsync(transaction, ids, cancellationToken).ConfigureAwait(false) is { } gone
                ? new($"邮件 {gone} 的正文已不再保存，不能发送", $"The text of mail {gone} is no longer kept, so it is not sent")
                : NotHeld(ids.Except(named.Select(mail => mail.Id)).First()));
        if (ids is not null) transaction.Db.Audit.AddRange(named.Select(mail => Audit(mail.Id.ToString(CultureInfo.InvariantCulture), mail.ProgrammeId, null)));
        else if (count > 0) transaction.Db.Audit.Add(Audit("held", null, count.ToString(CultureInfo.InvariantCulture)));
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return count;

        AuditRow Audit(string subject, string? programme, string? details) => new() { At = transaction.Now, Actor = person.Name, Action = action, Subject = subject, ProgrammeId = programme, Details = details };
    }

    private static async Task<List<(long Id, string? ProgrammeId)>> NamedAsync(StoreTransaction transaction, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        var rows = await transaction.Db.Outbox.AsNoTracking().Where(row => ids.Contains(row.Id) && row.Status == OutboxStatus.Held).OrderBy(row => row.Id).Select(row => new { row.Id, row.ProgrammeId }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => (row.Id, row.ProgrammeId));
    }

    /// <summary>Asked after the others of its page were queued: what is still held has no words.</summary>
    private static Task<long?> TextGoneAsync(StoreTransaction transaction, IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        transaction.Db.Outbox.Where(row => ids.Contains(row.Id) && row.Status == OutboxStatus.Held).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancellationToken);

    private static Text NotHeld(long id) => new($"邮件 {id} 不是暂不发送的邮件", $"Mail {id} is not held");
}
