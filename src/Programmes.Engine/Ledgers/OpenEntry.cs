using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Ledgers;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage.Ledgers;

namespace Programmes.Engine.Ledgers;

/// <param name="Area">One of the ledger's check areas, where it lists them.</param>
/// <param name="SourceReference">What the source is called, such as the number of the check.</param>
public sealed record NewEntry(string Area, string Problem, LedgerSource Source = LedgerSource.SelfCheck, string? SourceReference = null, Assignment? Assignment = null);

/// <param name="Office">责任单位.</param>
/// <param name="Post">The post of who answers for it (责任人职务), not a name.</param>
/// <param name="Deadline">The last day, inclusive (限定时间).</param>
public sealed record Assignment(string Office, string Post, DateOnly Deadline);

/// <summary>Enters a problem (登记): by whoever keeps the ledger, by whoever closes its entries, or by the leading office.</summary>
public sealed class OpenEntry(PersonDoor doors)
{
    /// <summary>Most entries of one ledger.</summary>
    public const int EntriesMax = 1_000;

    /// <summary>Returns the entry's id.</summary>
    /// <exception cref="RefusedException">The ledger is closed, which is recorded; or something is missing.</exception>
    public async Task<string> OpenAsync(Person person, string ledgerId, NewEntry entry, CancellationToken cancellationToken = default)
    {
        await using var session = await LedgerSession.OpenAsync(doors, ledgerId, person, cancellationToken).ConfigureAwait(false);
        var ledger = session.Ledger;
        if (!LedgerRights.MayKeep(person, ledger) && !LedgerRights.MayReview(person, ledger)) throw RefusedException.Forbidden();
        if (!session.IsOpen)
            throw await session.Door.RefuseAsync("ledger-entry.opened", ledger.Id, new(
                $"“{ledger.TitleZh}”已于 {ledger.ClosedOn:yyyy-MM-dd} 办结，不再登记新问题；原有问题未解决的，请重新打开该问题",
                $"\"{ledger.TitleEn}\" was closed on {ledger.ClosedOn:yyyy-MM-dd} and takes no new entries; reopen the entry that turned out unsolved"), session.Source, cancellationToken).ConfigureAwait(false);
        var area = LedgerTexts.Optional(entry.Area, new("检查方面", "The area"));
        var areas = JsonSerializer.Deserialize<string[]>(ledger.Areas) ?? [];
        if (area is null || areas.Length > 0 && !areas.Contains(area))
            throw new RefusedException(areas.Length > 0
                ? new($"检查方面应为：{string.Join("、", areas)}{Spelling.Hint(area ?? "", areas).Zh}", $"The area is one of: {string.Join(", ", areas)}{Spelling.Hint(area ?? "", areas).En}")
                : new("请写明检查方面", "Name the check area"));
        if (ledger.LastNumber >= EntriesMax) throw new RefusedException(new($"一份台账最多 {EntriesMax} 个问题，请归并", $"A ledger has at most {EntriesMax} entries; merge some"));
        var row = new LedgerEntryRow
        {
            Id = $"{ledger.Id}.{++ledger.LastNumber}", LedgerId = ledger.Id, ProgrammeId = ledger.ProgrammeId, UnitId = ledger.UnitId, Number = ledger.LastNumber,
            Area = area, Problem = LedgerTexts.Required(entry.Problem, new("问题", "the problem")), Source = entry.Source,
            SourceReference = LedgerTexts.Optional(entry.SourceReference, new("来源", "The source")), OpenedOn = session.Door.Today, EvidenceFromAt = session.Door.Now,
        };
        session.Door.Db.LedgerEntries.Add(row);
        session.Note(LedgerEventKind.Opened, row, null, new { row.Area, row.Source, row.SourceReference });
        if (entry.Assignment is { } assignment) AssignEntry.Assign(session, row, assignment);
        await session.CommitChangedAsync(cancellationToken).ConfigureAwait(false);
        return row.Id;
    }
}
