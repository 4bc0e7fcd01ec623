using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Programmes.Engine.Deciding;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Mail.Bounces;

/// <param name="Folder">Where a mail program or script puts delivery status notifications as files; a Maildir is read from its <c>new</c>. Null: nowhere.</param>
public sealed record BounceOptions(string? Folder);

/// <summary>
/// Reads the notifications of mails that came back: the mail counts as bounced, and the file goes into <c>done</c>, or into
/// <c>unknown</c> when it tells of no mail of ours. The mail is marked before the file goes, so that nothing is lost when
/// this is killed in between, and marking again changes nothing.
/// </summary>
public sealed class ReadBounces(BounceOptions options, InstanceStore store, TimeProvider time, ILogger<ReadBounces> log)
{
    /// <summary>Files in one run; the rest follows in the next.</summary>
    public const int FilesMax = 200;

    /// <summary>Read from the beginning of a file. What it tells stands before the mail that came back.</summary>
    public const int BytesMax = 256 * 1_024;

    /// <summary>A file that was written to this short a while ago may not be whole yet.</summary>
    public static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(5);

    public const string DoneFolder = "done";
    public const string UnknownFolder = "unknown";
    private const string MaildirNew = "new";
    private const string MaildirTemp = "tmp";

    public bool IsOn => options.Folder is not null;

    /// <summary>Returns how many mails were found to have come back.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        if (options.Folder is not { } folder || !Directory.Exists(folder)) return 0;
        var bounced = 0;
        foreach (var file in Files(folder).Take(FilesMax))
        {
            try
            {
                if (await ReadAsync(folder, file, cancellationToken).ConfigureAwait(false)) bounced++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // No name: whoever sent the notification may have chosen it.
                log.LogWarning(new EventId(3004, "BounceUnreadable"), "A file of the bounce folder cannot be read or moved: {Error}", e.GetType().Name);
            }
        }

        return bounced;
    }

    private IEnumerable<FileInfo> Files(string folder)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var maildir = Directory.Exists(Path.Combine(folder, MaildirNew)) && Directory.Exists(Path.Combine(folder, MaildirTemp));
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = true };
        return new DirectoryInfo(maildir ? Path.Combine(folder, MaildirNew) : folder).EnumerateFiles("*", options)
            .Where(file => !(now >= file.LastWriteTimeUtc && now - file.LastWriteTimeUtc < QuietFor) && file.Extension != ".tmp");
    }

    private async Task<bool> ReadAsync(string folder, FileInfo file, CancellationToken cancellationToken)
    {
        // A link could lead anywhere, and a pipe (its length is 0) would never end: neither is opened.
        var report = file.LinkTarget is not null || file.Length == 0 ? null : DeliveryReport.Read(await BeginningAsync(file, cancellationToken).ConfigureAwait(false));
        var known = report is null ? null : await MarkAsync(report, cancellationToken).ConfigureAwait(false);
        Move(file, Path.Combine(folder, known is null ? UnknownFolder : DoneFolder));
        return known == true;
    }

    /// <returns>Null: the mail is not ours.</returns>
    private async Task<bool?> MarkAsync(DeliveryReport report, CancellationToken cancellationToken)
    {
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), PersonDoor.WaitMax, cancellationToken).ConfigureAwait(false);
        if (report.Failure is not { } failure) return await transaction.Db.Outbox.AnyAsync(row => row.MessageId == report.MessageId, cancellationToken).ConfigureAwait(false) ? false : null;
        if (await OutboxStore.BounceAsync(transaction.Db, report.MessageId, failure, cancellationToken).ConfigureAwait(false) is not { } mail) return null;
        if (!mail.Changed) return false;
        transaction.Db.Audit.Add(new() { At = transaction.Now, Actor = "engine", Action = "mail.bounced", Subject = mail.Id.ToString(CultureInfo.InvariantCulture), ProgrammeId = mail.ProgrammeId, Details = failure });
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task<byte[]> BeginningAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var bytes = new byte[Math.Min(file.Length, BytesMax)];
        await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return bytes[..count];
    }

    private static void Move(FileInfo file, string folder)
    {
        Directory.CreateDirectory(folder);
        var target = Path.Combine(folder, file.Name);
        // The same name again is another notification, unless this was killed before: both are kept.
        if (Path.Exists(target)) target = Path.Combine(folder, $"{Guid.NewGuid():N}-{file.Name}");
        file.MoveTo(target);
    }
}
