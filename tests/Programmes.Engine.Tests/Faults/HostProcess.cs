using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Programmes.Engine.Hosting;

namespace Programmes.Engine.Tests.Faults;

/// <summary>The web host as a process of its own, on loopback, killed by its own id.</summary>
/// <param name="settings">More settings, by the names of environment variables.</param>
internal sealed class HostProcess(string folder, string clockFile, IReadOnlyDictionary<string, string>? settings = null) : IDisposable
{
    private readonly StringBuilder output = new();
    private Process? process;

    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <summary>On loopback; from the start on.</summary>
    public Uri Address { get; private set; } = null!;

    public bool IsRunning => process is { HasExited: false };

    public async Task StartAsync()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Programmes.sln"))) root = root.Parent ?? throw new InvalidOperationException("The repository was not found.");
        var dll = Path.Combine(root.FullName, "src", "Programmes.Web", "bin", configuration, "net10.0", "Programmes.Web.dll");
        Address = new($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [dll]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = TestClock.EnvironmentName;
        start.Environment["DOTNET_ENVIRONMENT"] = TestClock.EnvironmentName;
        start.Environment[TestClock.Variable] = clockFile;
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["Programmes__Database"] = $"Data Source={Path.Combine(folder, "programmes.db")}";
        start.Environment["Programmes__Mail__Pickup"] = Path.Combine(folder, "mail");
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ReadyAsync();
    }

    /// <summary>SIGKILL: no goodbye, no flush.</summary>
    public async Task KillAsync()
    {
        if (process is null) return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    private async Task ReadyAsync()
    {
        using var client = new HttpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        do
        {
            if (!IsRunning) throw new InvalidOperationException($"The host ended: {Output}");
            try
            {
                if ((await client.GetAsync(new Uri(Address, "/health/ready"), limit.Token)).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        while (await tick.WaitForNextTickAsync(limit.Token));
    }

    private void Keep(string? line)
    {
        lock (output) output.AppendLine(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (process is { HasExited: false }) process.Kill();
        process?.Dispose();
    }
}
