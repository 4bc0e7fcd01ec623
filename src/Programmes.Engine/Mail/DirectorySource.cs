using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Storage;

namespace Programmes.Engine.Mail;

/// <summary>Reads who gets whose mails.</summary>
internal static class DirectorySource
{
    /// <param name="units">Only these units and all offices; null: everybody.</param>
    /// <param name="on">Substitutions of that day, and later ones up to <paramref name="until"/>.</param>
    public static async Task<MailDirectory> DirectoryAsync(this ProgrammesDb db, string programme, Launch launch, IReadOnlyCollection<string>? units, DateOnly on, DateOnly until, CancellationToken cancellationToken)
    {
        var rows = db.Contacts.AsNoTracking().Where(row => row.ProgrammeId == programme && row.RemovedAt == null);
        if (units is not null) rows = rows.Where(row => row.UnitId == null || units.Contains(row.UnitId));
        var contacts = await rows.OrderBy(row => row.Id).Select(row => new Contact(row.Role, row.UnitId, row.Name, row.Mail, row.Duty)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var substitutions = await db.Substitutions.AsNoTracking().Where(row => row.EndedAt == null && row.FromOn <= until && row.UntilOn >= on).OrderByDescending(row => row.Id)
            .Select(row => new Substitution(row.Mail, new(row.SubstituteMail, row.SubstituteName), row.FromOn, row.UntilOn)).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new(launch, contacts, substitutions);
    }

    /// <summary>Addresses that do not want each morning's digest, in lower case.</summary>
    public static Task<Dictionary<string, DigestChoice>> DigestChoicesAsync(this ProgrammesDb db, CancellationToken cancellationToken) =>
        db.MailChoices.AsNoTracking().Where(row => row.Digest != DigestChoice.Daily).ToDictionaryAsync(row => row.Mail, row => row.Digest, StringComparer.OrdinalIgnoreCase, cancellationToken);
}
