using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Dates;
using Programmes.Core.Programmes;
using Programmes.Engine.Definitions;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Urging;
using Programmes.Storage;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Queries;

public sealed record RoleName(string Role, string Name);

/// <param name="Name">Part of a unit's name.</param>
/// <param name="Superior">The role of the office above.</param>
/// <param name="LateOnly">Units that have work whose day is over.</param>
public sealed record UnitSearch(string? Name, string? Superior, int? Batch, bool LateOnly);

public sealed record FoundUnit(string Id, string Name, string? Superior, int Late);

/// <summary>Whom work concerns that a paper is to be about.</summary>
/// <param name="Units">Units that owe some of it.</param>
/// <param name="Offices">Roles of offices that owe some of it.</param>
public sealed record OwnersOfWork(string Programme, IReadOnlyList<string> Units, IReadOnlyList<string> Offices, IReadOnlyList<Text> Lines);

/// <param name="Issuers">Who the person may issue a paper as; one at least.</param>
/// <param name="UsualIssuer">Of the last paper, else who supervises the programme.</param>
public sealed record PaperDraftScope(
    string Programme, string Name, DateOnly Today, DateTimeOffset Now, bool IsDemonstration, IReadOnlyList<RoleName> Issuers, string UsualIssuer, IReadOnlyList<RoleName> Offices, IReadOnlyList<int> Batches);

/// <summary>What whoever writes a paper chooses from: who issues it, its recipients, its number, the day of the answer.</summary>
public sealed class PaperDraftQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks, CalendarSource calendars, DefinitionLibrary library)
{
    public const int PageSize = 30;

    /// <summary>Work items that one paper can be about.</summary>
    public const int WorkMax = UrgeWork.ItemsMax;

    /// <summary>Longest time for an answer, in working days.</summary>
    public const int ReplyWorkingDaysMax = 250;

    /// <summary>Earlier numbers looked at for the next.</summary>
    private const int NumbersMax = 500;

    /// <summary>Null: there is no such programme, the person may not know of it, or may issue nothing in it.</summary>
    public async Task<PaperDraftScope?> ScopeAsync(Person person, string programme, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var name = await db.ProgrammesOf(person).Where(row => row.Id == programme).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (name is null) return null;
        var offices = await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == programme).OrderBy(row => row.Name).ThenBy(row => row.Role).Select(row => new RoleName(row.Role, row.Name)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var issuers = person.CanManage ? offices : [.. offices.Where(office => person.Holds(office.Role, programme, null))];
        // Who serves several units of a programme says on the work item for which.
        if (issuers.Count == 0 && person.UnitsIn(programme).Where(one => person.Holds(Roles.Unit, programme, one)).ToList() is [var unit] && await db.Units.Where(row => row.ProgrammeId == programme && row.UnitId == unit).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } own)
            issuers = [new(Roles.Unit, own)];
        if (issuers.Count == 0) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var batches = await db.Batches.AsNoTracking().Where(row => row.ProgrammeId == programme).OrderBy(row => row.Number).Select(row => row.Number).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new(programme, name, set.Today(programme), set.Now(programme), set.IsDemonstration(programme), issuers, await UsualAsync(db, programme, issuers, cancellationToken).ConfigureAwait(false), offices, batches);
    }

    private async Task<string> UsualAsync(ProgrammesDb db, string programme, List<RoleName> issuers, CancellationToken cancellationToken)
    {
        if (issuers.Count == 1) return issuers[0].Role;
        var last = await db.Papers.AsNoTracking().Where(row => row.ProgrammeId == programme && row.Issuer != Roles.Unit).OrderByDescending(row => row.Id).Select(row => row.Issuer).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (last is null)
        {
            var revision = await db.Programmes.Where(row => row.Id == programme).Select(row => row.LaunchRevision).FirstAsync(cancellationToken).ConfigureAwait(false);
            last = (await library.LaunchAsync(programme, revision, cancellationToken).ConfigureAwait(false)).SupervisorRole;
        }

        return issuers.FirstOrDefault(issuer => issuer.Role == last)?.Role ?? issuers[0].Role;
    }

    /// <summary>Programmes in which the person may issue papers: those that run.</summary>
    public async Task<IReadOnlyList<(string Id, string Name)>> ProgrammesAsync(Person person, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage && person.Places.Count == 0) return [];
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.ProgrammesOf(person).Where(row => row.Status == ProgrammeStatus.Running).OrderByDescending(row => row.LaunchedAt).ThenBy(row => row.Id).Select(row => new { row.Id, row.Name }).Take(200).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => (row.Id, row.Name))];
    }

    /// <summary>Units that take part, in the order of the launch. A participating unit finds none: it writes to offices.</summary>
    public async Task<Paged<FoundUnit>> FindAsync(Person person, string programme, UnitSearch search, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var late = db.WorkItems.Where(set.IsLate());
        var found = await (from unit in Searched(db, set, person, programme, search)
                           orderby unit.Ordinal
                           select new FoundUnit(
                               unit.UnitId, unit.Name, db.Offices.Where(office => office.ProgrammeId == programme && office.Role == unit.Superior).Select(office => office.Name).FirstOrDefault(),
                               late.Count(item => item.ProgrammeId == programme && item.UnitId == unit.UnitId && item.Role == Roles.Unit)))
            .PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <summary>All that are found, as many as a paper can have and one more.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(Person person, string programme, UnitSearch search, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        return await Searched(db, set, person, programme, search).OrderBy(unit => unit.Ordinal).Select(unit => unit.UnitId).Take(IssuePaper.RecipientsMax + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Names of units, in the order asked for; those that the programme does not have, or the person may not choose, are left out.</summary>
    public async Task<IReadOnlyList<FoundUnit>> NamesAsync(Person person, string programme, IReadOnlyList<string> units, CancellationToken cancellationToken = default)
    {
        if (units.Count == 0) return [];
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var asked = units.Take(PageSize * 4).ToList();
        var names = await Searched(db, set, person, programme, new(null, null, null, false)).Where(row => asked.Contains(row.UnitId)).ToDictionaryAsync(row => row.UnitId, row => row.Name, cancellationToken).ConfigureAwait(false);
        return [.. asked.Where(names.ContainsKey).Select(unit => new FoundUnit(unit, names[unit], null, 0))];
    }

    /// <summary>The next number of this kind in the programme; null: no number to go by.</summary>
    public async Task<string?> SuggestNumberAsync(string programme, PaperKind kind, DateOnly today, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var latest = await db.Papers.AsNoTracking().Where(row => row.ProgrammeId == programme && row.Kind == kind).OrderByDescending(row => row.Id).Select(row => row.Number).Take(NumbersMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (PaperNumbers.Next(latest, today.Year) is { } next) return next;
        var approval = await db.Programmes.Where(row => row.Id == programme).Select(row => row.ApprovalNumber).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return approval is null ? null : PaperNumbers.First(PaperNumber.Of(approval), today.Year);
    }

    /// <summary>So many working days after the day of issue, which does not count.</summary>
    /// <exception cref="RefusedException">Too many, or none.</exception>
    public ShownDate ReplyBy(DateOnly issuedOn, int workingDays)
    {
        if (workingDays is < 1 or > ReplyWorkingDaysMax) throw new RefusedException(new($"答复期限为 1 至 {ReplyWorkingDaysMax} 个工作日", $"The time for the answer is 1 to {ReplyWorkingDaysMax} working days"));
        var date = Periods.Add(issuedOn, new Period(workingDays, PeriodUnit.WorkingDays), calendars.Current);
        return ShownDate.Of(date.On, date.IsProvisional, date.Why, calendars.Current);
    }

    /// <summary>Who owes these work items.</summary>
    /// <exception cref="RefusedException">None, too many, or of several programmes.</exception>
    public async Task<OwnersOfWork> OwnersAsync(Person person, IReadOnlyList<string> work, CancellationToken cancellationToken = default)
    {
        if (work.Count == 0) throw new RefusedException(new("请先选择任务", "Choose some work first"));
        if (work.Count > WorkMax) throw new RefusedException(new($"一次最多选择 {WorkMax} 项任务", $"At most {WorkMax} work items can be chosen at a time"));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.WorkItems.AsNoTracking().Where(row => work.Contains(row.Id)).Where(Visibility.Work(db, person)).OrderBy(row => row.DueOn).ThenBy(row => row.Id)
            .Select(row => new { row.ProgrammeId, row.Role, row.UnitId, row.TitleZh, row.TitleEn, row.DueOn }).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0) throw RefusedException.NotFound("所选任务", "The chosen work");
        var programmes = rows.Select(row => row.ProgrammeId).Distinct().ToList();
        if (programmes.Count > 1 || programmes[0] is not { } programme) throw new RefusedException(new("所选任务属于几个专项工作；一份公文只发给一个专项工作的单位，请按专项工作分别选择", "The chosen work belongs to several programmes; a paper is of one, so choose them one by one"));
        return new(programme, [.. rows.Where(row => row.Role == Roles.Unit).Select(row => row.UnitId).OfType<string>().Distinct()], [.. rows.Where(row => row.Role != Roles.Unit).Select(row => row.Role).Distinct()],
            [.. rows.GroupBy(row => (row.TitleZh, row.TitleEn, row.DueOn)).Select(group => group.Key.DueOn is { } due
                ? new Text($"{group.Key.TitleZh}（期限 {due:yyyy-MM-dd}）", $"{group.Key.TitleEn} (due {due:yyyy-MM-dd})")
                : new Text(group.Key.TitleZh, group.Key.TitleEn))]);
    }

    private static IQueryable<UnitRow> Searched(ProgrammesDb db, ClockSet set, Person person, string programme, UnitSearch search)
    {
        var units = db.Units.AsNoTracking().Where(row => row.ProgrammeId == programme && row.LeftOn == null);
        if (!person.CanManage && !person.OfficesIn(programme).Any()) return units.Where(row => false);
        if (search.Name?.Trim() is { Length: > 0 } name) units = units.Where(row => row.Name.Contains(name));
        if (search.Superior is { Length: > 0 } superior) units = units.Where(row => row.Superior == superior);
        if (search.Batch is { } batch) units = units.Where(row => db.BatchUnits.Any(member => member.ProgrammeId == programme && member.Batch == batch && member.UnitId == row.UnitId));
        if (search.LateOnly)
        {
            var late = db.WorkItems.Where(set.IsLate());
            units = units.Where(row => late.Any(item => item.ProgrammeId == programme && item.UnitId == row.UnitId && item.Role == Roles.Unit));
        }

        return units;
    }
}
