using System.Collections.Concurrent;

namespace Programmes.Engine.Hosting;

/// <param name="Name">Of the job's class, such as <c>PumpJob</c>.</param>
/// <param name="LastAt">When its last run ended.</param>
/// <param name="Failures">In a row.</param>
public sealed record JobRun(string Name, DateTimeOffset LastAt, TimeSpan Took, int Failures);

/// <summary>When the recurring jobs of this process ran last. In memory: another node knows of its own.</summary>
public sealed class JobHealth(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, JobRun> runs = new(StringComparer.Ordinal);

    public IReadOnlyList<JobRun> Runs => [.. runs.Values.OrderBy(run => run.Name, StringComparer.Ordinal)];

    internal void Ran(string job, TimeSpan took, bool failed) =>
        runs.AddOrUpdate(job, _ => new(job, time.GetUtcNow(), took, failed ? 1 : 0), (_, last) => new(job, time.GetUtcNow(), took, failed ? last.Failures + 1 : 0));
}
