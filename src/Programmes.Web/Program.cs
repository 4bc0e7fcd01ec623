using Programmes.Web.Hosting;
using Programmes.Web.Localisation;

var builder = WebApplication.CreateBuilder(HostingSetup.Options(args));
builder.AddHosting(args);
builder.Services.AddLocalisation();
builder.Services.AddPages();
// Storage, engine and sign-in are registered here, each by its own extension method.

var app = builder.Build();
app.UseSecurityHeaders();
app.UseLocalisation();
app.UseErrorPages();
app.UseRouting();
// Sign-in (UseAuthentication, UseAuthorization with a fallback policy that asks for it) goes here, between routing and the pages.
app.MapPages();
app.Run();
