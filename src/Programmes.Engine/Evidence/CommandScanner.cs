using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Programmes.Engine.Evidence;

/// <summary>How the office's scanner for malicious software is started.</summary>
/// <param name="Command">Absolute path of a program. It is started without a shell, reads the file from its standard input, and ends with
/// 0 (clean) or 1 (infected); anything else means that it could not tell. So do <c>clamscan</c> and <c>clamdscan</c> with the argument <c>-</c>.</param>
/// <param name="TakeUnscanned">Files are taken while the scanner cannot tell, which the audit trail records; else they are refused.</param>
public sealed record ScanSettings(string Command, IReadOnlyList<string> Arguments, TimeSpan Timeout, bool TakeUnscanned = false)
{
    public const int TimeoutSecondsDefault = 60;
    public const int TimeoutSecondsMax = 600;
}

/// <summary>Asks an external program about each file.</summary>
internal sealed class CommandScanner(ScanSettings settings, ILogger<CommandScanner> log) : IEvidenceScanner
{
    private const int InfectedCode = 1;
    private const int DetailLengthMax = 200;

    public async Task<ScanResult> ScanAsync(Stream content, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.Timeout);
        Process? process = null;
        try
        {
            process = Start();
            var first = FirstLineAsync(process.StandardOutput, limit.Token);
            var errors = FirstLineAsync(process.StandardError, limit.Token);
            await FeedAsync(process, content, limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            var detail = await first.ConfigureAwait(false) ?? await errors.ConfigureAwait(false);
            return process.ExitCode switch
            {
                0 => new(ScanVerdict.Clean, detail),
                InfectedCode => new(ScanVerdict.Infected, detail),
                _ => Unavailable($"exit code {process.ExitCode}: {detail}"),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unavailable($"no answer within {settings.Timeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            return Unavailable(e.Message);
        }
        finally
        {
            if (process is not null) End(process);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(settings.Command)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true,
        };
        foreach (var argument in settings.Arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static async Task FeedAsync(Process process, Stream content, CancellationToken cancellationToken)
    {
        try
        {
            var input = process.StandardInput.BaseStream;
            await using (input.ConfigureAwait(false))
                await content.CopyToAsync(input, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It has seen enough and closed its input; what it found is in its exit code.
        }
    }

    /// <summary>Reads to the end, so that the program never waits for us; keeps one line.</summary>
    private static async Task<string?> FirstLineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var kept = new char[DetailLengthMax];
        var length = 0;
        var buffer = new char[4096];
        for (int read; (read = await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            var take = Math.Min(read, kept.Length - length);
            buffer.AsSpan(0, take).CopyTo(kept.AsSpan(length));
            length += take;
        }

        var line = new string(kept, 0, length).Split('\n', 2)[0].Trim();
        return line.Length == 0 ? null : line;
    }

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself meanwhile.
        }

        process.Dispose();
    }

    private ScanResult Unavailable(string reason)
    {
        log.LogWarning(new EventId(4002, "EvidenceScannerUnavailable"), "The scanner for malicious software could not tell: {Reason}", reason);
        return new(ScanVerdict.Unavailable, reason);
    }
}
