using Programmes.Web.Hosting;
using Programmes.Web.Localisation;

var builder = WebApplication.CreateBuilder(HostingSetup.Options(args));
builder.AddHosting(args);
builder.Services.AddLocalisation();
builder.Services.AddPages();
builder.AddEngine();

var app = builder.Build();
app.UseProxies();
app.UseSecurityHeaders();
app.UseLocalisation();
app.UseErrorPages();
app.UseRouting();
app.UsePeople();
app.MapHealth();
app.MapPages();
app.Run();
