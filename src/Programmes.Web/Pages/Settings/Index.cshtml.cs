using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Mail;
using Programmes.Engine.Nodes;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.Hosting;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Settings;

/// <summary>What the installation is set to. What concerns safety is changed here; the rest is set where the program is started. Secrets are never shown.</summary>
[Authorize(Policies.Administer)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel : OfficePage
{
    private readonly OfficeSettings settings;
    private readonly HealthQuery health;
    private readonly HostSettings host;

    public IndexModel(IServiceProvider services)
    {
        settings = services.GetRequiredService<OfficeSettings>();
        health = services.GetRequiredService<HealthQuery>();
        host = services.GetRequiredService<HostSettings>();
        Sender = services.GetRequiredService<MailSettings>();
    }

    [BindProperty]
    public int SessionIdleHours { get; set; }

    [BindProperty]
    public bool TwoFactorForManagers { get; set; }

    public SystemHealth Health { get; private set; } = null!;

    public MailSettings Sender { get; }

    /// <summary>A mail server's name and port, or the pickup folder.</summary>
    public string Transport => host.Mail.Smtp.Host is { Length: > 0 } server ? $"SMTP {server}" : host.PathOf(host.Mail.Pickup);

    public bool HttpsOnly => host.HttpsOnly;

    public bool RunsJobs => host.Role.HasFlag(NodeRoles.Worker);

    public string Workflows => host.Workflows.Length == 0 ? "" : host.PathOf(host.Workflows);

    public async Task OnGetAsync()
    {
        var now = await settings.ReadAsync(HttpContext.RequestAborted);
        (SessionIdleHours, TwoFactorForManagers) = (now.SessionIdleHours, now.TwoFactorForManagers);
        Health = await health.RunAsync(Person, HttpContext.RequestAborted);
    }

    public Task<IActionResult> OnPostAsync() => ActAsync(
        () => settings.ChangeAsync(Person, new(SessionIdleHours, TwoFactorForManagers), HttpContext.RequestAborted),
        new("设置已保存", "The settings are saved"),
        async () =>
        {
            Health = await health.RunAsync(Person, HttpContext.RequestAborted);
            return Page();
        },
        () => RedirectToPage());
}
