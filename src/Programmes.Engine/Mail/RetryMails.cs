using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Mail;

/// <summary>Queues mails again that were given up or came back: the same mails with the same Message-ID, and all attempts ahead.</summary>
public sealed class RetryMails(InstanceStore store, TimeProvider time)
{
    /// <summary>Mails named at once.</summary>
    public const int MailsMax = OutboxStore.PageMax;

    /// <exception cref="RefusedException">The person does not manage programmes, or one of them neither failed nor came back; then none is queued.</exception>
    public async Task RetryAsync(Person person, IReadOnlyCollection<long> ids, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (ids.Count > MailsMax) throw new RefusedException(new($"一次最多重发 {MailsMax} 封", $"At most {MailsMax} mails at once"));
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), PersonDoor.WaitMax, cancellationToken).ConfigureAwait(false);
        var queued = await OutboxStore.RetryAsync(transaction.Db, ids, transaction.Now, cancellationToken).ConfigureAwait(false);
        if (ids.Except(queued.Select(mail => mail.Id)).ToList() is [var other, ..])
            throw new RefusedException(await transaction.Db.Outbox.AnyAsync(row => row.Id == other && row.Text == "", cancellationToken).ConfigureAwait(false)
                ? new($"邮件 {other} 的正文已不再保存，不能重发", $"The text of mail {other} is no longer kept, so it is not sent again")
                : new($"邮件 {other} 没有发送失败，也没有被退回，不能重发", $"Mail {other} neither failed nor came back, so it is not sent again"));
        transaction.Db.Audit.AddRange(queued.Select(mail => new Storage.Records.AuditRow
        {
            At = transaction.Now, Actor = person.Name, Action = "mail.retried", Subject = mail.Id.ToString(CultureInfo.InvariantCulture), ProgrammeId = mail.ProgrammeId,
        }));
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All that were given up; returns how many.</summary>
    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async Task<int> RetryDeadAsync(Person person, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), PersonDoor.WaitMax, cancellationToken).ConfigureAwait(false);
        var count = await OutboxStore.RetryDeadAsync(transaction.Db, transaction.Now, cancellationToken).ConfigureAwait(false);
        if (count > 0) transaction.Db.Audit.Add(new() { At = transaction.Now, Actor = person.Name, Action = "mail.retried", Subject = "dead", Details = count.ToString(CultureInfo.InvariantCulture) });
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }
}
