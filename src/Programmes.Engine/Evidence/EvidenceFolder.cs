using System.Buffers;
using System.Security.Cryptography;
using Programmes.Engine.People;

namespace Programmes.Engine.Evidence;

/// <summary>
/// Evidence in a folder: <c>ab/abcdef…</c> by hash, written beside and renamed, so that a name never stands for half a file.
/// Several nodes may share the folder.
/// </summary>
public sealed class EvidenceFolder(string folder, TimeProvider time) : IEvidenceStore
{
    /// <summary>Files looked at in one sweep; the rest is for the next.</summary>
    public const int SweepFilesMax = 1_000_000;

    private const int HashLength = 64;

    /// <summary>Where the files are.</summary>
    public string Folder => folder;

    private const int SweepPage = 500;
    private const int BufferBytes = 128 * 1024;
    private const string Incoming = "incoming";
    private const string Doubtful = ".sweep";

    public async Task<StagedEvidence?> StageAsync(Stream content, long bytesMax, CancellationToken cancellationToken = default)
    {
        var path = Path.Combine(folder, Incoming, Guid.NewGuid().ToString("N"));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var reading = false;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long length = 0;
            // Unbuffered: what could not be written must not be tried again on the way out.
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                for (int read; (read = await ReadAsync().ConfigureAwait(false)) > 0; length += read)
                {
                    if (length + read > bytesMax)
                    {
                        await file.DisposeAsync().ConfigureAwait(false);
                        File.Delete(path);
                        return null;
                    }

                    sha.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }

                // Before the rename: after a power cut the name must not stand for an empty file.
                file.Flush(flushToDisk: true);
            }

            var hash = Convert.ToHexStringLower(sha.GetHashAndReset());
            return new Staged(path, PathOf(hash), time) { Hash = hash, LengthBytes = length };
        }
        catch (Exception exception)
        {
            if (File.Exists(path)) File.Delete(path);
            // A visitor's connection that breaks is nobody's lack of room.
            if (!reading && IsUnwritten(exception)) throw NoRoom();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        async ValueTask<int> ReadAsync()
        {
            reading = true;
            var read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            reading = false;
            return read;
        }
    }

    private static bool IsUnwritten(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private static RefusedException NoRoom() => new(new(
        "材料没有保存：存放材料的存储空间已满或者不能写入。请联系管理员处理，之后再上传",
        "The file was not kept: where files are kept there is no room, or nothing can be written. Tell an administrator, and hand it in again afterwards"));

    public Stream? Open(string hash)
    {
        try
        {
            return IsHash(hash) ? new FileStream(PathOf(hash), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, useAsync: true) : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public async Task<int> SweepAsync(DateTimeOffset keptBefore, Func<IReadOnlyList<string>, Task<IReadOnlySet<string>>> known, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(folder)) return 0;
        foreach (var abandoned in Files(Path.Combine(folder, Incoming)).Where(IsOld)) File.Delete(abandoned);
        var removed = 0;
        var old = Directory.EnumerateDirectories(folder).Where(sub => Path.GetFileName(sub).Length == 2).SelectMany(Files).Where(file => IsHash(HashOf(file)) && IsOld(file));
        foreach (var page in old.Take(SweepFilesMax).Chunk(SweepPage))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var named = await known([.. page.Select(HashOf)]).ConfigureAwait(false);
            foreach (var file in page)
            {
                if (named.Contains(HashOf(file)) && !file.EndsWith(Doubtful, StringComparison.Ordinal)) continue;
                if (await RemoveAsync(file).ConfigureAwait(false)) removed++;
            }
        }

        return removed;

        bool IsOld(string file) => File.GetLastWriteTimeUtc(file) < keptBefore.UtcDateTime;

        // Put aside first and looked at again then: the same content may be handed in while the sweep asks about it.
        async Task<bool> RemoveAsync(string file)
        {
            var (hash, aside) = (HashOf(file), PathOf(HashOf(file)) + Doubtful);
            try
            {
                if (file != aside) File.Move(file, aside, overwrite: true);
                if (IsOld(aside) && !(await known([hash]).ConfigureAwait(false)).Contains(hash))
                {
                    File.Delete(aside);
                    return true;
                }

                File.Move(aside, PathOf(hash), overwrite: true);
            }
            catch (FileNotFoundException)
            {
                // Another node sweeps too.
            }

            return false;
        }
    }

    private static string HashOf(string file) => Path.GetFileName(file) is var name && name.EndsWith(Doubtful, StringComparison.Ordinal) ? name[..^Doubtful.Length] : name;

    private static bool IsHash(string text) => text.Length == HashLength && text.All(char.IsAsciiHexDigitLower);

    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];

    private string PathOf(string hash) => Path.Combine(folder, hash[..2], hash);

    private sealed class Staged(string path, string target, TimeProvider time) : StagedEvidence
    {
        public override Stream Open() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);

        // Also over the same content: its age begins anew, so that no sweep takes it before the commit.
        public override void Keep()
        {
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Move(path, target, overwrite: true);
            }
            catch (Exception exception) when (IsUnwritten(exception))
            {
                throw NoRoom();
            }
        }

        protected override void Drop() => File.Delete(path);
    }
}
