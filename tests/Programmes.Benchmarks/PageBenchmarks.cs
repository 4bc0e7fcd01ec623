using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Programmes.Engine.Hosting;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage.Databases;

namespace Programmes.Benchmarks;

/// <summary>
/// Fifty people at once, each leafing through the pages that are opened most, on the real host as a process of its own: once
/// with a pause before each page, as people make, and once without. Times are taken by the browser's side, over loopback.
/// </summary>
internal static partial class PageBenchmarks
{
    private const int Users = 50;
    private const string Password = "a-good-password-2026";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(60);

    /// <summary>On average, before each page.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Does next to nothing in the database: what a page costs before its queries.</summary>
    private const string Floor = "/account/password";

    private sealed record Visitor(string Name, HttpClient Browser, IReadOnlyList<(string Page, string Address)> Pages);

    private sealed record Visit(string Page, double Milliseconds);

    public static async Task SqliteAsync(string workflows)
    {
        var folder = Directory.CreateTempSubdirectory("programmes-pages-");
        try
        {
            await RunAsync("SQLite", $"Data Source={Path.Combine(folder.FullName, "programmes.db")}", folder.FullName, workflows);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    public static async Task PostgresAsync(string connectionString, string workflows)
    {
        await using var databases = await PostgresCopies.CreateAsync(connectionString);
        var folder = Directory.CreateTempSubdirectory("programmes-pages-");
        try
        {
            await RunAsync("PostgreSQL", databases.Product, folder.FullName, workflows);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string database, string connectionString, string folder, string workflows)
    {
        var started = Stopwatch.GetTimestamp();
        var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)).AddSingleton(TimeProvider.System)
            .AddProgrammesEngine(DatabaseOptions.Parse(connectionString)).AddProgrammesAccounts().AddProgrammesQueries().BuildServiceProvider();
        await using (services)
        {
            await services.GetRequiredService<Database>().MigrateAsync();
            await NationalData.WriteAsync(services, workflows);
            var accounts = await AccountsAsync(services);
            Console.WriteLine($"{database}: {NationalData.Units:N0} units, {NationalData.Units * NationalData.ItemsPerUnit:N0} work items written in {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s");
            using var host = await Host.StartAsync(connectionString, folder);
            var visitors = new List<Visitor>();
            foreach (var (name, pages) in accounts) visitors.Add(await host.SignInAsync(name, pages));
            await VisitAsync(visitors, Pause, WarmUp);
            Print($"{database}, {Users} people, {Pause.TotalSeconds:N0} s between pages", await VisitAsync(visitors, Pause, Measured));
            Print($"{database}, {Users} people without a pause", await VisitAsync(visitors, TimeSpan.Zero, Measured));
            foreach (var visitor in visitors) visitor.Browser.Dispose();
        }
    }

    /// <summary>Ten of the leading office and supervisors, fifteen county offices, twenty-five stations.</summary>
    private static async Task<IReadOnlyList<(string Name, IReadOnlyList<(string, string)> Pages)>> AccountsAsync(IServiceProvider services)
    {
        var manage = services.GetRequiredService<ManageAccounts>();
        var door = services.GetRequiredService<AccountDoor>();
        var first = services.GetRequiredService<FirstAdministrator>();
        await first.CreateAsync((await first.NewTokenAsync())!, "admin", null, Password);
        var found = new List<(string, IReadOnlyList<(string, string)>)>();
        for (var i = 0; i < Users; i++)
        {
            var wanted = i switch
            {
                < 5 => new NewAccount($"office{i}", null, PersonRole.LeadingOffice),
                < 10 => new NewAccount($"supervisor{i}", null, PersonRole.Supervisor),
                < 25 => new NewAccount($"county{i}", null, PersonRole.Office, NationalData.County(i), NationalData.Programme),
                _ => new NewAccount($"station{i}", null, PersonRole.Unit, null, NationalData.Programme, $"n{1 + (i * 700)}"),
            };
            var created = await manage.CreateAsync(Person.Engine, wanted);
            await door.ChangePasswordAsync(created.Id, created.Password, Password);
            var pages = new List<(string, string)>
            {
                ("overview", "/"),
                ("my work", "/work"),
                ("cohort board", string.Create(CultureInfo.InvariantCulture, $"/programmes/{NationalData.Programme}?view=Board&batch={1 + (i % 3)}&p={1 + (i * 5)}")),
                ("late list", $"/supervision?programme={NationalData.Programme}"),
                ("floor", Floor),
            };
            found.Add((wanted.Name, pages));
        }

        return found;
    }

    private static async Task<IReadOnlyList<Visit>> VisitAsync(IReadOnlyList<Visitor> visitors, TimeSpan pause, TimeSpan during)
    {
        using var end = new CancellationTokenSource(during);
        var all = await Task.WhenAll(visitors.Select((visitor, i) => Task.Run(() => BrowseAsync(visitor, new Random(i), pause, end.Token))));
        return [.. all.SelectMany(one => one)];
    }

    private static async Task<List<Visit>> BrowseAsync(Visitor visitor, Random random, TimeSpan pause, CancellationToken cancellationToken)
    {
        var visits = new List<Visit>();
        try
        {
            for (var turn = random.Next(visitor.Pages.Count); ; turn++)
            {
                if (pause > TimeSpan.Zero) await Task.Delay(pause * (2 * random.NextDouble()), cancellationToken);
                var (page, address) = visitor.Pages[turn % visitor.Pages.Count];
                var started = Stopwatch.GetTimestamp();
                using var answer = await visitor.Browser.GetAsync(new Uri(address, UriKind.Relative), cancellationToken);
                await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{visitor.Name}: {address} answered {(int)answer.StatusCode}");
                visits.Add(new(page, Stopwatch.GetElapsedTime(started).TotalMilliseconds));
            }
        }
        catch (OperationCanceledException)
        {
            return visits;
        }
    }

    private static void Print(string title, IReadOnlyList<Visit> visits)
    {
        Console.WriteLine($"{title}: {visits.Count:N0} pages, {visits.Count / Measured.TotalSeconds:N0}/s");
        foreach (var group in visits.GroupBy(visit => visit.Page).OrderBy(group => group.Key == "floor").ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            var times = group.Select(visit => visit.Milliseconds).Order().ToList();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {group.Key,-14} {times.Count,6:N0}  median {At(times, 0.5),7:N1} ms  p95 {At(times, 0.95),7:N1} ms  p99 {At(times, 0.99),7:N1} ms  most {times[^1],7:N1} ms"));
        }
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];

    /// <summary>The web host on loopback, without jobs.</summary>
    private sealed partial class Host : IDisposable
    {
        private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

        private readonly Process process;
        private readonly Uri address;

        private Host(Process process, Uri address) => (this.process, this.address) = (process, address);

        public static async Task<Host> StartAsync(string connectionString, string folder)
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(root.FullName, "Programmes.sln"))) root = root.Parent ?? throw new InvalidOperationException("The repository was not found.");
            var dll = Path.Combine(root.FullName, "src", "Programmes.Web", "bin", configuration, "net10.0", "Programmes.Web.dll");
            var address = new Uri($"http://127.0.0.1:{FreePort()}");
            var start = new ProcessStartInfo("dotnet", [dll]) { WorkingDirectory = folder };
            start.Environment["ASPNETCORE_URLS"] = address.ToString();
            start.Environment["Programmes__Database"] = connectionString;
            start.Environment["Programmes__Workflows"] = "";
            start.Environment["Programmes__Role"] = "Web";
            start.Environment["Programmes__Mail__Pickup"] = Path.Combine(folder, "mail");
            var host = new Host(Process.Start(start)!, address);
            using var client = new HttpClient();
            using var limit = new CancellationTokenSource(StartMax);
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            do
            {
                try
                {
                    if ((await client.GetAsync(new Uri(address, "/health/ready"), limit.Token)).IsSuccessStatusCode) return host;
                }
                catch (HttpRequestException)
                {
                    // Not listening yet.
                }
            }
            while (await tick.WaitForNextTickAsync(limit.Token));
            throw new InvalidOperationException("The host did not start.");
        }

        public async Task<Visitor> SignInAsync(string name, IReadOnlyList<(string, string)> pages)
        {
            var browser = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = address };
            var form = await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
            using var fields = new FormUrlEncodedContent([new("Name", name), new("Password", Password), new("__RequestVerificationToken", Token().Match(form).Groups[1].Value)]);
            using var answer = await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), fields);
            if (answer.StatusCode != HttpStatusCode.Redirect) throw new InvalidOperationException($"{name} could not sign in: {(int)answer.StatusCode}");
            return new(name, browser, pages);
        }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        [GeneratedRegex("name=\"request-verification-token\" content=\"([^\"]+)\"")]
        private static partial Regex Token();
    }
}
