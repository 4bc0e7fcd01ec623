using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Programmes.Engine.People;

namespace Programmes.Web.People;

/// <summary>The cookie that a signed-in browser carries.</summary>
internal static class Session
{
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;
    public const string SignInPath = "/sign-in";

    /// <summary>A disabled account, a new password or a new role takes effect within this time.</summary>
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(1);

    /// <param name="httpsOnly">Whether browsers reach the product by https alone; the cookie is then bound to this host.</param>
    public static void AddSession(this IServiceCollection services, bool httpsOnly)
    {
        services.AddHttpContextAccessor();
        services.AddScoped<CurrentPerson>();
        services.AddSingleton<SignInTicket>();
        Policies.AddTo(services.AddAuthorizationBuilder());
        services.AddAuthentication(Scheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = CookieName(httpsOnly);
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.Path = httpsOnly ? "/" : null;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = httpsOnly ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = TimeSpan.FromHours(SecuritySettings.SessionIdleHoursDefault);
            cookie.SlidingExpiration = true;
            cookie.LoginPath = SignInPath;
            cookie.ReturnUrlParameter = "returnUrl";
            cookie.Events.OnValidatePrincipal = CheckAsync;
            cookie.Events.OnRedirectToLogin = AskToSignIn;
            cookie.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
    }

    public static string CookieName(bool httpsOnly) => httpsOnly ? "__Host-programmes.session" : "programmes.session";

    /// <exception cref="InvalidOperationException">The account has not shown its code yet.</exception>
    public static async Task SignInAsync(this HttpContext http, SignedIn account)
    {
        if (account.AwaitsCode) throw new InvalidOperationException("The second factor is missing.");
        var services = http.RequestServices;
        var settings = await services.GetRequiredService<OfficeSettings>().ReadAsync(http.RequestAborted);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        // Renewed with every use; what lies between the two is how long it holds without one.
        AuthenticationProperties lasting = new() { IssuedUtc = now, ExpiresUtc = now.AddHours(settings.SessionIdleHours) };
        await http.SignInAsync(Scheme, account.ToPrincipal(Scheme), lasting);
        http.User = account.ToPrincipal(Scheme);
    }

    private static async Task CheckAsync(CookieValidatePrincipalContext context)
    {
        var time = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
        if (context.Properties.IssuedUtc is { } issued && time.GetUtcNow() - issued < CheckEvery) return;
        var door = context.HttpContext.RequestServices.GetRequiredService<AccountDoor>();
        if (context.Principal?.ToSignedIn() is { } account
            && await door.RefreshAsync(account.AccountId, account.Stamp, context.HttpContext.RequestAborted) is { } present)
        {
            context.ReplacePrincipal(present.ToPrincipal(Scheme));
            context.ShouldRenew = true;
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Scheme);
    }

    /// <summary>A form that was sent cannot be sent again by a redirect, so it leads back to the page it was on, if that is known.</summary>
    private static Task AskToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        if (request.Headers["HX-Request"] == "true")
        {
            var page = Uri.TryCreate(request.Headers["HX-Current-URL"], UriKind.Absolute, out var shown) ? shown.PathAndQuery : "/";
            context.Response.Headers["HX-Redirect"] = $"{request.PathBase}{SignInPath}?returnUrl={Uri.EscapeDataString(page)}";
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (request.Path.StartsWithSegments("/api/v1"))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else
        {
            var known = HttpMethods.IsGet(request.Method) && request.Path != "/";
            context.Response.Redirect(known ? context.RedirectUri : $"{request.PathBase}{SignInPath}");
        }

        return Task.CompletedTask;
    }
}
