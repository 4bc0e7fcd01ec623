using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Programmes.Storage.Tests.Databases;

/// <summary>A throwaway PostgreSQL cluster on a free loopback port, in a temporary directory, run by a user who is not root.</summary>
public sealed class PostgresCluster : IDisposable
{
    private static readonly TimeSpan ToolTimeout = TimeSpan.FromSeconds(60);
    private static readonly string? Binaries = FindBinaries();

    private readonly string directory;
    private readonly string data;
    private readonly int port;

    public PostgresCluster()
    {
        if (Binaries is null) throw new InvalidOperationException(MissingMessage);
        directory = Path.Combine(Path.GetTempPath(), $"programmes-pg-{Guid.NewGuid():N}");
        data = Path.Combine(directory, "data");
        if (RunsAsRoot) Run("install", "-d", "-o", "postgres", directory);
        else Directory.CreateDirectory(directory);
        port = FreePort();
        RunAsUser("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "--locale=C", "-E", "UTF8");
        Start();
    }

    /// <summary>On the same port as before.</summary>
    public void Start() =>
        // A throwaway needs no fsync; that commits survive a crash is PostgreSQL's own affair.
        RunAsUser("pg_ctl", "-D", data, "-w", "-l", Path.Combine(directory, "log"), "-o",
            string.Create(CultureInfo.InvariantCulture, $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={directory} -c fsync=off -c max_connections=200"),
            "start");

    /// <summary>As if the server had crashed: connections are cut, and the next start recovers.</summary>
    public void StopAtOnce()
    {
        RunAsUser("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
        // The pools of this process would hand out what was cut.
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>Why the tests on PostgreSQL do not run here, and what to do; null: they run. On a build server a missing PostgreSQL fails them instead.</summary>
    public static string? SkipReason =>
        Binaries is not null || Environment.GetEnvironmentVariable("CI") == "true" ? null : MissingMessage;

    private const string MissingMessage =
        "PostgreSQL was not found (PATH, /usr/lib/postgresql/*/bin), so the store was tested on SQLite alone. Install it, on Debian with: apt-get install postgresql-15";

    public string ConnectionString(string database) => string.Create(CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Pooling=true;Maximum Pool Size=20");

    public void Dispose()
    {
        StopAtOnce();
        Directory.Delete(directory, recursive: true);
    }

    private static bool RunsAsRoot => Environment.UserName == "root";

    private static string? FindBinaries()
    {
        var candidates = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).ToList();
        if (Directory.Exists("/usr/lib/postgresql"))
            candidates.AddRange(Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")));
        return candidates.Find(directory => File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "pg_ctl")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void RunAsUser(string tool, params string[] arguments)
    {
        var path = Path.Combine(Binaries!, tool);
        if (RunsAsRoot) Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else Run(path, arguments);
    }

    private static void Run(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = Path.GetTempPath() };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        if (!process.WaitForExit(ToolTimeout)) throw new TimeoutException($"{file} took longer than {ToolTimeout}.");
        if (process.ExitCode != 0) throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
