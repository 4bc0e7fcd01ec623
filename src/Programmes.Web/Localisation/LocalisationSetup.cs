using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Programmes.Web.Localisation;

internal static class LocalisationSetup
{
    public static void AddLocalisation(this IServiceCollection services)
    {
        services.AddSingleton<Words>();
        services.AddSingleton<IStringLocalizerFactory, SplitTextLocalizerFactory>();
        // After the framework, which adds a requirement of its own to what may not be null.
        services.PostConfigure<MvcOptions>(mvc => mvc.ModelMetadataDetailsProviders.Add(new ValidationWords()));
        services.Configure<RequestLocalizationOptions>(localisation =>
        {
            CultureInfo[] cultures = [new("zh-CN"), new("en")];
            localisation.DefaultRequestCulture = new RequestCulture("zh-CN");
            localisation.SupportedCultures = cultures;
            localisation.SupportedUICultures = cultures;
            localisation.ApplyCurrentCultureToResponseHeaders = true;
            localisation.RequestCultureProviders = [new LanguageChoice()];
        });
    }

    public static void UseLocalisation(this WebApplication app) => app.UseRequestLocalization();
}
