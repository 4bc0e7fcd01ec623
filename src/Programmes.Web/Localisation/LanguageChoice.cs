using Microsoft.AspNetCore.Localization;
using Microsoft.Net.Http.Headers;

namespace Programmes.Web.Localisation;

/// <summary>
/// The language a person chose (cookie), else English if the browser ranks it above Chinese, else Chinese: browsers are
/// often installed in English on machines whose users read Chinese, and then still name both.
/// </summary>
internal sealed class LanguageChoice : RequestCultureProvider
{
    public const string Cookie = "programmes.language";
    private const int AcceptedMax = 20;

    public override Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext) =>
        Task.FromResult<ProviderCultureResult?>(new(httpContext.Request.Cookies[Cookie] switch
        {
            "en" => "en",
            "zh" => "zh-CN",
            _ => PrefersEnglish(httpContext.Request) ? "en" : "zh-CN",
        }));

    private static bool PrefersEnglish(HttpRequest request)
    {
        double english = 0, chinese = 0;
        foreach (var accepted in request.GetTypedHeaders().AcceptLanguage.Take(AcceptedMax))
        {
            var quality = accepted.Quality ?? 1;
            if (Is(accepted, "en")) english = Math.Max(english, quality);
            else if (Is(accepted, "zh")) chinese = Math.Max(chinese, quality);
        }
        return english > chinese;
    }

    private static bool Is(StringWithQualityHeaderValue accepted, string language) =>
        accepted.Value.Equals(language, StringComparison.OrdinalIgnoreCase)
        || accepted.Value.StartsWith(language + "-", StringComparison.OrdinalIgnoreCase);
}
