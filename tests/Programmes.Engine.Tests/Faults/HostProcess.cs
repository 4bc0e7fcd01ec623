using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Programmes.Engine.Hosting;

namespace Programmes.Engine.Tests.Faults;

/// <summary>The web host as a process of its own, on loopback, killed by its own id.</summary>
/// <param name="settings">More settings, or others in their place, by the names of environment variables.</param>
internal sealed class HostProcess(string folder, string clockFile, IReadOnlyDictionary<string, string>? settings = null) : IDisposable
{
    /// <summary>A host that is asked to stop and has not after this never will.</summary>
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(20) };

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
        Begin();
        await UntilReadyAsync();
    }

    /// <summary>Starts it, whether or not it ever becomes ready.</summary>
    public void Begin()
    {
        var dll = Built("Programmes.Web", "Programmes.Web.dll");
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
    }

    /// <summary>A program of the product, as built beside these tests.</summary>
    public static string Built(string project, string dll)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Programmes.sln"))) root = root.Parent ?? throw new InvalidOperationException("The repository was not found.");
        return Path.Combine(root.FullName, "src", project, "bin", configuration, "net10.0", dll);
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

    /// <summary>SIGTERM, as a service manager sends it. Returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var signal = Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)])) await signal.WaitForExitAsync();
        using var limit = new CancellationTokenSource(StopMax);
        await process.WaitForExitAsync(limit.Token);
        var code = process.ExitCode;
        process.Dispose();
        process = null;
        return code;
    }

    /// <summary>What a page answers; null: nothing listens.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path)
    {
        try
        {
            using var response = await Client.GetAsync(new Uri(Address, path));
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>What a page answers to somebody without an account, and its text.</summary>
    public async Task<(HttpStatusCode Status, string Text)> PageAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(Address, path));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task UntilReadyAsync() => UntilAsync("/health/ready");

    public Task UntilAliveAsync() => UntilAsync("/health/live");

    /// <summary>Waits until it ended by itself. Returns the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(StartMax);
        await process!.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    private async Task UntilAsync(string path)
    {
        using var limit = new CancellationTokenSource(StartMax);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        do
        {
            if (!IsRunning) throw new InvalidOperationException($"The host ended: {Output}");
            if (await StatusAsync(path) == HttpStatusCode.OK) return;
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
