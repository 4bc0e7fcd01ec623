using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Queries;

/// <param name="Kind">Stable, kebab-case, see <see cref="ProgrammeHistory.KeyOf"/>.</param>
/// <param name="Subject">The unit or the role; null: the programme itself.</param>
/// <param name="SubjectName">The unit's name, or the office that holds the role today.</param>
/// <param name="Document">The document that approves it, where one was given.</param>
/// <param name="LaunchRevision">The launch in force after the change.</param>
/// <param name="Details">What was before and after, as JSON; null: nothing more.</param>
public sealed record ChangeLine(
    long Id, DateOnly On, DateTimeOffset At, string Kind, Text Words, string? Subject, string? SubjectName, string By, string Reason, string? Document, int LaunchRevision, JsonElement? Details);

/// <summary>Who held a duty, and from when until when.</summary>
/// <param name="From">Inclusive (Asia/Shanghai).</param>
/// <param name="Until">The day on which it went over to the next, which is the first of that one's; null: it holds it still.</param>
public sealed record DutyHolder(string Role, string Name, DateOnly From, DateOnly? Until);

/// <summary>What was changed in a running programme: units that joined, left or were merged, offices, suspensions.</summary>
public sealed class ProgrammeHistory(IDbContextFactory<ProgrammesDb> contexts)
{
    public const int PageSize = 50;

    /// <summary>Changes of offices read for the list of holders.</summary>
    public const int HoldersMax = 1_000;

    /// <summary>The latest first. A unit sees what concerns itself and the programme as a whole.</summary>
    public async Task<Paged<ChangeLine>> RunAsync(Person person, string programme, int page = 1, int size = PageSize, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var changes = db.ProgrammeChanges.AsNoTracking().Where(change => change.ProgrammeId == programme && db.ProgrammesOf(person).Any(row => row.Id == programme));
        if (db.OnlyUnits(person, programme) is { } only) changes = changes.Where(change => change.Subject == null || only.Contains(change.Subject));
        var rows = from change in changes
                   orderby change.Id descending
                   select new
                   {
                       Change = change,
                       Unit = db.Units.Where(unit => unit.ProgrammeId == programme && unit.UnitId == change.Subject).Select(unit => unit.Name).FirstOrDefault(),
                       Office = db.Offices.Where(office => office.ProgrammeId == programme && office.Role == change.Subject).Select(office => office.Name).FirstOrDefault(),
                   };
        var found = await rows.PageAsync(page, size, cancellationToken).ConfigureAwait(false);
        return found.With<ChangeLine>([.. found.Rows.Select(row => new ChangeLine(
            row.Change.Id, row.Change.ChangedOn, row.Change.ChangedAt, KeyOf(row.Change.Kind), WordsOf(row.Change.Kind), row.Change.Subject,
            IsOfOffice(row.Change.Kind) ? row.Office : row.Unit, row.Change.ChangedBy, row.Change.Reason, row.Change.DocumentNumber, row.Change.LaunchRevision,
            row.Change.Details is { } json ? JsonElement.Parse(json) : null))]);
    }

    /// <summary>Who held each duty when, by role and then in order of time. A new name of the same office begins a line of its own.</summary>
    public async Task<IReadOnlyList<DutyHolder>> HoldersAsync(Person person, string programme, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var start = await db.ProgrammesOf(person).Where(row => row.Id == programme).Select(row => (DateOnly?)row.StartsOn).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (start is not { } from) return [];
        var offices = await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == programme).OrderBy(row => row.Role).ToListAsync(cancellationToken).ConfigureAwait(false);
        var changes = await db.ProgrammeChanges.AsNoTracking()
            .Where(row => row.ProgrammeId == programme && (row.Kind == ProgrammeChangeKind.OfficeChanged || row.Kind == ProgrammeChangeKind.DutyHandedOver))
            .OrderBy(row => row.Id).Take(HoldersMax).Select(row => new { row.Subject, row.ChangedOn, row.Details }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var holders = new List<DutyHolder>();
        foreach (var office in offices)
        {
            var since = from;
            foreach (var change in changes.Where(change => change.Subject == office.Role))
            {
                var details = JsonElement.Parse(change.Details!);
                var (before, after) = (details.GetProperty("from").GetProperty("name").GetString()!, details.GetProperty("to").GetProperty("name").GetString()!);
                if (before == after) continue;
                holders.Add(new(office.Role, before, since, change.ChangedOn));
                since = change.ChangedOn;
            }

            holders.Add(new(office.Role, office.Name, since, null));
        }

        return holders;
    }

    /// <summary>As scripts and the timeline's events know the kind.</summary>
    internal static string KeyOf(ProgrammeChangeKind kind) => kind switch
    {
        ProgrammeChangeKind.UnitAdmitted => "unit-admitted",
        ProgrammeChangeKind.UnitWithdrawn => "unit-withdrawn",
        ProgrammeChangeKind.UnitMerged => "unit-merged",
        ProgrammeChangeKind.OfficeChanged => "office-changed",
        ProgrammeChangeKind.DutyHandedOver => "duty-handed-over",
        ProgrammeChangeKind.Suspended => "programme-suspended",
        ProgrammeChangeKind.RemindersChanged => "reminders-changed",
        _ => "programme-resumed",
    };

    private static Text WordsOf(ProgrammeChangeKind kind) => kind switch
    {
        ProgrammeChangeKind.UnitAdmitted => new("中途加入", "Late joiner"),
        ProgrammeChangeKind.UnitWithdrawn => new("退出", "Withdrawal"),
        ProgrammeChangeKind.UnitMerged => new("并入", "Merger"),
        ProgrammeChangeKind.OfficeChanged => new("单位变更", "Office changed"),
        ProgrammeChangeKind.DutyHandedOver => new("职责移交", "Duty handed over"),
        ProgrammeChangeKind.Suspended => new("暂停", "Suspended"),
        ProgrammeChangeKind.RemindersChanged => new("调整提醒", "Reminders changed"),
        _ => new("恢复", "Resumed"),
    };

    private static bool IsOfOffice(ProgrammeChangeKind kind) => kind is ProgrammeChangeKind.OfficeChanged or ProgrammeChangeKind.DutyHandedOver;
}
