using System.Buffers.Binary;
using System.Text;
using Programmes.Core;

namespace Programmes.Engine.Evidence;

/// <summary>The kinds of files that are taken: the name's ending says which, and the content has to agree.</summary>
internal static class EvidenceTypes
{
    private enum Content { Pdf, Jpeg, Png, Compound, Zip }

    /// <param name="Part">For a format inside a zip: how one of its parts begins.</param>
    private sealed record Known(string MediaType, Content Content, string? Part = null);

    private static readonly Dictionary<string, Known> ByEnding = new(StringComparer.OrdinalIgnoreCase)
    {
        [".pdf"] = new("application/pdf", Content.Pdf),
        [".ofd"] = new("application/ofd", Content.Zip, "OFD.xml"),
        [".jpg"] = new("image/jpeg", Content.Jpeg),
        [".jpeg"] = new("image/jpeg", Content.Jpeg),
        [".png"] = new("image/png", Content.Png),
        [".docx"] = new("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Content.Zip, "word/"),
        [".xlsx"] = new("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Content.Zip, "xl/"),
        [".pptx"] = new("application/vnd.openxmlformats-officedocument.presentationml.presentation", Content.Zip, "ppt/"),
        [".doc"] = new("application/msword", Content.Compound),
        [".xls"] = new("application/vnd.ms-excel", Content.Compound),
        [".wps"] = new("application/vnd.ms-works", Content.Compound),
        [".et"] = new("application/vnd.ms-excel", Content.Compound),
        [".zip"] = new("application/zip", Content.Zip),
    };

    /// <summary>As shown to people and to a browser's file dialogue: <c>.pdf</c>, <c>.ofd</c> …</summary>
    public static IReadOnlyCollection<string> Endings => ByEnding.Keys;

    /// <returns>The media type; or null and what is wrong.</returns>
    public static (string? MediaType, Text Problem) Check(string name, Stream content)
    {
        if (!ByEnding.TryGetValue(Path.GetExtension(name), out var known))
            return (null, new($"不收这种文件；可上传：{string.Join(" ", Endings)}", $"This kind of file is not taken; upload one of {string.Join(" ", Endings)}"));
        return Agrees(content, known)
            ? (known.MediaType, default)
            : (null, new($"“{name}”的内容不是 {Path.GetExtension(name)} 文件（可能改过扩展名），请用原来的格式保存后再上传", $"What \"{name}\" holds is no {Path.GetExtension(name)} file (perhaps it was renamed); save it in its own format and upload it again"));
    }

    private static bool Agrees(Stream content, Known known)
    {
        Span<byte> head = stackalloc byte[8];
        content.Position = 0;
        head = head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        return known.Content switch
        {
            Content.Pdf => head.StartsWith("%PDF-"u8),
            Content.Jpeg => head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]),
            Content.Png => head.SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
            Content.Compound => head.SequenceEqual((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
            _ => head.StartsWith((ReadOnlySpan<byte>)[0x50, 0x4B, 0x03, 0x04]) && ZipParts.Any(content, part => known.Part is null || part.StartsWith(known.Part, StringComparison.Ordinal)),
        };
    }
}

/// <summary>The names in a zip's directory (APPNOTE 4.3.12, 4.3.16). Nothing is unpacked, so that a bomb stays one.</summary>
internal static class ZipParts
{
    private const int EndBytes = 22;
    private const int CommentBytesMax = 65_535;
    private const int HeaderBytes = 46;

    /// <summary>Largest directory looked at; an honest document's is far below.</summary>
    private const int DirectoryBytesMax = 4 * 1024 * 1024;

    public static bool Any(Stream zip, Func<string, bool> wanted)
    {
        var tail = Read(zip, Math.Max(0, zip.Length - EndBytes - CommentBytesMax), EndBytes + CommentBytesMax);
        var end = tail.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x50, 0x4B, 0x05, 0x06]);
        if (end < 0 || end + EndBytes > tail.Length) return false;
        long size = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 12)), offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (size > DirectoryBytesMax || offset + size > zip.Length) return false;
        ReadOnlySpan<byte> directory = Read(zip, offset, (int)size);
        while (directory.Length >= HeaderBytes && directory.StartsWith((ReadOnlySpan<byte>)[0x50, 0x4B, 0x01, 0x02]))
        {
            int name = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]), extra = BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]), comment = BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
            if (HeaderBytes + name + extra + comment > directory.Length) return false;
            if (wanted(Encoding.UTF8.GetString(directory.Slice(HeaderBytes, name)))) return true;
            directory = directory[(HeaderBytes + name + extra + comment)..];
        }

        return false;
    }

    private static byte[] Read(Stream zip, long offset, int countMax)
    {
        zip.Position = offset;
        var bytes = new byte[Math.Min(countMax, zip.Length - offset)];
        zip.ReadExactly(bytes);
        return bytes;
    }
}
