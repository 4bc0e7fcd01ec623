using Programmes.Core.Calendars;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage.Instances;

namespace Programmes.Engine.Mail;

/// <summary>A short mail that goes at once, past the outbox, to see whether the transport works.</summary>
public sealed class SendTestMail(InstanceStore store, IMailTransport transport, MailSettings settings, MailHealth health, TimeProvider time)
{
    public const string Subject = "测试邮件";

    /// <summary>What the transport said. A delivered test ends the rest of the sender.</summary>
    /// <exception cref="RefusedException">The person does not manage programmes, or it is no address.</exception>
    public async Task<Delivery> SendAsync(Person person, string address, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (!Mailbox.TryCreate(address.Trim(), null, out var to, out var error)) throw new RefusedException(error);
        var now = time.GetUtcNow();
        var local = now.ToOffset(ChinaTime.Offset);
        var mail = new FrozenMail
        {
            MessageId = FrozenMail.MessageIdOf($"test|{Guid.NewGuid():N}", settings.From.Domain), From = settings.From, To = to!, QueuedAt = now, Subject = Subject,
            Text = $"您好。\n\n这是一封测试邮件，发送时间 {local:yyyy-MM-dd HH:mm}（北京时间）。收到即表示邮件设置可用，无需回复。\n\n{settings.From.Name}\n",
        };
        Delivery delivery;
        var session = transport.Open();
        await using (session.ConfigureAwait(false)) delivery = await session.SendAsync(mail, cancellationToken).ConfigureAwait(false);
        if (delivery.Status == DeliveryStatus.Delivered) health.Works();
        await using var transaction = await store.BeginAsync(now, PersonDoor.WaitMax, cancellationToken).ConfigureAwait(false);
        transaction.Db.Audit.Add(new() { At = now, Actor = person.Name, Action = "mail.tested", Subject = "mail", Details = delivery.Status.ToString() });
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return delivery;
    }
}
