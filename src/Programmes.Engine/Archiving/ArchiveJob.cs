using Programmes.Engine.Hosting;
using Programmes.Engine.People;
using Quartz;

namespace Programmes.Engine.Archiving;

[DisallowConcurrentExecution]
internal sealed class ArchiveJob(ArchiveProgrammes archive, JobRunner runner) : RecurringJob(runner)
{
    public static readonly TimeSpan Every = TimeSpan.FromDays(1);

    protected override Task RunAsync(CancellationToken cancellationToken) => archive.RunAsync(Person.Engine, cancellationToken: cancellationToken);
}
