using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Programmes.Engine.Nodes;

namespace Programmes.Web.Hosting;

/// <summary>
/// Metrics and traces by OpenTelemetry's protocol, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says to; all its other standard variables
/// count too. Without it nothing is collected.
/// </summary>
internal static class TelemetrySetup
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[Endpoint])) return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("programmes", serviceVersion: NodeHeartbeat.Version))
            .WithMetrics(metrics => metrics
                .AddMeter(EngineMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"))
            .WithTracing(traces => traces
                .AddSource(EngineMetrics.Name, "Npgsql")
                .AddAspNetCoreInstrumentation()
                .AddProcessor<RoutesOnly>())
            .UseOtlpExporter();
    }

    /// <summary>Addresses hold secrets (calendars, invitations, receipts): a trace keeps the route, never the address.</summary>
    private sealed class RoutesOnly : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.GetTagItem("url.path") is null) return;
            data.SetTag("url.path", data.GetTagItem("http.route"));
            data.SetTag("url.query", null);
        }
    }
}
