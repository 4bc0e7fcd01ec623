using Programmes.Engine.People;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Safekeeping;

/// <summary>What copies of a database have in common: how they report, and how a refusal is told.</summary>
internal static class CopyErrors
{
    public static async Task<T> ToldAsync<T>(Func<Task<T>> copy)
    {
        try
        {
            return await copy().ConfigureAwait(false);
        }
        catch (CopyException refused)
        {
            throw new RefusedException(refused.Words);
        }
        catch (StoreBusyException busy)
        {
            throw new RefusedException(new($"数据库正在使用，请先停止网站和其他程序（{busy.Message}）", $"The database is in use; stop the web host and other programs first ({busy.Message})"));
        }
    }

    public static RefusedException Missing(EvidenceCount evidence, string folder) => new(new(
        $"目录“{folder}”中缺少 {evidence.Missing} 份佐证材料（如 {string.Join("、", evidence.FirstMissing)}）；请先找回，确已丢失的加 --accept-missing",
        $"{evidence.Missing} evidence files are missing in \"{folder}\" (such as {string.Join(", ", evidence.FirstMissing)}); find them first, or add --accept-missing if they are lost"));

    public static IReadOnlyList<TableLine> Lines(IEnumerable<TableCopied> tables) => [.. tables.Select(table => new TableLine(table.Table.Name, table.Rows, table.Hash)).OrderBy(line => line.Name, StringComparer.Ordinal)];

    public static IProgress<CopyProgress>? Steps(IProgress<CopyStep>? progress) => progress is null ? null : new Passed(progress);

    // Not Progress<T>, which reports later and elsewhere: what a report throws has to stop the copy.
    private sealed class Passed(IProgress<CopyStep> to) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value) => to.Report(new(value.Table, value.Rows, value.ReadBack));
    }
}
