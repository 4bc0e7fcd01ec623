using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage;

namespace Programmes.Engine.Tests.Operations;

/// <summary>The Tongjiang plan under way, for changes in mid-programme.</summary>
public abstract class OperationTests : IAsyncLifetime
{
    protected const string Programme = "tongjiang-grading-2023";

    protected static Person Office => EngineHost.Office;

    protected EngineHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await EngineHost.StartAsync(new DateOnly(2023, 7, 3));

    public async Task DisposeAsync() => await Host.DisposeAsync();

    protected static DateOnly On(int year, int month, int day) => new(year, month, day);

    protected async Task LaunchAsync(Func<string, string>? change = null)
    {
        var launch = TongjiangTests.LaunchFile;
        await Host.Get<LaunchProgramme>().LaunchAsync(Office, change?.Invoke(launch) ?? launch, "launch.json", LaunchMode.AsPlanned, warningsConfirmed: true);
    }

    /// <summary>Launches, and lets the days pass up to the evening of that day, with everybody on time.</summary>
    protected async Task RunUntilAsync(DateOnly on)
    {
        await LaunchAsync();
        await PassUntilAsync(on);
    }

    protected Task PassUntilAsync(DateOnly on) => new Days(Host).PassUntilAsync(on);

    protected Task PumpAsync() => Host.Get<Pump>().RunAsync();

    protected async Task<T> ReadAsync<T>(Func<ProgrammesDb, Task<T>> query)
    {
        await using var db = Host.Db();
        return await query(db);
    }

    /// <summary>A refusal with its words, and the attempt in the audit trail.</summary>
    protected async Task<string> RefusedAsync(string action, Func<Task> attempt)
    {
        var before = await ReadAsync(db => db.ProgrammeChanges.CountAsync());
        var revision = await ReadAsync(db => db.Programmes.Select(row => row.LaunchRevision).SingleAsync());
        var refused = await Should.ThrowAsync<RefusedException>(attempt);
        (await ReadAsync(db => db.Audit.OrderBy(row => row.Id).Select(row => row.Action).LastAsync())).ShouldBe($"refused.{action}");
        (await ReadAsync(db => db.ProgrammeChanges.CountAsync())).ShouldBe(before, "nothing was done");
        (await ReadAsync(db => db.Programmes.Select(row => row.LaunchRevision).SingleAsync())).ShouldBe(revision);
        return refused.Words.Zh;
    }

    protected async Task<IReadOnlyList<ChangeLine>> HistoryAsync() => (await new ProgrammeHistory(Host.Get<IDbContextFactory<ProgrammesDb>>()).RunAsync(Office, Programme)).Rows;

    /// <summary>The plan ran to its end, and what became of its units.</summary>
    protected async Task<string> EndAsync()
    {
        await PassUntilAsync(On(2025, 12, 31));
        (await ReadAsync(db => db.Incidents.Select(row => row.MessageZh).ToListAsync())).ShouldBeEmpty();
        (await ReadAsync(db => db.Programmes.Select(row => row.Status).SingleAsync())).ShouldBe(Storage.Programmes.ProgrammeStatus.Finished);
        (await ReadAsync(db => db.Instances.CountAsync(row => row.FinishedAt == null))).ShouldBe(0);
        (await ReadAsync(db => db.Stimuli.CountAsync())).ShouldBe(0);
        (await ReadAsync(db => db.Bookmarks.CountAsync())).ShouldBe(0);
        (await ReadAsync(db => db.WorkItems.CountAsync(row => row.ClosedOn == null))).ShouldBe(0);
        return await ReadAsync(db => db.Events.Where(row => row.Kind == "goal").OrderByDescending(row => row.Id).Select(row => row.TitleZh).FirstAsync());
    }
}
