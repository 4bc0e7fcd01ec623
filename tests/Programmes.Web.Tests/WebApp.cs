using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Programmes.Engine.People;

namespace Programmes.Web.Tests;

/// <summary>
/// The real application in memory on a database of its own, one for all tests of a class. It has its administrator, runs no
/// jobs (a test says when something happens), and its visitors come from this machine unless they say otherwise.
/// </summary>
public sealed class WebApp : WebApplicationFactory<Program>
{
    public const string AdministratorName = "admin";
    public const string AdministratorPassword = "a-good-password";

    /// <summary>A request header with the address that a visitor comes from.</summary>
    public const string VisitorHeader = "X-Test-Visitor";

    private readonly string folder = Directory.CreateTempSubdirectory("programmes-web-").FullName;
    private readonly StringWriter output = new();

    /// <summary>False: nobody has set the administrator up.</summary>
    public bool IsSetUp { get; init; } = true;

    public SettableTime Time { get; } = new();

    /// <summary>What the host printed.</summary>
    public string Output => output.ToString();

    /// <summary>More settings, such as <c>Programmes:HttpsOnly</c>.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>A browser that follows no redirects, with the languages it would name; nobody is signed in.</summary>
    public HttpClient Browser(string? acceptLanguage = null) => this.NewBrowser(acceptLanguage);

    /// <summary>A browser in which an administrator is signed in.</summary>
    public Task<HttpClient> AdministratorAsync(string? acceptLanguage = null) => this.SignedInAsync(acceptLanguage);

    /// <summary>A browser in which somebody with this role is signed in. Units and programmes named here must exist.</summary>
    public async Task<HttpClient> SignedInAsync(PersonRole role, string? officeRole = null, string? programmeId = null, string? unitId = null, string? acceptLanguage = null)
    {
        var browser = Browser(acceptLanguage);
        var account = await this.AddAccountAsync(new($"{role}-{Guid.NewGuid():N}", null, role, officeRole, programmeId, unitId));
        await browser.SignInAsync(account.Name, account.Password);
        return browser;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Programmes:Database", $"Data Source={Path.Combine(folder, "programmes.db")};Pooling=False");
        builder.UseSetting("Programmes:Workflows", "");
        builder.UseSetting("Programmes:Mail:Pickup", Path.Combine(folder, "mail"));
        builder.UseSetting("Programmes:Role", "Web");
        foreach (var (key, value) in Settings) builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Time);
            services.AddSingleton<TextWriter>(TextWriter.Synchronized(output));
            services.AddSingleton<IStartupFilter, VisitorAddress>();
        });
    }

    protected override IHost CreateHost(IHostBuilder builder)
    {
        var host = base.CreateHost(builder);
        var first = host.Services.GetRequiredService<FirstAdministrator>();
        // A second host on the same database, made by WithWebHostBuilder, finds the administrator there.
        if (IsSetUp && first.IsNeededAsync().GetAwaiter().GetResult())
        {
            // The token printed at start is for the tests of the link; it expires here.
            var token = SetupTokens.Last(Output);
            first.CreateAsync(token, AdministratorName, null, AdministratorPassword).GetAwaiter().GetResult();
        }

        return host;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) Delete(folder);
    }

    /// <summary>A request that nobody waited for may close its connection, and remove its files, in this very moment.</summary>
    private static void Delete(string folder)
    {
        for (var attempt = 1; Directory.Exists(folder); attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (attempt < DeletesMax)
            {
            }
        }
    }

    private const int DeletesMax = 100;

    private sealed class VisitorAddress : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, then) =>
            {
                var address = context.Request.Headers[VisitorHeader].ToString();
                context.Connection.RemoteIpAddress = address.Length == 0 ? IPAddress.Loopback : IPAddress.Parse(address);
                return then(context);
            });
            next(app);
        };
    }
}

/// <summary>Real time, moved on by as much as a test wants.</summary>
public sealed class SettableTime : TimeProvider
{
    private TimeSpan offset;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;

    public void Advance(TimeSpan by) => offset += by;
}
