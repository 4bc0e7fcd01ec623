using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Programmes.Engine.Archiving;
using Programmes.Engine.Hosting;
using Programmes.Engine.Mail;
using Programmes.Engine.Mail.Smtp;
using Programmes.Engine.Nodes;
using Programmes.Engine.People;
using Programmes.Web.People;

namespace Programmes.Web.Hosting;

internal static class EngineSetup
{
    private const string Ready = "ready";

    /// <summary>The page and the mail in hand are finished within this when the host is asked to stop.</summary>
    private static readonly TimeSpan StopWithin = SmtpSettings.TimeoutMax + TimeSpan.FromSeconds(15);

    public static void AddEngine(this WebApplicationBuilder builder)
    {
        var settings = HostSettings.Read(builder.Configuration, builder.Environment.ContentRootPath);
        var services = builder.Services;
        services.AddSingleton(settings);
        var time = TestClock.For(builder.Environment.EnvironmentName, Environment.GetEnvironmentVariable(TestClock.Variable));
        services.AddSingleton(time);
        services.AddProgrammesEngineAt(settings.Database, settings.Home, settings.Evidence);
        if (settings.Scan.Read() is { } scan) services.AddProgrammesScanner(scan);
        if (!RetentionSettings.TryCreate(settings.Retention.Years, settings.Retention.MailDays, settings.Retention.Archive, settings.Home, out var retention, out var wrong))
            throw new InvalidOperationException($"Programmes:Retention: {wrong.Zh} {wrong.En}");
        services.AddProgrammesRetention(retention!);
        if (!MailSettings.TryCreate(settings.Mail.From, settings.Mail.FromName, settings.Mail.BaseUrl, out var mail, out var error))
            throw new InvalidOperationException($"Programmes:Mail: {error.Zh} {error.En}");
        if (!SmtpSettings.TryCreate(settings.Mail.Smtp, settings.Home, out var smtp, out error))
            throw new InvalidOperationException($"Programmes:Mail:Smtp: {error.Zh} {error.En}");
        services.AddProgrammesMail(mail!, settings.PathOf(settings.Mail.Pickup), smtp, settings.Mail.Bounces.Length == 0 ? null : settings.PathOf(settings.Mail.Bounces), settings.Mail.SendDemonstrations);
        var workflows = settings.Workflows.Length == 0 ? null : settings.PathOf(settings.Workflows);
        var templates = workflows is null ? null : Path.Combine(workflows, "mail");
        services.AddProgrammesStartup(new EngineOptions(workflows, Directory.Exists(templates) ? templates : null));
        services.AddProgrammesNode(settings.Role, settings.Database, time);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        services.AddProgrammesAccounts();
        services.AddSession(settings.HttpsOnly);
        services.AddSingleton(Console.Out);
        services.AddSingleton<SetupLink>();
        if (settings.Role.HasFlag(NodeRoles.Web)) services.AddHostedService(provider => provider.GetRequiredService<SetupLink>());
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [Ready]).AddCheck<ClockCheck>("clock", tags: [Ready]);
        services.Configure<ForwardedHeadersOptions>(forwarded => Believe(forwarded, settings.Proxies));
    }

    /// <summary>Before everything that asks for the scheme or the address of the visitor.</summary>
    public static void UseProxies(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<HostSettings>();
        if (settings.Proxies.Count > 0) app.UseForwardedHeaders();
        if (settings.HttpsOnly) app.UseHsts();
    }

    public static void UsePeople(this WebApplication app)
    {
        app.UseSetupGate();
        app.UseAuthentication();
        app.UsePasswordGate();
        app.UseFrameOfPerson();
        app.UseAuthorization();
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains(Ready) }).AllowAnonymous();
    }

    private static void Believe(ForwardedHeadersOptions forwarded, IReadOnlyList<string> proxies)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address)) forwarded.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(proxy, out var network)) forwarded.KnownIPNetworks.Add(network);
            else throw new InvalidOperationException($"Programmes:Proxies: “{proxy}” is neither an address nor a network such as 10.0.0.0/8.");
        }
    }

    private sealed class ClockCheck(ClockWatch clock) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(clock.IsApart ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());
    }

    private sealed class DatabaseCheck(Readiness readiness) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await readiness.CheckAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The node has not started yet.");
    }
}
