using Programmes.Core.Programmes;

namespace Programmes.Core.Reminders;

/// <summary>What somebody does in an office or unit, and so which mails reach that person.</summary>
public enum ContactDuty
{
    /// <summary>经办人: everything.</summary>
    Handler,

    /// <summary>负责人: what is late, returned or urged.</summary>
    Head,

    /// <summary>备用联系人: everything, where neither a handler nor the office's own address can be reached.</summary>
    Fallback,
}

/// <summary>What an address wants of the morning's digests; what is urgent comes anyway.</summary>
public enum DigestChoice
{
    Daily,

    /// <summary>Only what is late or due on the day.</summary>
    Pressing,

    /// <summary>None: others of the office or unit get them.</summary>
    None,
}

/// <summary>How much a mail presses: a head is told only of what does.</summary>
public enum MailOccasion { Ordinary, Pressing }

/// <summary>Somebody who gets the mails of an office or a participating unit.</summary>
/// <param name="Role"><c>unit</c>, or a role of the launch's offices.</param>
public sealed record Contact(string Role, string? UnitId, string Name, string Mail, ContactDuty Duty);

/// <summary>代理: the mails of an address go to somebody else from the first to the last day, both inclusive (Asia/Shanghai).</summary>
public sealed record Substitution(string Mail, Addressee Substitute, DateOnly FromOn, DateOnly UntilOn);

/// <summary>Who gets the mails of a programme's offices and units: the people of the directory, else the addresses of the launch.</summary>
public sealed class MailDirectory
{
    /// <summary>A substitute may be away as well; after so many the last one gets the mail.</summary>
    public const int SubstitutesMax = 3;

    private readonly Launch launch;
    private readonly ILookup<(string Role, string? Unit), Contact> contacts;
    private readonly ILookup<string, Substitution> substitutions;

    public MailDirectory(Launch launch, IEnumerable<Contact> contacts, IEnumerable<Substitution> substitutions)
    {
        this.launch = launch;
        this.contacts = contacts.ToLookup(contact => (contact.Role, contact.UnitId));
        this.substitutions = substitutions.ToLookup(one => Folded(one.Mail), StringComparer.Ordinal);
    }

    /// <summary>Of a launch alone, before anybody is in the directory.</summary>
    public static MailDirectory Of(Launch launch) => new(launch, [], []);

    /// <summary>The unit's or office's name; the role itself where the launch gives it no office.</summary>
    public string NameOf(string role, string? unit) => Own(role, unit).Name;

    /// <summary>
    /// The handlers; where there is none, the address that the launch gives; where that is missing too, the fallback contacts.
    /// Heads are added to what presses, and stand in for an office that has nobody else. Each address once.
    /// </summary>
    /// <param name="on">The day on which the mail goes out, for substitutes.</param>
    /// <returns>A single addressee without an address where nobody can be reached.</returns>
    public IReadOnlyList<Addressee> Reach(string role, string? unit, MailOccasion occasion, DateOnly on)
    {
        var own = Own(role, unit);
        var people = contacts[(role, role == Roles.Unit ? unit : null)].ToArray();
        var reached = Of(ContactDuty.Handler);
        if (reached.Length == 0 && own.Address.Length > 0) reached = [own];
        if (reached.Length == 0) reached = Of(ContactDuty.Fallback);
        if (reached.Length == 0 || occasion == MailOccasion.Pressing) reached = [.. reached, .. Of(ContactDuty.Head)];
        return reached.Length == 0 ? [own] : [.. reached.Select(one => Present(one, on)).DistinctBy(one => Folded(one.Address))];

        Addressee[] Of(ContactDuty duty) => [.. people.Where(one => one.Duty == duty).Select(one => new Addressee(one.Mail, $"{own.Name} {one.Name}"))];
    }

    /// <summary>The roles that are told of late work beside those who owe it.</summary>
    public IReadOnlyList<string> Above(string role, string? unit, Escalation escalation)
    {
        if (escalation == Escalation.None) return [];
        var superior = role == Roles.Unit && unit is not null ? launch.FindUnit(unit)?.Superior : null;
        var supervisor = launch.SupervisorRole;
        string?[] roles = escalation == Escalation.Supervisor || superior is null ? [superior, supervisor] : [superior];
        return [.. roles.OfType<string>().Where(one => one != role).Distinct()];
    }

    private Addressee Present(Addressee addressee, DateOnly on)
    {
        for (var count = 0; count < SubstitutesMax; count++)
        {
            if (substitutions[Folded(addressee.Address)].FirstOrDefault(one => one.FromOn <= on && on <= one.UntilOn) is not { } substitution) break;
            addressee = substitution.Substitute with { Name = $"{substitution.Substitute.Name}（代{addressee.Name}）" };
        }

        return addressee;
    }

    private Addressee Own(string role, string? unit) => role == Roles.Unit && unit is not null
        ? launch.FindUnit(unit) is { } member ? new(member.Mail ?? "", member.Name) : new("", unit)
        : launch.Offices.TryGetValue(role, out var office) ? new(office.Mail ?? "", office.Name) : new("", role);

    private static string Folded(string mail) => mail.Trim().ToLowerInvariant();
}
