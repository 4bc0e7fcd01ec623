using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.People;
using Programmes.Web.Components;
using Programmes.Web.People;
using QRCoder;

namespace Programmes.Web.Pages.Account;

/// <summary>One's own second factor; the only page there is while the settings ask for it and it is not set up.</summary>
[BeforeTwoFactor]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class AuthenticatorModel(Authenticator authenticator, CurrentPerson current) : OfficePage
{
    [BindProperty, StringLength(32), Display(Name = "验证码|Code")]
    public string? Code { get; set; }

    public AuthenticatorState State { get; private set; } = null!;

    /// <summary>Null: it is on.</summary>
    public AuthenticatorSetup? Setup { get; private set; }

    /// <summary>Dark modules of the picture as an SVG path, of so many modules a side.</summary>
    public (string Path, int Side)? Picture { get; private set; }

    /// <summary>The only time that they are shown.</summary>
    public IReadOnlyList<string> Codes { get; private set; } = [];

    public Task OnGetAsync() => LoadAsync();

    public Task<IActionResult> OnPostEnableAsync() => DoAsync(async () =>
    {
        var (account, codes) = await authenticator.EnableAsync(Person, current.AccountId, Code ?? "", HttpContext.RequestAborted);
        await HttpContext.SignInAsync(account);
        Codes = codes;
    });

    public Task<IActionResult> OnPostCodesAsync() => DoAsync(async () => Codes = await authenticator.RenewCodesAsync(Person, current.AccountId, Code ?? "", HttpContext.RequestAborted));

    public Task<IActionResult> OnPostDisableAsync() => DoAsync(async () =>
    {
        await HttpContext.SignInAsync(await authenticator.DisableAsync(Person, current.AccountId, Code ?? "", HttpContext.RequestAborted));
    });

    /// <summary>Shown in this answer instead of after a redirect, so that the codes are in no cookie.</summary>
    private async Task<IActionResult> DoAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            ModelState.AddModelError("", Words[refused.Words]);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        await LoadAsync();
        return Page();
    }

    private async Task LoadAsync()
    {
        Code = null;
        State = await authenticator.StateAsync(current.AccountId, HttpContext.RequestAborted);
        if (State.IsOn) return;
        Setup = await authenticator.BeginAsync(current.AccountId, HttpContext.RequestAborted);
        using var code = QRCodeGenerator.GenerateQrCode(Setup.Address, QRCodeGenerator.ECCLevel.M);
        var path = new System.Text.StringBuilder();
        var rows = code.ModuleMatrix;
        for (var y = 0; y < rows.Count; y++)
            for (var x = 0; x < rows[y].Length; x++)
                if (rows[y][x]) path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
        Picture = (path.ToString(), rows.Count);
    }
}
