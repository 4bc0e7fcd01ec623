using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Mail;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Mails;

[Authorize(Policies.Manage)]
public sealed class IndexModel(MailQueries query, RetryMails retry, MailHealth health) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public MailState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    public Paged<MailLine> Mails { get; private set; } = null!;
    public IReadOnlyDictionary<MailState, int> Counts { get; private set; } = new Dictionary<MailState, int>();

    /// <summary>Of this node's sender.</summary>
    public MailOutage? Outage => health.Outage;

    public async Task OnGetAsync(CancellationToken cancellationToken) => (Mails, Counts) = await query.ListAsync(Person, State, null, To, PageNumber, cancellationToken);

    public async Task<IActionResult> OnPostRetryDeadAsync(CancellationToken cancellationToken)
    {
        var count = await retry.RetryDeadAsync(Person, cancellationToken);
        this.Say(FlashKind.Success, new($"已重新排队 {count} 封，稍后发送", $"{count} mails are queued again; they go in a moment"));
        return RedirectToPage(new { state = MailState.Queued });
    }
}
