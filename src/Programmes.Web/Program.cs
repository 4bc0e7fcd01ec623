using Programmes.Engine.Hosting;
using Programmes.Engine.Nodes;
using Programmes.Web.Api;
using Programmes.Web.Exports;
using Programmes.Web.Feeds;
using Programmes.Web.Hosting;
using Programmes.Web.Localisation;
using Programmes.Web.Pages.Mails;

var builder = WebApplication.CreateBuilder(HostingSetup.Options(args));
builder.AddHosting(args);
builder.AddTelemetry();
builder.Services.AddLocalisation();
builder.Services.AddPages();
builder.AddEngine();
builder.Services.AddCalendarFeeds();
builder.Services.AddApi();

var app = builder.Build();
app.MapHealth();
if (app.Services.GetRequiredService<HostSettings>().Role.HasFlag(NodeRoles.Web))
{
    app.UseProxies();
    app.UseSecurityHeaders();
    app.UseLocalisation();
    app.UseStartGate();
    app.UseErrorPages();
    app.UseApiProblems();
    app.UseRouting();
    app.UsePeople();
    app.UseRateLimiter();
    app.MapCalendarFeeds();
    app.MapMailParts();
    app.MapExportFiles();
    app.MapDraftFiles();
    app.MapApi();
    app.MapPages();
}

try
{
    await app.RunAsync();
    return Environment.ExitCode;
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return 1;
}
