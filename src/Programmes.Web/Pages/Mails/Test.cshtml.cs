using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Mails;

/// <summary>Where mails go, whether they can go, and a mail to try it.</summary>
[Authorize(Policies.Manage)]
public sealed class TestModel(SendTestMail test, IMailTransport transport, MailSettings settings, MailOutages outages) : OfficePage
{
    [BindProperty, Required, StringLength(MailAddresses.LengthMax), Display(Name = "收件地址|Address")]
    public string To { get; set; } = "";

    public Text Transport => transport.Description;
    public Mailbox From => settings.From;

    public MailOutage? Outage { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) => Outage = await outages.NowAsync(cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            var delivery = await test.SendAsync(Person, To, cancellationToken);
            if (delivery.Reason is { } reason) throw new RefusedException(reason);
        },
        new("测试邮件已交给发送方式，请到收件箱查看", "The transport took the test mail; look into the inbox"),
        async () =>
        {
            await OnGetAsync(cancellationToken);
            return Page();
        },
        () => RedirectToPage());
}
