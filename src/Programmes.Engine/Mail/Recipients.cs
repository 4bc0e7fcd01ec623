using Microsoft.EntityFrameworkCore;
using Programmes.Core.Reminders;
using Programmes.Storage;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Mail;

/// <summary>Who gets the mails of a role: the unit itself, or the office that holds it in the launch.</summary>
internal static class Recipients
{
    /// <summary>The role of a launch's office that is told of escalated reminders.</summary>
    public const string Supervisor = "supervisor";

    /// <summary>The address is empty where none is known.</summary>
    public static async Task<Addressee> FindAsync(ProgrammesDb db, string programme, string role, string? unit, CancellationToken cancellationToken)
    {
        if (role == "unit" && unit is not null)
        {
            var found = await db.Units.Where(row => row.ProgrammeId == programme && row.UnitId == unit).Select(row => new { row.Mail, row.Name }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            return new(found?.Mail ?? "", found?.Name ?? unit);
        }

        var office = await db.Offices.Where(row => row.ProgrammeId == programme && row.Role == role).Select(row => new { row.Mail, row.Name }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return new(office?.Mail ?? "", office?.Name ?? role);
    }
}

/// <summary>Mails on their way into the outbox, in the transaction of what they tell.</summary>
internal static class OutboxRows
{
    /// <param name="now">Real time.</param>
    public static OutboxRow Of(FrozenMail mail, string? programme, string kind, string? dedupeKey, DateTimeOffset now) => new()
    {
        MessageId = mail.MessageId, ProgrammeId = programme, ToAddress = mail.To.Address, ToName = mail.To.Name ?? mail.To.Address, Subject = mail.Subject,
        Text = mail.Text, Html = mail.Html, Kind = kind, DedupeKey = dedupeKey, QueuedAt = now, NotBefore = now, Status = OutboxStatus.Queued,
    };

    /// <summary>Nobody to send to: it stands on the printable list.</summary>
    public static OutboxRow WithoutAddress(string key, string name, string? programme, string kind, string subject, string text, DateTimeOffset now) => new()
    {
        MessageId = FrozenMail.MessageIdOf(key, "no-address.invalid"), ProgrammeId = programme, ToName = name, Subject = subject, Text = text, Kind = kind,
        DedupeKey = key, QueuedAt = now, NotBefore = now, Status = OutboxStatus.NoAddress,
    };
}
