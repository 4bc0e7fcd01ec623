using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Programmes.Engine.Nodes;

/// <summary>
/// What the engine measures of itself, under the meter and the activity source <see cref="Name"/>. Durations are in seconds.
/// Nothing here holds a name, an address or a text.
/// </summary>
public sealed class EngineMetrics
{
    public const string Name = "Programmes";

    internal static readonly ActivitySource Traces = new(Name);

    private readonly Histogram<double> pageDuration;
    private readonly Histogram<double> lateness;
    private readonly Counter<long> instances;
    private readonly Counter<long> retries;
    private readonly Counter<long> parked;
    private readonly Counter<long> mails;
    private readonly Histogram<double> mailAge;
    private readonly Histogram<double> jobDuration;

    public EngineMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        pageDuration = meter.CreateHistogram<double>("programmes.pump.page.duration", "s", "From claiming a page of instances to its commit.");
        lateness = meter.CreateHistogram<double>("programmes.pump.lateness", "s", "How much later than its nominal instant a page's earliest work was decided, on the real clock.");
        instances = meter.CreateCounter<long>("programmes.pump.instances", "{instance}", "Instances decided.");
        retries = meter.CreateCounter<long>("programmes.pump.retries", "{page}", "Pages tried again after a passing error.");
        parked = meter.CreateCounter<long>("programmes.pump.parked", "{instance}", "Instances set aside with an incident.");
        mails = meter.CreateCounter<long>("programmes.mails", "{mail}", "Mails handed over, by outcome.");
        mailAge = meter.CreateHistogram<double>("programmes.mails.age", "s", "From when a mail might go to its delivery.");
        jobDuration = meter.CreateHistogram<double>("programmes.job.duration", "s", "Runs of recurring jobs.");
        meter.CreateObservableGauge("programmes.clock.skew", () => ClockSkew.TotalSeconds, "s", "This node's clock less the database's.");
        meter.CreateObservableGauge("programmes.due.oldest", () => Backlog.OldestDue.TotalSeconds, "s", "Age of the oldest work that is due and not decided.");
        meter.CreateObservableGauge("programmes.outbox.oldest", () => Backlog.OldestMail.TotalSeconds, "s", "Age of the oldest mail that may go and did not.");
        meter.CreateObservableGauge("programmes.outbox.queued", () => (long)Backlog.Mails, "{mail}", "Mails that may go now.");
        meter.CreateObservableGauge("programmes.mails.dead", () => (long)Backlog.DeadMails, "{mail}", "Mails given up.");
        meter.CreateObservableGauge("programmes.incidents.open", () => (long)Backlog.Incidents, "{incident}", "Incidents that nobody resolved yet.");
    }

    internal TimeSpan ClockSkew { get; set; }

    internal Backlog Backlog { get; set; } = new(TimeSpan.Zero, TimeSpan.Zero, 0, 0, 0);

    /// <param name="late">Null: not on the real clock.</param>
    internal void PageDecided(TimeSpan took, int count, TimeSpan? late)
    {
        pageDuration.Record(took.TotalSeconds);
        instances.Add(count);
        if (late is { } by) lateness.Record(Math.Max(0, by.TotalSeconds));
    }

    internal void PageRetried() => retries.Add(1);

    internal void InstanceParked() => parked.Add(1);

    internal void MailHandled(string outcome, TimeSpan? age)
    {
        mails.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        if (age is { } waited) mailAge.Record(Math.Max(0, waited.TotalSeconds));
    }

    internal void JobRan(string job, TimeSpan took, bool failed) =>
        jobDuration.Record(took.TotalSeconds, new("job", job), new("failed", failed));
}

/// <summary>What waits to be done, as sampled now and then.</summary>
/// <param name="OldestDue">Since the nominal instant of the oldest work that is due on the real clock; zero: none is.</param>
/// <param name="OldestMail">Since the oldest mail might go; zero: none waits.</param>
internal sealed record Backlog(TimeSpan OldestDue, TimeSpan OldestMail, int Mails, int DeadMails, int Incidents);
