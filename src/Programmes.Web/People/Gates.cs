using Microsoft.AspNetCore.Authorization;
using Programmes.Engine.People;
using Programmes.Web.Layout;
using Programmes.Web.Localisation;

namespace Programmes.Web.People;

/// <summary>Marks the pages that stay open to somebody who still has to change the password.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class BeforePasswordChangeAttribute : Attribute;

/// <summary>Marks the pages that stay open to somebody who still has to set up the authenticator.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class BeforeTwoFactorAttribute : Attribute;

/// <summary>What comes before every page: first there must be an administrator, then a password that nobody else knows.</summary>
internal static class Gates
{
    public const string SetupPath = "/setup";
    public const string PasswordPath = "/account/password";
    public const string AuthenticatorPath = "/account/authenticator";

    /// <summary>Until there is an administrator, every page but the setup, its assets and health leads to the setup.</summary>
    public static void UseSetupGate(this WebApplication app)
    {
        var first = app.Services.GetRequiredService<FirstAdministrator>();
        app.Use(async (context, next) =>
        {
            var open = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null && !context.Request.Path.StartsWithSegments(Session.SignInPath);
            if (open || !await first.IsNeededAsync(context.RequestAborted)) await next(context);
            else context.Response.Redirect($"{context.Request.PathBase}{SetupPath}");
        });
    }

    /// <summary>First a password that nobody else knows, then the authenticator, where the settings ask for it.</summary>
    public static void UsePasswordGate(this WebApplication app) => app.Use(async (context, next) =>
    {
        var endpoint = context.GetEndpoint();
        if (context.User.ToSignedIn() is not { } account || endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null) await next(context);
        else if (account.MustChangePassword && endpoint?.Metadata.GetMetadata<BeforePasswordChangeAttribute>() is null) Lead(context, PasswordPath);
        else if (!account.MustChangePassword && endpoint?.Metadata.GetMetadata<BeforeTwoFactorAttribute>() is null
            && account.IsWithoutRequiredTwoFactor(await context.RequestServices.GetRequiredService<OfficeSettings>().ReadAsync(context.RequestAborted))) Lead(context, AuthenticatorPath);
        else await next(context);
    });

    private static void Lead(HttpContext context, string path)
    {
        if (context.Request.Headers["HX-Request"] == "true") context.Response.Headers["HX-Redirect"] = $"{context.Request.PathBase}{path}";
        else if (HttpMethods.IsGet(context.Request.Method)) context.Response.Redirect($"{context.Request.PathBase}{path}");
        else context.Response.StatusCode = StatusCodes.Status403Forbidden;
    }

    /// <summary>Tells the frame whose page it is.</summary>
    public static void UseFrameOfPerson(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.User.ToSignedIn() is { } account)
        {
            var frame = context.RequestServices.GetRequiredService<Frame>();
            frame.PersonName = account.DisplayName;
            frame.OfficeName = account.ScopeName ?? (account.Role is { } role ? context.RequestServices.GetRequiredService<Words>()[role.Words()] : null);
        }

        return next(context);
    });
}
