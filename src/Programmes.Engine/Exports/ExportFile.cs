namespace Programmes.Engine.Exports;

/// <summary>A file to hand out. Whoever gets it disposes of it.</summary>
/// <param name="Name">With its extension; safe as a file name.</param>
/// <param name="Content">At its beginning.</param>
public sealed record ExportFile(string Name, string MediaType, Stream Content) : IDisposable
{
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    public const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    private const int NameLengthMax = 100;
    private const int BufferBytes = 64 * 1024;

    public void Dispose() => Content.Dispose();

    /// <summary>Without what file systems or headers take amiss.</summary>
    public static string SafeName(string name)
    {
        var kept = string.Concat(name.Where(c => !char.IsControl(c) && !"\\/:*?\"<>|".Contains(c, StringComparison.Ordinal))).Trim().TrimEnd('.');
        return kept.Length == 0 ? "export" : kept.Length <= NameLengthMax ? kept : kept[..NameLengthMax];
    }

    /// <summary>A file of its own that vanishes when it is closed, so that a long list needs no memory and a failed one is never half sent.</summary>
    internal static FileStream Temporary()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose, BufferSize = BufferBytes };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(Path.Combine(Path.GetTempPath(), $"programmes-export-{Path.GetRandomFileName()}"), options);
    }
}
