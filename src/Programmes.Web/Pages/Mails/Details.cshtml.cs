using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Mail;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.Hosting;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Mails;

/// <summary>A mail as its text part says it; its HTML is never put into the page, but into a frame on request.</summary>
[Authorize(Policies.Manage)]
public sealed class DetailsModel(MailQueries query, RetryMails retry, HeldMails held) : OfficePage
{
    /// <summary>Shows the HTML instead of the text.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Html { get; set; }

    public MailShown Mail { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken)
    {
        if (await query.FindAsync(Person, id, cancellationToken) is not { } mail) return NotFound();
        Mail = mail;
        if (Html && mail.Html is not null) HttpContext.AllowOwnFrames();
        return Page();
    }

    public Task<IActionResult> OnPostRetryAsync(long id, CancellationToken cancellationToken) => ActAsync(
        () => retry.RetryAsync(Person, [id], cancellationToken), new("已重新排队，稍后发送", "Queued again; it goes in a moment"),
        () => OnGetAsync(id, cancellationToken), () => RedirectToPage(new { id }));

    public Task<IActionResult> OnPostSendHeldAsync(long id, CancellationToken cancellationToken) => ActAsync(
        () => held.SendAsync(Person, [id], cancellationToken), new("已排队，稍后发送", "Queued; it goes in a moment"),
        () => OnGetAsync(id, cancellationToken), () => RedirectToPage(new { id }));

    public Task<IActionResult> OnPostDropHeldAsync(long id, CancellationToken cancellationToken) => ActAsync(
        () => held.DropAsync(Person, [id], cancellationToken), new("不再发送，记为已撤回", "Dropped and recorded as withdrawn"),
        () => OnGetAsync(id, cancellationToken), () => RedirectToPage(new { id }));
}
