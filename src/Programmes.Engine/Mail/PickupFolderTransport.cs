using System.Security.Cryptography;
using System.Text;
using Programmes.Core;

namespace Programmes.Engine.Mail;

/// <summary>
/// Writes each mail as a file that a mail program or server picks up. A file is complete or absent, and is named by its
/// Message-ID, so that a repeat overwrites itself.
/// </summary>
public sealed class PickupFolderTransport : IMailTransport, IMailSession
{
    /// <summary>Longest file name, in characters, with its ending.</summary>
    public const int FileNameMax = 120;

    private const string TempEnding = ".tmp";
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(1);

    private readonly string folder;

    /// <param name="folder">Created if missing when the first mail is written.</param>
    /// <param name="clock">Tells which half-written files a killed process left behind (an hour old); they are removed.</param>
    public PickupFolderTransport(string folder, TimeProvider clock)
    {
        this.folder = Path.GetFullPath(folder);
        RemoveAbandoned(clock.GetUtcNow());
    }

    /// <summary>The file of a mail: its Message-ID without brackets; an id that no file system would take is hashed.</summary>
    public static string FileNameOf(string messageId)
    {
        var name = messageId.Trim('<', '>');
        var safe = name.Length is > 0 and <= FileNameMax - 4 && name[0] != '.' && FrozenMail.IsMessageId($"<{name}>");
        return $"{(safe ? name : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(messageId))))}.eml";
    }

    public Text Description => new($"投递目录 {folder}", $"The pickup folder {folder}");

    /// <summary>Keeps nothing open between mails.</summary>
    public IMailSession Open() => this;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async Task<Delivery> SendAsync(FrozenMail mail, CancellationToken cancel)
    {
        byte[] bytes;
        try
        {
            bytes = EmlWriter.Write(mail);
        }
        catch (ArgumentException e)
        {
            return new(DeliveryStatus.Refused, Text.Same(e.Message));
        }

        var name = FileNameOf(mail.MessageId);
        // Two senders of the same mail must not write into one file: each has its own, and the last rename wins.
        var temp = Path.Combine(folder, $".{name}.{Guid.NewGuid():N}{TempEnding}");
        try
        {
            Directory.CreateDirectory(folder);
            await using (var file = new FileStream(temp, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await file.WriteAsync(bytes, cancel);
                // Before the rename: after a power cut the name must not stand for an empty file.
                file.Flush(flushToDisk: true);
            }
            File.Move(temp, Path.Combine(folder, name), overwrite: true);
            return Delivery.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temp);
            // A full or missing disk is no mail's fault.
            return new(DeliveryStatus.Unavailable, new($"写不进投递目录：{e.Message}", $"The pickup folder cannot be written to: {e.Message}"));
        }
        catch (OperationCanceledException)
        {
            TryDelete(temp);
            throw;
        }
    }

    private void RemoveAbandoned(DateTimeOffset now)
    {
        if (!Directory.Exists(folder)) return;
        try
        {
            foreach (var temp in Directory.EnumerateFiles(folder, $".*.eml.*{TempEnding}"))
                if (File.GetLastWriteTimeUtc(temp) < (now - AbandonedAfter).UtcDateTime) TryDelete(temp);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Leftovers are only untidy; what is wrong with the folder shows with the first mail.
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start removes it.
        }
    }
}
