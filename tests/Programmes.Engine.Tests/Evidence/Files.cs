using System.IO.Compression;
using System.Text;

namespace Programmes.Engine.Tests.Evidence;

/// <summary>Contents of files, small but of their kind.</summary>
internal static class Files
{
    public static byte[] Pdf(string text = "1") => Encoding.ASCII.GetBytes($"%PDF-1.7\n% {text}\n%%EOF\n");

    public static byte[] Exe { get; } = [0x4D, 0x5A, 0x90, 0, 3, 0, 0, 0, .. new byte[200]];

    public static byte[] Zip(params string[] parts)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var part in parts)
                using (var entry = zip.CreateEntry(part).Open()) entry.Write("x"u8);
        return bytes.ToArray();
    }

    /// <summary>As long as asked for, without being in memory.</summary>
    public static Stream Long(long bytes) => new Zeros(bytes);

    private sealed class Zeros(long length) : Stream
    {
        private long position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => length;
        public override long Position { get => position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - position);
            Array.Clear(buffer, offset, read);
            position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
