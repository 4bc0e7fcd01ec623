using System.Diagnostics;
using System.Globalization;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Engine.Tests.Faults;

/// <summary>A file system of a few megabytes, to be filled and freed. Mounting takes root.</summary>
internal sealed class TinyDisk : IDisposable
{
    private static readonly TimeSpan ToolTimeout = TimeSpan.FromSeconds(20);
    private static readonly Lazy<bool> CanMount = new(() =>
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") return false;
        var folder = Directory.CreateTempSubdirectory("programmes-mount-").FullName;
        var mounted = Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) && Run("umount", folder);
        Directory.Delete(folder);
        return mounted;
    });

    private readonly string filler;

    /// <param name="folder">Where it is mounted; made if it is missing.</param>
    public TinyDisk(string folder, int megabytes)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        filler = Path.Combine(folder, "filler");
        if (!Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=777"), "tmpfs", folder)) throw new InvalidOperationException($"Nothing could be mounted at {folder}.");
    }

    /// <summary>Why the tests of a full disk do not run here; null: they run.</summary>
    public static string? SkipReason => CanMount.Value ? null : "A full disk is tested on a small file system of its own, and mounting one takes root on Linux: these tests did not run.";

    public string Folder { get; }

    /// <summary>Until this much is left.</summary>
    public void Fill(int leaveKilobytes)
    {
        using var file = new FileStream(filler, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        var block = new byte[4096];
        try
        {
            // No tiny disk is larger.
            for (var i = 0; i < 100_000; i++) file.Write(block);
        }
        catch (IOException)
        {
            file.SetLength(Math.Max(0, file.Length - leaveKilobytes * 1024L));
        }
    }

    public void Free() => File.Delete(filler);

    public void Dispose()
    {
        if (Run("umount", "-l", Folder)) Directory.Delete(Folder);
    }

    private static bool Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true })!;
        return process.WaitForExit(ToolTimeout) && process.ExitCode == 0;
    }
}

/// <summary>Skipped, saying why, where no small file system can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FullDiskFactAttribute : FactAttribute
{
    public FullDiskFactAttribute() => Skip = PostgresCluster.SkipReason ?? TinyDisk.SkipReason;
}
