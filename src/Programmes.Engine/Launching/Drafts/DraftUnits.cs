using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Engine.Exports;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Engine.Launching;

/// <summary>The units of a draft: from an Excel list, checked row by row, or one by one.</summary>
public sealed class DraftUnits(IDbContextFactory<ProgrammesDb> contexts, LaunchDrafts drafts, TimeProvider time)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The template with what the draft has, as a file.</summary>
    public async Task<ExportFile> TemplateAsync(Person person, long id, string language, CancellationToken cancellationToken = default)
    {
        var draft = await DraftAsync(person, id, cancellationToken).ConfigureAwait(false);
        return File(new("参与单位名单", "List of units"), language, stream => UnitSheet.Write(stream, draft.Launch, language, time.GetUtcNow()));
    }

    /// <summary>
    /// Takes a list over when nothing is wrong with it: it replaces the draft's units. Otherwise it is kept beside them, to be
    /// looked at and corrected, and the draft stays as it was.
    /// </summary>
    /// <returns>The number of faults.</returns>
    /// <exception cref="RefusedException">The file cannot be read, or somebody else changed the draft.</exception>
    public async Task<int> ImportAsync(Person person, long id, int version, Stream file, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        var rows = UnitImport.Read(file);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await LaunchDrafts.FindRowAsync(db, id, version, cancellationToken).ConfigureAwait(false);
        var content = DraftContent.Parse(row.Content);
        var reading = UnitImport.Check(content.Launch, rows);
        if (reading.Launch is { } filled)
        {
            (row.Content, row.Units, row.Upload) = ((content with { Launch = filled }).ToJson(), filled.Units.Count, null);
            db.Audit.Add(new() { At = time.GetUtcNow(), Actor = person.Name, Action = "launch.units.imported", Subject = row.Name, Details = $"{filled.Units.Count} 个单位" });
        }
        else
        {
            row.Upload = JsonSerializer.Serialize(rows, Options);
        }

        await drafts.SaveAsync(db, row, person, cancellationToken).ConfigureAwait(false);
        return reading.Problems.Count;
    }

    /// <summary>What is wrong with the list that waits; null: none does. Checked anew, because batches and offices may have changed since.</summary>
    public async Task<UnitReading?> WaitingAsync(Person person, LaunchDraft draft, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (!draft.HasUpload) return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var upload = await db.LaunchDrafts.Where(row => row.Id == draft.Id).Select(row => row.Upload).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return upload is null ? null : UnitImport.Check(draft.Launch, JsonSerializer.Deserialize<List<UnitRowRead>>(upload, Options) ?? []);
    }

    /// <summary>The list that waits, with its faults marked, as a file.</summary>
    /// <exception cref="RefusedException">None waits.</exception>
    public async Task<ExportFile> MarkedAsync(Person person, long id, string language, CancellationToken cancellationToken = default)
    {
        var draft = await DraftAsync(person, id, cancellationToken).ConfigureAwait(false);
        var reading = await WaitingAsync(person, draft, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("待更正的名单", "A list to correct");
        return File(new("名单核对结果", "Checked list of units"), language, stream => UnitSheet.WriteMarked(stream, draft.Launch, reading.Rows, reading.Problems, language, time.GetUtcNow()));
    }

    /// <summary>Takes the waiting list over if what was wrong with it is mended by now, or puts it aside.</summary>
    public async Task<int> SettleAsync(Person person, long id, int version, bool discard, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await LaunchDrafts.FindRowAsync(db, id, version, cancellationToken).ConfigureAwait(false);
        var content = DraftContent.Parse(row.Content);
        var faults = 0;
        if (!discard && row.Upload is { } upload)
        {
            var reading = UnitImport.Check(content.Launch, JsonSerializer.Deserialize<List<UnitRowRead>>(upload, Options) ?? []);
            faults = reading.Problems.Count;
            if (reading.Launch is { } filled) (row.Content, row.Units) = ((content with { Launch = filled }).ToJson(), filled.Units.Count);
        }

        if (faults == 0) row.Upload = null;
        await drafts.SaveAsync(db, row, person, cancellationToken).ConfigureAwait(false);
        return faults;
    }

    /// <summary>Adds a unit, or changes the one of that id, by the rules of the list.</summary>
    /// <param name="replaces">The id of the unit that it was; null: it is new.</param>
    /// <exception cref="RefusedException">Something is wrong with it; the words say what.</exception>
    public Task PutAsync(Person person, long id, int version, IReadOnlyList<string> values, string? replaces, CancellationToken cancellationToken = default) =>
        drafts.SaveAsync(person, id, version, launch =>
        {
            var rows = Rows(launch);
            var at = replaces is null ? -1 : rows.FindIndex(row => row[UnitColumn.Id] == replaces);
            if (replaces is not null && at < 0) throw RefusedException.NotFound("此单位", "The unit");
            var row = new UnitRowRead(at < 0 ? rows.Count + 2 : at + 2, [.. values.Select(value => value.Trim())]);
            if (at < 0) rows.Add(row);
            else rows[at] = row;
            var reading = UnitImport.Check(launch, rows);
            var own = reading.Problems.Where(problem => problem.Row == row.Number).ToList();
            if (own.Count > 0) throw new RefusedException(new(string.Join("；", own.Select(problem => problem.Message.Zh)), string.Join("; ", own.Select(problem => problem.Message.En))));
            return reading.Launch ?? throw new RefusedException(new($"名单第 {reading.Problems[0].Row} 行有误：{reading.Problems[0].Message.Zh}", $"Row {reading.Problems[0].Row} of the list is wrong: {reading.Problems[0].Message.En}"));
        }, cancellationToken: cancellationToken);

    /// <summary>Removes a unit; one that is gone is as good.</summary>
    public Task RemoveAsync(Person person, long id, int version, string unit, CancellationToken cancellationToken = default) => drafts.SaveAsync(person, id, version, launch => launch with
    {
        Units = [.. launch.Units.Where(one => one.Id != unit)],
        Batches = [.. launch.Batches.Select(batch => batch with { Units = [.. batch.Units.Where(one => one != unit)] })],
    }, cancellationToken: cancellationToken);

    private static List<UnitRowRead> Rows(Launch launch)
    {
        var batches = UnitSheet.BatchNames(launch);
        return [.. launch.Units.Select((unit, i) => new UnitRowRead(i + 2, [unit.Name, unit.Id, batches.GetValueOrDefault(unit.Id, ""), unit.Mail ?? "", unit.Responsible ?? "", unit.Superior ?? "", unit.Level?.Key() ?? ""]))];
    }

    private async Task<LaunchDraft> DraftAsync(Person person, long id, CancellationToken cancellationToken) =>
        await drafts.FindAsync(person, id, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此草稿", "The draft");

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
