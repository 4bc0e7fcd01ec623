using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.WebEncoders;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.Layout;
using Programmes.Web.Localisation;
using Programmes.Web.Pages.Programme;
using Programmes.Web.Pages.Public;

namespace Programmes.Web.Hosting;

internal static class PagesSetup
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddRazorPages()
            .AddMvcOptions(mvc =>
            {
                // Razor Pages check the token by themselves; controllers do not.
                mvc.Filters.Add(new AutoValidateAntiforgeryTokenAttribute());
                mvc.Filters.Add<RefusedFilter>();
                mvc.UseWordsForBinding();
            })
            .AddDataAnnotationsLocalization();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.HeaderName = "RequestVerificationToken";
            antiforgery.Cookie.Name = "programmes.form";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
        });
        services.Configure<CookieTempDataProviderOptions>(cookie => cookie.Cookie.Name = "programmes.message");
        services.Configure<RouteOptions>(routes => routes.LowercaseUrls = true);
        // Chinese is written as it is, not as character references: half the bytes, and readable sources.
        services.Configure<WebEncoderOptions>(encoder => encoder.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddSingleton<IconSprite>();
        services.AddScoped<Frame>();
        services.AddSingleton<VisitorLimits>();
        services.AddProgrammesQueries();
        services.AddSingleton(provider => new SampleLaunches(provider.GetRequiredService<HostSettings>() is { Workflows.Length: > 0 } settings ? settings.PathOf(settings.Workflows) : null));
    }

    /// <summary>A failed page is rendered anew in a scope of its own, so that it does not inherit a broken unit of work.</summary>
    public static void UseErrorPages(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/errors/500",
            CreateScopeForErrors = true,
        });
        app.UseStatusCodePagesWithReExecute("/errors/{0}", createScopeForStatusCodePages: true);
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorPages().WithStaticAssets();
    }
}
