using Programmes.Web.Exports;
using Programmes.Web.Feeds;
using Programmes.Web.Hosting;
using Programmes.Web.Localisation;
using Programmes.Web.Pages.Mails;

var builder = WebApplication.CreateBuilder(HostingSetup.Options(args));
builder.AddHosting(args);
builder.Services.AddLocalisation();
builder.Services.AddPages();
builder.AddEngine();
builder.Services.AddCalendarFeeds();

var app = builder.Build();
app.UseProxies();
app.UseSecurityHeaders();
app.UseLocalisation();
app.UseErrorPages();
app.UseRouting();
app.UsePeople();
app.UseRateLimiter();
app.MapHealth();
app.MapCalendarFeeds();
app.MapMailParts();
app.MapExportFiles();
app.MapDraftFiles();
app.MapPages();
app.Run();
