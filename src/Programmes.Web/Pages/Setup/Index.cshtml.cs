using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Web.Components;
using Programmes.Web.Localisation;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Setup;

/// <summary>Makes the first administrator, for whoever holds the link; tells everybody else where it is. Gone once there is one.</summary>
[AllowAnonymous]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel : PageModel
{
    private readonly FirstAdministrator first;
    private readonly SetupLink link;
    private readonly Words words;

    public IndexModel(IServiceProvider services)
    {
        first = services.GetRequiredService<FirstAdministrator>();
        link = services.GetRequiredService<SetupLink>();
        words = services.GetRequiredService<Words>();
    }

    [BindProperty(SupportsGet = true)]
    public string? Token { get; set; }

    [BindProperty, Required, StringLength(64), Display(Name = "账号名|Account name")]
    public string Name { get; set; } = "";

    [BindProperty, StringLength(64), Display(Name = "姓名|Name")]
    public string? DisplayName { get; set; }

    [BindProperty, Required, StringLength(PasswordRules.LengthMax, MinimumLength = PasswordRules.LengthMin), DataType(DataType.Password), Display(Name = "密码|Password")]
    public string Password { get; set; } = "";

    [BindProperty, Required, Compare(nameof(Password), ErrorMessage = "两次输入的密码不一致。|The passwords are not the same."), DataType(DataType.Password), Display(Name = "再次输入密码|Password again")]
    public string Again { get; set; } = "";

    public bool MayCreate { get; private set; }

    public Text? Refusal { get; private set; }

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (!await first.IsNeededAsync(HttpContext.RequestAborted))
        {
            context.Result = NotFound();
            return;
        }

        MayCreate = link.MayUse(HttpContext) && await first.AcceptsAsync(Token, HttpContext.RequestAborted);
        await next();
    }

    public async Task<IActionResult> OnGetAsync()
    {
        ModelState.Clear();
        if (MayCreate) return Page();
        if (!string.IsNullOrEmpty(Token)) return Refuse();
        await link.PrintAsync(HttpContext.RequestAborted);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!MayCreate) return Refuse();
        if (!ModelState.IsValid) return Page();
        try
        {
            await HttpContext.SignInAsync(await first.CreateAsync(Token, Name, DisplayName, Password, HttpContext.RequestAborted));
        }
        catch (RefusedException refused) when (refused.IsForbidden)
        {
            // Somebody was faster with the same link.
            return NotFound();
        }
        catch (RefusedException refused)
        {
            ModelState.AddModelError("", words[refused.Words]);
            return Page();
        }

        this.Say(FlashKind.Success, new("管理员已设置", "The administrator is set up"));
        return LocalRedirect("~/");
    }

    private PageResult Refuse()
    {
        MayCreate = false;
        Refusal = link.MayUse(HttpContext)
            ? new("设置链接无效或已过期。", "The setup link is not valid or has expired.")
            : new("设置链接只能在服务器本机的浏览器中打开。", "The setup link can only be opened in a browser on the server itself.");
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }
}
