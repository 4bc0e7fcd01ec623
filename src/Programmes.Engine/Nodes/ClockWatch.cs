using Microsoft.Extensions.Logging;
using Programmes.Engine.Hosting;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Nodes;

/// <summary>
/// Compares this node's clock with the database server's, the referee among nodes. A node whose clock is apart neither runs jobs
/// nor takes requests: it would close deadlines early, or tell people a wrong date.
/// </summary>
public sealed class ClockWatch(Database database, TimeProvider time, EngineMetrics metrics, ILogger<ClockWatch> log)
{
    /// <summary>A difference up to this is borne; synchronised servers are within milliseconds.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private TimeSpan skew;
    private bool apart;

    /// <summary>This node's clock less the database's, as of the last look; zero where the database has no clock of its own.</summary>
    public TimeSpan Skew
    {
        get
        {
            lock (gate) return skew;
        }
    }

    public bool IsApart
    {
        get
        {
            lock (gate) return apart;
        }
    }

    /// <summary>Looks now. What the question itself took counts in the node's favour.</summary>
    public async Task LookAsync(CancellationToken cancellationToken = default)
    {
        // A test's clock is apart on purpose.
        if (time is TestClock) return;
        var before = time.GetUtcNow();
        if (await database.NowAsync(cancellationToken).ConfigureAwait(false) is not { } there) return;
        Judge(before, there, time.GetUtcNow());
    }

    private void Judge(DateTimeOffset before, DateTimeOffset there, DateTimeOffset after)
    {
        // Somewhere between the two looks at the own clock the database looked at its: zero if that would explain the difference.
        var difference = there < before ? before - there : there > after ? after - there : TimeSpan.Zero;
        bool was;
        lock (gate) (was, skew, apart) = (apart, difference, difference.Duration() > SkewMax);
        metrics.ClockSkew = difference;
        if (difference.Duration() > SkewMax)
            log.LogError(new EventId(1003, "ClockApart"), "This node's clock is {Skew} apart from the database's: it rests until the clocks agree. Set the clock, or look at its time service", difference);
        else if (was)
            log.LogInformation(new EventId(1004, "ClockAgrees"), "This node's clock agrees with the database's again");
    }
}
