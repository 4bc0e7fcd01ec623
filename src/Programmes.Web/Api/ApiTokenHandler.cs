using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Programmes.Engine.People;
using Programmes.Web.People;

namespace Programmes.Web.Api;

/// <summary>Signs a program in by <c>Authorization: Bearer …</c>. Cookies count for nothing here, so that no strange page can use them.</summary>
internal sealed class ApiTokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ManageTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiToken";
    public const string ReadPolicy = "api-read";
    public const string WritePolicy = "api-write";
    public const string TokenClaim = "api-token";
    private const string WriteClaim = "api-write";
    private const string Bearer = "Bearer ";

    public static void AddTo(IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiTokenHandler>(SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(ReadPolicy, policy => policy.AddAuthenticationSchemes(SchemeName).RequireAuthenticatedUser())
            .AddPolicy(WritePolicy, policy => policy.AddAuthenticationSchemes(SchemeName).RequireAuthenticatedUser().RequireClaim(WriteClaim));
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        if (await tokens.EnterAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) is not { } holder) return AuthenticateResult.Fail("No such token.");
        var principal = holder.Account.ToPrincipal(SchemeName);
        var identity = (ClaimsIdentity)principal.Identity!;
        identity.AddClaim(new(TokenClaim, holder.Token.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (holder.MayWrite) identity.AddClaim(new(WriteClaim, "true"));
        return AuthenticateResult.Success(new(principal, SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return ApiProblems.WriteAsync(Context, StatusCodes.Status401Unauthorized, new("令牌无效、已过期或已停用", "The token is missing, not valid, expired or revoked"));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ApiProblems.WriteAsync(Context, StatusCodes.Status403Forbidden, new("此令牌只能查看，不能办理", "This token only reads"));
}
