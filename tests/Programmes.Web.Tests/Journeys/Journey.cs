using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Engine.Hosting;
using Programmes.Engine.Launching;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Faults;
using Programmes.Storage.Databases;
using Programmes.Web.Tests.Pages;
using Xunit.Abstractions;

namespace Programmes.Web.Tests.Journeys;

/// <summary>
/// The real host as a process of its own on a real database, Chromium before it, and the clock in a file. The host runs no
/// jobs: a journey says when time goes on, and what falls due happens then, by the same engine in this process.
/// </summary>
#pragma warning disable CA1001 // xunit ends it by DisposeAsync.
public sealed class Journey : IAsyncLifetime
#pragma warning restore CA1001
{
    public const string Administrator = "admin";
    public const string Password = "a-good-password-2026";

    private const int RoundsMax = 60;
    /// <summary>Long, because other tests may be using the machine meanwhile; nothing waits longer than it must.</summary>
    private const int WaitMilliseconds = 60_000;

    private readonly string folder = Directory.CreateTempSubdirectory("programmes-journey-").FullName;
    private readonly List<IBrowserContext> contexts = [];
    private HostProcess? host;
    private ServiceProvider? engine;
    private IPlaywright? playwright;
    private IBrowser? chromium;

    public static string Workflows { get; } = FindWorkflows();

    public Uri Address => host!.Address;

    /// <summary>Of what the host printed, the last lines are those that explain.</summary>
    private const int LinesToldMax = 400;

    /// <summary>What the host printed so far.</summary>
    public string Output => host?.Output ?? "";

    /// <summary>Says with a test what the host printed: the runner shows it beside a failure, so that a refused connection or a page of faults can be explained.</summary>
    public void Tell(ITestOutputHelper output)
    {
        // Its one-time link opens nothing any more, and belongs in no log all the same.
        var lines = Output.Split('\n').Where(line => !line.Contains("token=", StringComparison.Ordinal)).ToArray();
        output.WriteLine($"The host {(host is { IsRunning: true } ? "runs" : "does not run")}; it printed{(lines.Length > LinesToldMax ? $" (the last {LinesToldMax} of {lines.Length} lines)" : "")}:");
        output.WriteLine(string.Join('\n', lines.TakeLast(LinesToldMax)));
    }

    private string ClockFile => Path.Combine(folder, "clock");

    /// <summary>Files of this journey, such as a workbook to upload.</summary>
    public string Folder => folder;

    public T Service<T>() where T : notnull => engine!.GetRequiredService<T>();

    /// <summary>As of the clock's file.</summary>
    public DateTimeOffset Now => DateTimeOffset.Parse(File.ReadAllText(ClockFile), CultureInfo.InvariantCulture);

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Starts the host and the browser.</summary>
    /// <param name="workflows">The folder of definitions that the host publishes; null: the shipped one.</param>
    /// <param name="on">The day on which it begins, at nine in the morning (Asia/Shanghai).</param>
    /// <param name="isSetUp">False: nobody has set the administrator up.</param>
    public async Task StartAsync(DateOnly on, string? workflows = null, bool isSetUp = true)
    {
        SetClock(on, new(9, 0));
        host = new(folder, ClockFile, new Dictionary<string, string> { ["Programmes__Workflows"] = workflows ?? Workflows, ["Programmes__Role"] = "Web" });
        await host.StartAsync();
        var time = new TestClock(ClockFile);
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time)
            .AddProgrammesEngine(DatabaseOptions.Parse($"Data Source={Path.Combine(folder, "programmes.db")}")).AddProgrammesAccounts().AddProgrammesQueries();
        MailSettings.TryCreate("programmes@example.org", "示例办公室", Address.ToString(), out var mail, out _).ShouldBeTrue();
        engine = services.AddProgrammesMail(mail!, Path.Combine(folder, "mail")).AddSingleton(new EngineOptions(null, null)).BuildServiceProvider();
        if (isSetUp)
        {
            var first = Service<FirstAdministrator>();
            await first.CreateAsync((await first.NewTokenAsync())!, Administrator, null, Password);
        }

        playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(WaitMilliseconds);
        chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.Path, Args = ["--no-sandbox"] });
    }

    /// <summary>A page of a browser of its own: nobody is signed in, or who is named.</summary>
    /// <param name="account">An account with <see cref="Password"/>.</param>
    public async Task<IPage> BrowseAsync(string? account = null, string locale = "zh-CN", int width = 1366, int height = 768)
    {
        var context = await chromium!.NewContextAsync(new()
        {
            BaseURL = Address.ToString(), Locale = locale, TimezoneId = "Asia/Shanghai", ViewportSize = new() { Width = width, Height = height },
            IsMobile = width < 600, HasTouch = width < 600, AcceptDownloads = true,
        });
        context.SetDefaultTimeout(WaitMilliseconds);
        contexts.Add(context);
        var page = await context.NewPageAsync();
        if (account is not null) await SignInAsync(page, account, locale);
        return page;
    }

    public static async Task SignInAsync(IPage page, string account, string locale = "zh-CN")
    {
        await page.GotoAsync("/sign-in");
        await page.Locator("input[name=Name]").FillAsync(account);
        await page.Locator("input[name=Password]").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = locale.StartsWith("zh", StringComparison.Ordinal) ? "登录" : "Sign in", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
    }

    /// <summary>An account that has changed its initial password to <see cref="Password"/>.</summary>
    public async Task AddAccountAsync(NewAccount wanted)
    {
        var created = await Service<ManageAccounts>().CreateAsync(Person.Engine, wanted);
        await Service<AccountDoor>().ChangePasswordAsync(created.Id, created.Password, Password);
    }

    /// <summary>Launches a shipped sample on the real clock of the journey, and lets begin what begins.</summary>
    public async Task<string> LaunchAsync(string plan, Func<Launch, Launch>? amend = null)
    {
        var file = Path.Combine(Workflows, plan, "launch.example.json");
        var launch = LaunchReader.Read(await File.ReadAllTextAsync(file), file).Launch!;
        var id = await Service<LaunchProgramme>().LaunchAsync(Person.Engine, LaunchWriter.Write(amend?.Invoke(launch) ?? launch), file, LaunchMode.AsPlanned, warningsConfirmed: true);
        await PumpAsync();
        return id;
    }

    /// <summary>Everything that is due happens.</summary>
    public Task PumpAsync() => Service<Pump>().RunAsync();

    /// <summary>Day after day until nine in the morning of that one, and what falls due on the way happens.</summary>
    public async Task UntilAsync(DateOnly on)
    {
        for (var day = ChinaTime.DateOf(Now).AddDays(1); day <= on; day = day.AddDays(1))
        {
            SetClock(day, new(9, 0));
            await PumpAsync();
        }
    }

    /// <summary>Everybody does what is open, week after week, until a notice is open. Returns its id.</summary>
    public async Task<string> UntilNoticeAsync(string programme)
    {
        var notices = Service<NoticeQueries>();
        for (var round = 0; round < RoundsMax; round++)
        {
            if ((await notices.ListAsync(Person.Engine, programme, NoticeState.Open, 1)).Rows is { Count: > 0 } open) return open[0].Id;
            await Everybody.DoesAllAsync(engine!, Person.Engine);
            if ((await notices.ListAsync(Person.Engine, programme, NoticeState.Open, 1)).Rows.Count == 0) await UntilAsync(ChinaTime.DateOf(Now).AddDays(7));
        }

        throw new InvalidOperationException("No notice was opened.");
    }

    /// <summary>Somebody does this work, whatever it asks for.</summary>
    public Task CompleteAsync(string workItem) => Everybody.CompleteAsync(engine!, Person.Engine, workItem);

    /// <summary>Nothing falls due meanwhile.</summary>
    public void Pass(TimeSpan time) => SetClock(Now + time);

    private void SetClock(DateOnly on, TimeOnly at) => SetClock(new(on.ToDateTime(at), ChinaTime.Offset));

    private void SetClock(DateTimeOffset to)
    {
        // Replaced, not rewritten: the host reads it at any time.
        var next = ClockFile + ".next";
        File.WriteAllText(next, to.ToString("O", CultureInfo.InvariantCulture));
        File.Move(next, ClockFile, overwrite: true);
    }

    /// <summary>A copy of a shipped plan's folder among the journey's files, with one step changed; the folder to start the host with.</summary>
    public string AmendedWorkflows(string plan, string definition, string activity, Action<JsonObject> change)
    {
        var root = Path.Combine(folder, "workflows");
        foreach (var file in Directory.EnumerateFiles(Workflows, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(root, Path.GetRelativePath(Workflows, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        var path = Path.Combine(root, plan, definition + ".json");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        change(Find(json, activity) ?? throw new InvalidOperationException($"{definition} has no step {activity}."));
        File.WriteAllText(path, json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return root;
    }

    public static JsonObject Input(string text) => new() { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = text } };

    private static JsonObject? Find(JsonNode? node, string activity) => node switch
    {
        JsonObject one when one["id"]?.GetValueKind() == JsonValueKind.String && one["id"]!.GetValue<string>() == activity && one["type"] is not null => one,
        JsonObject one => one.Select(property => Find(property.Value, activity)).FirstOrDefault(found => found is not null),
        JsonArray many => many.Select(item => Find(item, activity)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static string FindWorkflows()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Programmes.sln"))) root = root.Parent ?? throw new InvalidOperationException("The repository was not found.");
        return Path.Combine(root.FullName, "workflows");
    }

    public async Task DisposeAsync()
    {
        foreach (var context in contexts) await context.CloseAsync();
        if (chromium is not null) await chromium.CloseAsync();
        playwright?.Dispose();
        host?.Dispose();
        if (engine is not null) await engine.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
