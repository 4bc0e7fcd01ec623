using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Core;
using Programmes.Core.Reminders;
using Programmes.Engine.Mail;

namespace Programmes.Web.Pages.MailChoices;

/// <summary>
/// An address chooses its digests, without sign-in: the link of its own mails is the key. A click in a mail program alone
/// changes nothing (no one-click unsubscribing, RFC 8058): programs that follow links would silence an office.
/// </summary>
[AllowAnonymous]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel(Engine.Mail.MailChoices choices) : PageModel
{
    /// <summary>The address, encoded.</summary>
    [BindProperty(SupportsGet = true)]
    public string? A { get; set; }

    /// <summary>Its code.</summary>
    [BindProperty(SupportsGet = true)]
    public string? K { get; set; }

    [BindProperty]
    public DigestChoice? Digest { get; set; }

    /// <summary>Null: the link is not valid.</summary>
    public ChosenMail? Chosen { get; private set; }

    public bool Saved { get; private set; }

    public static Text WordsOf(DigestChoice digest) => digest switch
    {
        DigestChoice.Daily => new("每个工作日", "Every working day"),
        DigestChoice.Pressing => new("只在有逾期或当日到期时", "Only when something is late or due on the day"),
        _ => new("不接收汇总", "No digest"),
    };

    public static Text? HintOf(DigestChoice digest) => digest == DigestChoice.None
        ? new("由本单位其他联系人接收；逾期、退回、催办仍会收到", "Others of your office get it; what is late, returned or urged still comes")
        : null;

    public async Task<IActionResult> OnGetAsync() => Shown(await choices.FindAsync(A, K, HttpContext.RequestAborted));

    public async Task<IActionResult> OnPostAsync()
    {
        if (Digest is not { } digest) return Shown(await choices.FindAsync(A, K, HttpContext.RequestAborted));
        var chosen = await choices.ChooseAsync(A, K, digest, HttpContext.RequestAborted);
        Saved = chosen is not null;
        return Shown(chosen);
    }

    private PageResult Shown(ChosenMail? chosen)
    {
        ModelState.Clear();
        Chosen = chosen;
        if (chosen is null) Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }
}
