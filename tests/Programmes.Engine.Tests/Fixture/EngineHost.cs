using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Programmes.Engine.Hosting;
using Programmes.Engine.Mail;
using Programmes.Engine.Mail.Smtp;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Tests.Fixture;

/// <summary>A whole engine on a database of its own, without jobs: a test says when something runs.</summary>
public sealed class EngineHost : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private EngineHost(string folder, SettableClock clock, ServiceProvider services)
    {
        Folder = folder;
        Clock = clock;
        this.services = services;
    }

    public string Folder { get; }
    public SettableClock Clock { get; }
    public string MailFolder => Path.Combine(Folder, "mail");
    public static string Workflows => Path.Combine(AppContext.BaseDirectory, "workflows");
    public static Person Office { get; } = new("office") { IsLeadingOffice = true };

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    /// <summary>What the mail jobs do now.</summary>
    public async Task MailAsync()
    {
        await Get<SendDigests>().RunAsync();
        await Get<TellOverdue>().RunAsync();
        await Get<ComposeMails>().RunAsync();
        await Get<SendOutbox>().RunAsync();
    }

    public ProgrammesDb Db() => Get<IDbContextFactory<ProgrammesDb>>().CreateDbContext();

    /// <param name="connectionString">Null: SQLite in a folder of its own.</param>
    /// <param name="clockFile">A file that carries the clock to a process beside this one, which migrates, publishes and pumps.</param>
    /// <param name="smtp">Null: the pickup folder.</param>
    /// <param name="more">Further services, or others in their place.</param>
    public static async Task<EngineHost> StartAsync(
        DateOnly on, string? connectionString = null, string? folder = null, string? clockFile = null, SmtpSettings? smtp = null, Action<IServiceCollection>? more = null)
    {
        folder ??= Directory.CreateTempSubdirectory("programmes-engine-").FullName;
        var clock = new SettableClock(Core.Calendars.ChinaTime.StartOf(on).AddHours(8), clockFile);
        MailSettings.TryCreate("office@example.org", "领导小组办公室", "https://programmes.example.org", out var settings, out _).ShouldBeTrue();
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
            .AddSingleton<TimeProvider>(clock)
            .AddProgrammesEngine(DatabaseOptions.Parse(connectionString ?? $"Data Source={Path.Combine(folder, "programmes.db")}"))
            .AddProgrammesMail(settings!, Path.Combine(folder, "mail"), smtp, Path.Combine(folder, "bounces"), sendDemonstrations: true)
            .AddProgrammesQueries()
            .AddProgrammesStartup(new EngineOptions(Workflows));
        more?.Invoke(services);
        var host = new EngineHost(folder, clock, services.BuildServiceProvider());
        if (clockFile is null) await host.Get<EngineStartup>().PrepareAsync();
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
