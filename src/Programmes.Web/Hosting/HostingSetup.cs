namespace Programmes.Web.Hosting;

internal static class HostingSetup
{
    /// <summary>
    /// Content and settings are taken from the current folder if they are there (development, containers), else from
    /// beside the program: a service manager starts it in any folder.
    /// </summary>
    public static WebApplicationOptions Options(string[] args) => new()
    {
        Args = args,
        ContentRootPath = File.Exists("appsettings.json") ? null : AppContext.BaseDirectory,
    };

    public static void AddHosting(this WebApplicationBuilder builder, string[] args)
    {
        // appsettings.json brings the address, and would win over ASPNETCORE_URLS; so environment and command line come again.
        builder.Configuration.AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().AddCommandLine(args);
        // It names every address, and a calendar's or the setup's is a secret; no setting brings it back.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        // Without this, what was built but not published is served in the Development environment only.
        builder.WebHost.UseStaticWebAssets();
    }
}
