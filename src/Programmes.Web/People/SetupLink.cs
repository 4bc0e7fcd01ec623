using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Programmes.Engine.Hosting;
using Programmes.Engine.People;
using Programmes.Web.Hosting;

namespace Programmes.Web.People;

/// <summary>Prints where the first administrator is set up, to whoever can read what the host prints. Every node takes the link of every node.</summary>
internal sealed class SetupLink(FirstAdministrator first, IServer server, HostSettings settings, NodeStart start, TextWriter output) : BackgroundService, IHostedLifecycleService
{
    /// <summary>Only now does the server know its addresses.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => start.IsReady ? PrintAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Where the database was away at the start.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (start.IsReady) return;
        await start.WhenReadyAsync(stoppingToken);
        try
        {
            await PrintAsync(stoppingToken);
        }
        catch (Exception exception) when (DatabaseLocation.IsAway(exception))
        {
            // The setup page prints it when somebody comes.
        }
    }

    /// <summary>Prints a link if one is needed and the one printed before has expired.</summary>
    public async Task PrintAsync(CancellationToken cancellationToken)
    {
        if (!await first.IsNeededAsync(cancellationToken) || await first.NewTokenAsync(cancellationToken) is not { } token) return;
        // Not through the log: it may be kept, forwarded and read by more people than those who may become administrator.
        await output.WriteLineAsync($"""

              请在一小时内打开下面的链接，设置系统管理员（只能使用一次）。
              Open this link within an hour to set up the administrator (it works once).

                {Address()}{Gates.SetupPath}?token={token}

            """);
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>Whether the request comes from this machine itself, and not from a proxy on it that speaks for others.</summary>
    public bool MayUse(HttpContext http) =>
        settings.RemoteSetup
        || (http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded"));

    private string Address()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = BindingAddress.Parse(addresses.FirstOrDefault() ?? "http://localhost:5080");
        return $"{address.Scheme}://localhost:{address.Port}{address.PathBase}";
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
