using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.Exports;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <param name="AlreadyIn">Rows of units that were in their batch before; nothing of them changed.</param>
/// <param name="LaunchRevision">The launch in force afterwards.</param>
/// <param name="Judged">Every row, as it was judged when it was done.</param>
public sealed record AdmissionOutcome(IReadOnlyList<AdmissionLine> Admitted, int AlreadyIn, DateOnly On, int LaunchRevision, AdmissionPreview Judged);

/// <summary>
/// A list of late joiners, the same Excel list that a launch takes: looked at first, then all of it in one commit, or nothing
/// while a row is refused. Each unit has its own line of history, as if it had been admitted alone.
/// </summary>
public sealed class AdmitUnits(PersonDoor doors, DefinitionLibrary library, CalendarSource calendars, IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks, TimeProvider time)
{
    /// <summary>Rows of one list. The batch's lock is held while they are written.</summary>
    public const int RowsMax = 500;

    private static readonly Text Whole = new("名单整体办理", "a list is taken as a whole");

    /// <exception cref="RefusedException">It is no workbook, too large, or has no list of units.</exception>
    public static IReadOnlyList<UnitRowRead> Read(Stream file)
    {
        var rows = UnitImport.Read(file);
        return rows.Count <= RowsMax ? rows : throw new RefusedException(new($"名单有 {rows.Count} 行；一次最多 {RowsMax} 行，请分次上传", $"The list has {rows.Count} rows; at most {RowsMax} at a time, send it in parts"));
    }

    /// <inheritdoc cref="AdmissionList.Pack"/>
    public static string Pack(IReadOnlyList<UnitRowRead> rows) => AdmissionList.Pack(rows);

    /// <inheritdoc cref="AdmissionList.Unpack"/>
    public static IReadOnlyList<UnitRowRead> Unpack(string? packed) => AdmissionList.Unpack(packed);

    /// <summary>What would become of each row now; nothing is changed.</summary>
    /// <param name="document">The number of the document that approves it; null or empty: none.</param>
    /// <exception cref="RefusedException">The person may not, or there is no such running programme.</exception>
    public async Task<AdmissionPreview> PreviewAsync(Person person, string programme, IReadOnlyList<UnitRowRead> rows, string? document = null, CancellationToken cancellationToken = default)
    {
        var launch = await LaunchAsync(person, programme, cancellationToken).ConfigureAwait(false);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var today = (await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false)).Today(programme);
        var rules = new AdmissionRules(db, programme, launch, string.IsNullOrWhiteSpace(document) ? null : document.Trim(), today, calendars.Current, looksAhead: true);
        return await new AdmissionList(rules, library, launch).JudgeAsync(rows, await LeftAsync(db, programme, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Judges the rows anew, and admits all.</summary>
    /// <exception cref="RefusedException">A row is refused, or nobody would join; nothing was changed.</exception>
    public async Task<AdmissionOutcome> RunAsync(Person person, string programme, IReadOnlyList<UnitRowRead> rows, string reason, string? document = null, CancellationToken cancellationToken = default)
    {
        await using var operation = await ProgrammeOperation.OpenAsync(doors, library, programme, person, "programme.unit-admitted", reason, document, evenSuspended: false, cancellationToken).ConfigureAwait(false);
        var rules = new AdmissionRules(operation.Db, programme, operation.Launch, operation.Document, operation.Session.Today, calendars.Current);
        var list = new AdmissionList(rules, library, operation.Launch);
        var preview = await list.JudgeAsync(rows, await LeftAsync(operation.Db, programme, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (preview.Refused > 0)
        {
            var (first, more) = (preview.Problems[0], preview.Refused);
            throw await operation.RefuseAsync(
                new($"名单有 {more} 行不能加入，没有一个单位加入；先看第 {first.Row} 行（{first.Cell}）：{first.Message.Zh}", $"{more} rows of the list are refused and nobody has joined; see row {first.Row} ({first.Cell}) first: {first.Message.En}"),
                Whole, cancellationToken).ConfigureAwait(false);
        }

        if (preview.Joining == 0)
            throw await operation.RefuseAsync(new("名单中的单位都已在各自的批次，没有要加入的", "All units of the list are in their batches already; nobody would join"), Whole, cancellationToken).ConfigureAwait(false);

        // In the order of the batches, so that two lists never wait for each other.
        foreach (var batch in list.Joining.GroupBy(one => one.Joining.Batch).OrderBy(group => group.Key))
            await AdmitUnit.JoinAsync(operation, batch.First().Door.Instance!, [.. batch.Select(one => one.Joining)], cancellationToken).ConfigureAwait(false);
        var joining = list.Joining.Select(one => one.Joining).ToList();
        await operation.ReviseAsync(AdmitUnit.With(operation.Launch, joining), cancellationToken).ConfigureAwait(false);
        await AdmitUnit.StoreAsync(operation, joining, cancellationToken).ConfigureAwait(false);
        foreach (var (one, door) in list.Joining) operation.Record(ProgrammeChangeKind.UnitAdmitted, one.Unit.Id, one.Title(door.Planned!), one.Details, one.Batch, one.Unit.Id);
        await operation.Session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new([.. preview.Lines.Where(line => line.Verdict == AdmissionVerdict.Joins)], preview.AlreadyIn, operation.Session.Today, operation.LaunchRevision, preview);
    }

    /// <summary>The template with the programme's batches and offices to choose from, and no unit.</summary>
    /// <inheritdoc cref="PreviewAsync" path="/exception"/>
    public async Task<ExportFile> TemplateAsync(Person person, string programme, string language, CancellationToken cancellationToken = default)
    {
        var launch = await LaunchAsync(person, programme, cancellationToken).ConfigureAwait(false);
        return File(new("加入单位名单", "List of units that join"), language, stream => UnitSheet.Write(stream, launch with { Units = [] }, language, time.GetUtcNow()));
    }

    /// <summary>The list with its refused cells marked.</summary>
    /// <inheritdoc cref="PreviewAsync"/>
    public async Task<ExportFile> MarkedAsync(Person person, string programme, IReadOnlyList<UnitRowRead> rows, string? document, string language, CancellationToken cancellationToken = default)
    {
        var preview = await PreviewAsync(person, programme, rows, document, cancellationToken).ConfigureAwait(false);
        var launch = await LaunchAsync(person, programme, cancellationToken).ConfigureAwait(false);
        return File(new("名单核对结果", "Checked list of units"), language, stream => UnitSheet.WriteMarked(stream, launch, rows, preview.Problems, language, time.GetUtcNow()));
    }

    private async Task<Launch> LaunchAsync(Person person, string programme, CancellationToken cancellationToken)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.Programmes.AsNoTracking().Where(one => one.Id == programme).Select(one => new { one.LaunchRevision, one.Status }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false)
            ?? throw RefusedException.NotFound($"专项工作“{programme}”", $"The programme \"{programme}\"");
        return row.Status == ProgrammeStatus.Running
            ? await library.LaunchAsync(programme, row.LaunchRevision, cancellationToken).ConfigureAwait(false)
            : throw new RefusedException(new("专项工作已结束，不再接收单位", "The programme is over and takes no units"));
    }

    private static async Task<IReadOnlyCollection<Unit>> LeftAsync(ProgrammesDb db, string programme, CancellationToken cancellationToken) =>
        await db.Units.AsNoTracking().Where(row => row.ProgrammeId == programme && row.LeftOn != null).Select(row => new Unit(row.UnitId, row.Name, row.Mail, row.Responsible, row.Superior, row.Level)).ToListAsync(cancellationToken).ConfigureAwait(false);

    private ExportFile File(Text title, string language, Action<Stream> write)
    {
        var file = ExportFile.Temporary();
        try
        {
            write(file);
            file.Position = 0;
            return new(ExportFile.SafeName($"{title.In(language)}-{ChinaTime.DateOf(time.GetUtcNow()):yyyy-MM-dd}.xlsx"), ExportFile.Xlsx, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
