using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Mail;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Queries;

/// <summary>Whether mail reaches an office or unit. <see cref="Bounced"/>: the last mail to one of its addresses came back or was given up.</summary>
public enum ReachState { Reachable, Bounced, Unreachable }

public sealed record ContactLine(long Id, string Name, string Mail, ContactDuty Duty, bool Bounced);

/// <param name="Mail">As the launch gives it; null: none.</param>
public sealed record DirectoryLine(string Role, string? UnitId, string Name, string? Mail, bool MailBounced, IReadOnlyList<ContactLine> Contacts, ReachState State, bool MayKeep);

public sealed record SubstitutionLine(long Id, string Mail, string SubstituteName, string SubstituteMail, DateOnly From, DateOnly Until, string? Reason, string MadeBy);

/// <param name="Unreachable">Offices and units of the programme that no mail reaches, whatever is shown.</param>
public sealed record DirectoryShown(IReadOnlyList<DirectoryLine> Offices, Paged<DirectoryLine> Units, int Unreachable);

/// <summary>Offices and units of a programme with the people who get their mails. Whoever keeps only its own sees only its own.</summary>
public sealed class DirectoryQuery(IDbContextFactory<ProgrammesDb> contexts, TimeProvider time)
{
    public const int PageSize = 50;
    private const int SubstitutionsMax = 200;

    /// <param name="unreachable">Only those that no mail reaches.</param>
    /// <param name="name">Part of a unit's name.</param>
    public async Task<DirectoryShown> RunAsync(Person person, string programme, bool unreachable, string? name, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var offices = db.Offices.AsNoTracking().Where(row => row.ProgrammeId == programme);
        var units = db.Units.AsNoTracking().Where(row => row.ProgrammeId == programme && row.LeftOn == null);
        if (!person.CanSeeAll)
        {
            var known = Owners.Or(Owners.Served(person), Owners.Overseen(db, person));
            offices = offices.Where(Owners.Of<OfficeRow>(known, row => row.ProgrammeId, row => row.Role, row => null));
            units = units.Where(Owners.Of<UnitRow>(known, row => row.ProgrammeId, row => Roles.Unit, row => row.UnitId));
        }

        var (silentOffices, silentUnits) = (Silent(db, offices), Silent(db, units));
        var count = await silentOffices.CountAsync(cancellationToken).ConfigureAwait(false) + await silentUnits.CountAsync(cancellationToken).ConfigureAwait(false);
        var shownUnits = unreachable ? silentUnits : units;
        if (name?.Trim() is { Length: > 0 } sought) shownUnits = shownUnits.Where(row => row.Name.Contains(sought));
        var found = await shownUnits.OrderBy(row => row.Ordinal).Select(row => new { row.UnitId, row.Name, row.Mail }).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        var officeRows = found.Number > 1 ? [] : await (unreachable ? silentOffices : offices).OrderBy(row => row.Name).ToListAsync(cancellationToken).ConfigureAwait(false);

        var ids = found.Rows.Select(row => row.UnitId).ToList();
        var contacts = await db.Contacts.AsNoTracking().Where(row => row.ProgrammeId == programme && row.RemovedAt == null && (row.UnitId == null || ids.Contains(row.UnitId)))
            .OrderBy(row => row.Duty).ThenBy(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var byOwner = contacts.ToLookup(row => (row.Role, row.UnitId));
        var bounced = await BouncedAsync(db, [.. contacts.Select(row => row.Mail), .. found.Rows.Select(row => row.Mail).OfType<string>(), .. officeRows.Select(row => row.Mail).OfType<string>()], cancellationToken).ConfigureAwait(false);
        return new(
            [.. officeRows.Select(row => Line(row.Role, null, row.Name, row.Mail))],
            found.With<DirectoryLine>([.. found.Rows.Select(row => Line(Roles.Unit, row.UnitId, row.Name, row.Mail))]), count);

        DirectoryLine Line(string role, string? unit, string lineName, string? mail)
        {
            var people = byOwner[(role, unit)].Select(row => new ContactLine(row.Id, row.Name, row.Mail, row.Duty, bounced.Contains(row.Mail))).ToList();
            var addresses = people.Select(one => one.Mail).Concat(string.IsNullOrEmpty(mail) ? [] : [mail]).ToList();
            var state = addresses.Count == 0 ? ReachState.Unreachable : addresses.Exists(bounced.Contains) ? ReachState.Bounced : ReachState.Reachable;
            return new(role, unit, lineName, mail, mail is not null && bounced.Contains(mail), people, state, person.CanManage || person.Holds(role, programme, unit));
        }
    }

    /// <summary>How many offices and units of the programme no mail reaches; for who sees all of it.</summary>
    public async Task<int> CountUnreachableAsync(Person person, string programme, CancellationToken cancellationToken = default)
    {
        if (!person.CanSeeAll) return 0;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await Silent(db, db.Offices.Where(row => row.ProgrammeId == programme)).CountAsync(cancellationToken).ConfigureAwait(false)
            + await Silent(db, db.Units.Where(row => row.ProgrammeId == programme && row.LeftOn == null)).CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Substitutions of today and later.</summary>
    public async Task<IReadOnlyList<SubstitutionLine>> SubstitutionsAsync(Person person, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var today = ChinaTime.DateOf(time.GetUtcNow());
        var rows = db.Substitutions.AsNoTracking().Where(row => row.EndedAt == null && row.UntilOn >= today);
        if (!person.CanSeeAll)
        {
            var served = Owners.Served(person);
            var contacts = db.Contacts.Where(one => one.RemovedAt == null).Where(Owners.Of<ContactRow>(served, one => one.ProgrammeId, one => one.Role, one => one.UnitId));
            var offices = db.Offices.Where(one => one.Mail != null).Where(Owners.Of<OfficeRow>(served, one => one.ProgrammeId, one => one.Role, one => null));
            var units = db.Units.Where(one => one.Mail != null).Where(Owners.Of<UnitRow>(served, one => one.ProgrammeId, one => Roles.Unit, one => one.UnitId));
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower().
            rows = rows.Where(row => contacts.Any(one => one.Mail.ToLower() == row.Mail) || offices.Any(one => one.Mail!.ToLower() == row.Mail) || units.Any(one => one.Mail!.ToLower() == row.Mail));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return await rows.OrderBy(row => row.FromOn).ThenBy(row => row.Id).Take(SubstitutionsMax)
            .Select(row => new SubstitutionLine(row.Id, row.Mail, row.SubstituteName, row.SubstituteMail, row.FromOn, row.UntilOn, row.Reason, row.MadeBy)).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private static IQueryable<OfficeRow> Silent(ProgrammesDb db, IQueryable<OfficeRow> offices) => offices.Where(row =>
        (row.Mail == null || row.Mail == "") && !db.Contacts.Any(contact => contact.ProgrammeId == row.ProgrammeId && contact.Role == row.Role && contact.UnitId == null && contact.RemovedAt == null)
        || row.Mail != null && db.Outbox.Any(mail => mail.ToAddress == row.Mail && mail.Status == OutboxStatus.Bounced && !db.Outbox.Any(later => later.ToAddress == row.Mail && later.Id > mail.Id && later.Status == OutboxStatus.Sent)));

    /// <summary>Begun from the mails that came back, which are few, instead of from every unit.</summary>
    private static IQueryable<UnitRow> Silent(ProgrammesDb db, IQueryable<UnitRow> units)
    {
        var bounced = db.Outbox.Where(mail => mail.Status == OutboxStatus.Bounced && mail.ToAddress != null && !db.Outbox.Any(later => later.ToAddress == mail.ToAddress && later.Id > mail.Id && later.Status == OutboxStatus.Sent))
            .Select(mail => mail.ToAddress);
        return units.Where(row =>
            (row.Mail == null || row.Mail == "") && !db.Contacts.Any(contact => contact.ProgrammeId == row.ProgrammeId && contact.UnitId == row.UnitId && contact.RemovedAt == null)
            || bounced.Contains(row.Mail));
    }

    private static async Task<HashSet<string>> BouncedAsync(ProgrammesDb db, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
    {
        var distinct = addresses.Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var last = await db.Outbox.AsNoTracking().Where(row => row.ToAddress != null && distinct.Contains(row.ToAddress) && (row.Status == OutboxStatus.Sent || row.Status == OutboxStatus.Bounced || row.Status == OutboxStatus.Dead))
            .GroupBy(row => row.ToAddress!).Select(group => group.Max(row => row.Id)).ToListAsync(cancellationToken).ConfigureAwait(false);
        return (await db.Outbox.AsNoTracking().Where(row => last.Contains(row.Id) && row.Status != OutboxStatus.Sent).Select(row => row.ToAddress!).ToListAsync(cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }
}
