using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Mail;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Mails;

[Authorize(Policies.Manage)]
public sealed class IndexModel(MailQueries query, RetryMails retry, HeldMails held, MailOutages outages) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public MailState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    public Paged<MailLine> Mails { get; private set; } = null!;
    public IReadOnlyDictionary<MailState, int> Counts { get; private set; } = new Dictionary<MailState, int>();

    public MailOutage? Outage { get; private set; }

    /// <summary>In the whole list, whatever was sought.</summary>
    public int HeldCount { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        (Mails, Counts) = await query.ListAsync(Person, State, null, To, PageNumber, cancellationToken);
        HeldCount = string.IsNullOrWhiteSpace(To) ? Counts.GetValueOrDefault(MailState.Held) : await query.CountAsync(Person, MailState.Held, cancellationToken);
        Outage = await outages.NowAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostRetryDeadAsync(CancellationToken cancellationToken)
    {
        var count = await retry.RetryDeadAsync(Person, cancellationToken);
        this.Say(FlashKind.Success, new($"已重新排队 {count} 封，稍后发送", $"{count} mails are queued again; they go in a moment"));
        return RedirectToPage(new { state = MailState.Queued });
    }

    public async Task<IActionResult> OnPostSendHeldAsync(CancellationToken cancellationToken)
    {
        var count = await held.SendAsync(Person, null, cancellationToken);
        this.Say(FlashKind.Success, new($"已排队 {count} 封，稍后发送", $"{count} mails are queued; they go in a moment"));
        return RedirectToPage(new { state = MailState.Queued });
    }

    public async Task<IActionResult> OnPostDropHeldAsync(CancellationToken cancellationToken)
    {
        var count = await held.DropAsync(Person, null, cancellationToken);
        this.Say(FlashKind.Success, new($"{count} 封邮件不再发送，记为已撤回", $"{count} mails are dropped and recorded as withdrawn"));
        return RedirectToPage(new { state = MailState.Withdrawn });
    }
}
