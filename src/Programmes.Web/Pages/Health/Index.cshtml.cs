using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Hosting;
using Programmes.Engine.Nodes;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Health;

/// <summary>Whether the installation is well, and what to do where it is not.</summary>
[Authorize(Policies.Administer)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel(HealthQuery query) : OfficePage
{
    private const long Gibibyte = 1L << 30;

    public SystemHealth Health { get; private set; } = null!;

    public bool IsMailStuck => Health.OldestQueuedAt is { } oldest && Health.Now - oldest > SystemHealth.QueuedForMax;

    public bool IsDiskFull => Health.EvidenceFreeBytes < SystemHealth.EvidenceFreeBytesMin;

    public string Free => Health.EvidenceFreeBytes is { } bytes ? $"{bytes / (double)Gibibyte:0.0} GB" : "—";

    public async Task OnGetAsync(CancellationToken cancellationToken) => Health = await query.RunAsync(Person, cancellationToken);

    /// <summary>The jobs of the nodes that run, job by job.</summary>
    public IEnumerable<(NodeHealth Node, JobRun Run)> Runs =>
        Health.Nodes.Where(node => node.IsRunning).SelectMany(node => node.State.Jobs.Select(run => (node, run))).OrderBy(one => one.run.Name, StringComparer.Ordinal);

    public static Core.Text Role(string roles) => roles switch
    {
        nameof(NodeRoles.Web) => new("网页", "Web"),
        nameof(NodeRoles.Worker) => new("后台", "Worker"),
        _ => new("网页和后台", "Web and worker"),
    };

    public static Core.Text Name(string job) => job switch
    {
        "PumpJob" => new("推进流程", "Workflows go on"),
        "ComposeJob" => new("编写邮件", "Mails are written"),
        "OutboxJob" => new("发送邮件", "Mails are sent"),
        "DigestJob" => new("每日汇总", "Morning digests"),
        "BounceJob" => new("读取退信", "Returned mails are read"),
        "SignInSweepJob" => new("清理登录失败计数", "Failed sign-ins are forgotten"),
        "ArchiveJob" => new("归档", "Details are archived"),
        "EvidenceSweepJob" => new("清理材料", "Evidence is swept"),
        _ => Core.Text.Same(job),
    };
}
