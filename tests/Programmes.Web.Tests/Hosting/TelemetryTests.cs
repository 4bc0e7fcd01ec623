using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Programmes.Engine.Pumping;

namespace Programmes.Web.Tests.Hosting;

/// <summary>What a collector on loopback gets.</summary>
public sealed class TelemetryTests
{
    private const string Secret = "s3cret-of-a-calendar";

    [Fact]
    public async Task Collector_GetsMetricsAndRoutes_AndNoAddress()
    {
        var posted = new ConcurrentQueue<(string Path, string Body)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var collector = builder.Build();
        collector.MapPost("/{**path}", async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            posted.Enqueue((http.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
        });
        await collector.StartAsync();
        var address = collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await using var app = new WebApp { Settings = { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" } };

        (await app.Browser().GetAsync(new Uri($"/calendar/feeds/{Secret}.ics?token={Secret}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await app.Services.GetRequiredService<Pump>().RunAsync();
        // A request's trace ends a moment after its answer.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        do app.Services.GetRequiredService<TracerProvider>().ForceFlush().ShouldBeTrue();
        while (!Posted("/v1/traces").Contains("calendar/feeds/{secret}", StringComparison.Ordinal) && await tick.WaitForNextTickAsync(limit.Token));
        app.Services.GetRequiredService<MeterProvider>().ForceFlush().ShouldBeTrue();

        var traces = Posted("/v1/traces");
        traces.ShouldContain("http.route");
        traces.ShouldContain("url.path");
        traces.ShouldNotContain(Secret);
        var metrics = Posted("/v1/metrics");
        metrics.ShouldContain("programmes.outbox.oldest");
        metrics.ShouldContain("programmes.incidents.open");
        metrics.ShouldNotContain(Secret);

        string Posted(string path) => string.Concat(posted.Where(one => one.Path == path).Select(one => one.Body));
    }

    [Fact]
    public async Task WithoutACollector_NothingIsCollected()
    {
        await using var app = new WebApp();
        app.Services.GetService<MeterProvider>().ShouldBeNull();
        app.Services.GetService<TracerProvider>().ShouldBeNull();
    }
}
