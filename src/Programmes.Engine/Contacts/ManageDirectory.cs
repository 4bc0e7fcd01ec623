using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Mail;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Contacts;

/// <param name="Role"><c>unit</c>, or a role of the launch's offices.</param>
/// <param name="Unit">Only with the role <c>unit</c>.</param>
public sealed record NewContact(string Programme, string Role, string? Unit, string Name, string Mail, ContactDuty Duty);

/// <param name="Mail">Whose mails.</param>
/// <param name="From">The first day, inclusive (Asia/Shanghai).</param>
/// <param name="Until">The last day, inclusive.</param>
public sealed record NewSubstitution(string Mail, string SubstituteName, string SubstituteMail, DateOnly From, DateOnly Until, string? Reason);

/// <summary>
/// Who gets the mails of an office or unit, and who stands in for whom. The leading office keeps all of it; an office or unit
/// keeps its own.
/// </summary>
public sealed class ManageDirectory(IDbContextFactory<ProgrammesDb> contexts, TimeProvider time)
{
    /// <summary>People of one office or unit.</summary>
    public const int ContactsMax = 20;

    public const int ReasonLengthMax = 200;

    /// <summary>Longest substitution.</summary>
    public const int DaysMax = 366;

    /// <summary>Returns the contact's id.</summary>
    public async Task<long> AddContactAsync(Person person, NewContact wanted, CancellationToken cancellationToken = default)
    {
        var unit = wanted.Role == Roles.Unit ? wanted.Unit?.Trim() : null;
        if (!person.CanManage && !person.Holds(wanted.Role, wanted.Programme, unit)) throw RefusedException.Forbidden();
        var mailbox = Checked(wanted.Mail, wanted.Name);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await MustExistAsync(db, wanted.Programme, wanted.Role, unit, cancellationToken).ConfigureAwait(false);
        var known = await db.Contacts.Where(row => row.ProgrammeId == wanted.Programme && row.Role == wanted.Role && row.UnitId == unit && row.RemovedAt == null).Select(row => row.Mail).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (known.Contains(mailbox.Address, StringComparer.OrdinalIgnoreCase)) throw new RefusedException(new($"“{mailbox.Address}”已在该单位的联系人中", $"\"{mailbox.Address}\" is among its contacts already"));
        if (known.Count >= ContactsMax) throw new RefusedException(new($"一个单位最多 {ContactsMax} 名联系人，请先删去不用的", $"An office has at most {ContactsMax} contacts; remove one first"));
        var row = new ContactRow { ProgrammeId = wanted.Programme, Role = wanted.Role, UnitId = unit, Name = mailbox.Name!, Mail = mailbox.Address, Duty = wanted.Duty, AddedAt = time.GetUtcNow(), AddedBy = person.Name };
        db.Contacts.Add(row);
        Audit(db, person, "directory.contact-added", $"{wanted.Programme}/{unit ?? wanted.Role}", wanted.Programme, wanted.Duty.ToString());
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return row.Id;
    }

    public async Task RemoveContactAsync(Person person, long contact, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.Contacts.FirstOrDefaultAsync(one => one.Id == contact && one.RemovedAt == null, cancellationToken).ConfigureAwait(false);
        if (row is null || !person.CanManage && !person.Holds(row.Role, row.ProgrammeId, row.UnitId)) throw RefusedException.NotFound("此联系人", "The contact");
        row.RemovedAt = time.GetUtcNow();
        Audit(db, person, "directory.contact-removed", $"{row.ProgrammeId}/{row.UnitId ?? row.Role}", row.ProgrammeId, row.Duty.ToString());
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the substitution's id.</summary>
    public async Task<long> SubstituteAsync(Person person, NewSubstitution wanted, CancellationToken cancellationToken = default)
    {
        var substitute = Checked(wanted.SubstituteMail, wanted.SubstituteName);
        if (!Mailbox.TryCreate(wanted.Mail.Trim(), null, out var absent, out var error)) throw new RefusedException(error);
        if (string.Equals(absent!.Address, substitute.Address, StringComparison.OrdinalIgnoreCase)) throw new RefusedException(new("代理人与本人的邮箱相同", "The substitute has the same address"));
        var today = ChinaTime.DateOf(time.GetUtcNow());
        if (wanted.Until < wanted.From) throw new RefusedException(new("代理的最后一天不能早于第一天", "The last day is before the first"));
        if (wanted.Until < today) throw new RefusedException(new($"代理期已过（今天是 {today:yyyy-MM-dd}）", $"The days are over (today is {today:yyyy-MM-dd})"));
        if (wanted.Until.DayNumber - wanted.From.DayNumber >= DaysMax) throw new RefusedException(new($"一次代理最长 {DaysMax} 天；长期变动请更换联系人", $"A substitution lasts {DaysMax} days at most; change the contact instead"));
        if (wanted.Reason?.Length > ReasonLengthMax) throw new RefusedException(new($"事由最长 {ReasonLengthMax} 字", $"A reason has at most {ReasonLengthMax} characters"));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var mail = absent.Address.ToLowerInvariant();
        if (!await KeepsAsync(db, person, mail, cancellationToken).ConfigureAwait(false)) throw RefusedException.NotFound("通讯录中的这个邮箱", "The address in the directory");
        if (await db.Substitutions.Where(row => row.Mail == mail && row.EndedAt == null && row.FromOn <= wanted.Until && row.UntilOn >= wanted.From).Select(row => new { row.FromOn, row.UntilOn }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } other)
            throw new RefusedException(new($"{other.FromOn:yyyy-MM-dd} 至 {other.UntilOn:yyyy-MM-dd} 已有代理，请先结束它", $"There is a substitution from {other.FromOn:yyyy-MM-dd} to {other.UntilOn:yyyy-MM-dd}; end it first"));
        var row = new SubstitutionRow
        {
            Mail = mail, SubstituteName = substitute.Name!, SubstituteMail = substitute.Address, FromOn = wanted.From, UntilOn = wanted.Until,
            Reason = string.IsNullOrWhiteSpace(wanted.Reason) ? null : wanted.Reason.Trim(), MadeAt = time.GetUtcNow(), MadeBy = person.Name,
        };
        db.Substitutions.Add(row);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        Audit(db, person, "directory.substituted", Subject(row), null, $"{wanted.From:yyyy-MM-dd} – {wanted.Until:yyyy-MM-dd}");
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return row.Id;
    }

    /// <summary>Ends it now; its mails go to the address itself again.</summary>
    public async Task EndSubstitutionAsync(Person person, long substitution, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.Substitutions.FirstOrDefaultAsync(one => one.Id == substitution && one.EndedAt == null, cancellationToken).ConfigureAwait(false);
        if (row is null || !await KeepsAsync(db, person, row.Mail, cancellationToken).ConfigureAwait(false)) throw RefusedException.NotFound("此代理", "The substitution");
        row.EndedAt = time.GetUtcNow();
        Audit(db, person, "directory.substitution-ended", Subject(row), null, null);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the address is somebody's whom the person may keep.</summary>
    private static async Task<bool> KeepsAsync(ProgrammesDb db, Person person, string mail, CancellationToken cancellationToken)
    {
        var acting = person.CanManage ? (programme, role, unit) => true : Owners.Acting(person);
        // In practice no mail server tells upper from lower case; the launch keeps addresses as they were typed.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower().
        return await db.Contacts.Where(row => row.RemovedAt == null && row.Mail.ToLower() == mail).AnyAsync(Owners.Of<ContactRow>(acting, row => row.ProgrammeId, row => row.Role, row => row.UnitId), cancellationToken).ConfigureAwait(false)
            || await db.Offices.Where(row => row.Mail != null && row.Mail.ToLower() == mail).AnyAsync(Owners.Of<OfficeRow>(acting, row => row.ProgrammeId, row => row.Role, row => null), cancellationToken).ConfigureAwait(false)
            || await db.Units.Where(row => row.Mail != null && row.Mail.ToLower() == mail).AnyAsync(Owners.Of<UnitRow>(acting, row => row.ProgrammeId, row => Roles.Unit, row => row.UnitId), cancellationToken).ConfigureAwait(false);
#pragma warning restore CA1304, CA1311, CA1862
    }

    private static async Task MustExistAsync(ProgrammesDb db, string programme, string role, string? unit, CancellationToken cancellationToken)
    {
        var exists = role == Roles.Unit
            ? await db.Units.AnyAsync(row => row.ProgrammeId == programme && row.UnitId == unit, cancellationToken).ConfigureAwait(false)
            : await db.Offices.AnyAsync(row => row.ProgrammeId == programme && row.Role == role, cancellationToken).ConfigureAwait(false);
        if (!exists) throw RefusedException.NotFound("此专项工作中的这个单位", "The office or unit of this programme");
    }

    private static Mailbox Checked(string mail, string name)
    {
        if (!Mailbox.TryCreate(mail.Trim(), name, out var mailbox, out var error)) throw new RefusedException(error);
        return mailbox!.Name is not null ? mailbox : throw new RefusedException(new("请填写姓名或岗位", "Give the name or the post"));
    }

    // The audit is no list of addresses.
    private static string Subject(SubstitutionRow row) => $"substitution:{row.Id.ToString(CultureInfo.InvariantCulture)}";

    private void Audit(ProgrammesDb db, Person person, string action, string subject, string? programme, string? details) =>
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = person.Name, Action = action, Subject = subject, ProgrammeId = programme, Details = details });
}
