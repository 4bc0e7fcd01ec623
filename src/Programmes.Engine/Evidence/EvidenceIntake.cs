using Programmes.Core;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage.Instances;

namespace Programmes.Engine.Evidence;

/// <summary>A file that was looked at and may be kept.</summary>
/// <param name="Unscanned">Why the scanner could not tell, where files are taken nevertheless; null: it found nothing, or there is none.</param>
internal sealed record CheckedFile(StagedEvidence Staged, string Name, string MediaType, string? Unscanned) : IDisposable
{
    public void Dispose() => Staged.Dispose();
}

/// <summary>Every file that comes in, from whomever, goes through here: name, size, kind by ending and content, then the scanner.</summary>
public sealed class EvidenceIntake(IEvidenceStore store, IEvidenceScanner scanner, InstanceStore instances, TimeProvider time, ScanSettings? settings = null)
{
    /// <param name="subject">What it is handed in with, for the record of what is refused.</param>
    /// <exception cref="RefusedException">The name, the size, the kind, or what the scanner found; the last is recorded.</exception>
    internal async Task<CheckedFile> TakeAsync(Person person, string subject, string? programme, Stream content, string fileName, long bytesMax, CancellationToken cancellationToken)
    {
        var name = EvidenceName.Checked(fileName);
        var staged = await store.StageAsync(content, bytesMax, cancellationToken).ConfigureAwait(false)
            ?? throw new RefusedException(new($"“{name}”太大：单个文件最大 {bytesMax / 1024 / 1024} MB，请压缩或拆分后再上传", $"\"{name}\" is too large: a file has at most {bytesMax / 1024 / 1024} MB; compress or split it"));
        try
        {
            if (staged.LengthBytes == 0) throw new RefusedException(new($"“{name}”是空的", $"\"{name}\" is empty: the file holds nothing"));
            var opened = staged.Open();
            await using var _ = opened.ConfigureAwait(false);
            var (mediaType, problem) = EvidenceTypes.Check(name, opened);
            if (mediaType is null) throw new RefusedException(problem);
            opened.Position = 0;
            var scan = await scanner.ScanAsync(opened, cancellationToken).ConfigureAwait(false);
            if (scan.Verdict == ScanVerdict.Infected) throw await RefuseInfectedAsync(person, subject, programme, name, staged.Hash, scan, cancellationToken).ConfigureAwait(false);
            if (scan.Verdict == ScanVerdict.Unavailable && settings is not { TakeUnscanned: true })
                throw new RefusedException(new($"安全扫描暂时不可用，“{name}”没有上传；请稍后再试，仍不行请联系管理员", $"The scanner for malicious software is not available, so \"{name}\" was not taken; try again later, or tell an administrator"));
            return new(staged, name, mediaType, scan.Verdict == ScanVerdict.Unavailable ? scan.Detail ?? "" : null);
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    private async Task<RefusedException> RefuseInfectedAsync(Person person, string subject, string? programme, string name, string hash, ScanResult scan, CancellationToken cancellationToken)
    {
        Text words = new($"“{name}”未通过安全扫描，可能带有恶意程序，没有保存；请用杀毒软件检查您的电脑", $"\"{name}\" did not pass the scan for malicious software and was not kept; check your computer");
        Text source = new($"{scan.Detail ?? "扫描程序"} {hash}", $"{scan.Detail ?? "the scanner"} {hash}");
        await Refusals.RecordAsync(instances, person, "evidence.infected", subject, programme, words, source, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return new(words);
    }
}
