using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Programmes.Engine.Definitions;
using Programmes.Engine.Launching;
using Programmes.Storage;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Hosting;

/// <param name="WorkflowFolder">Definitions that are published at start; null: none.</param>
/// <param name="MailTemplateFolder">The office's own wording; null: the shipped one.</param>
public sealed record EngineOptions(string? WorkflowFolder, string? MailTemplateFolder = null);

/// <summary>
/// Brings the database up to date, publishes the workflow folder, and goes on with interrupted backfills; only then do jobs run.
/// </summary>
public sealed class EngineStartup(Database database, IDbContextFactory<ProgrammesDb> contexts, PublishDefinitions publish, Backfill backfill, EngineOptions options, TimeProvider time, ILogger<EngineStartup> log) : IHostedLifecycleService
{
    private const string TestClockKey = "test-clock";

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        await CheckMovedAsync(cancellationToken).ConfigureAwait(false);
        await CheckTestClockAsync(cancellationToken).ConfigureAwait(false);
        if (options.WorkflowFolder is { } folder && Directory.Exists(folder))
        {
            var read = PublishDefinitions.Read(folder);
            var problems = read.Problems.Concat(await publish.PublishAsync(read.Definitions, null, cancellationToken).ConfigureAwait(false)).ToList();
            foreach (var problem in problems)
                log.LogWarning(new EventId(1002, "DefinitionProblem"), "{File} {Activity} {Property}: {Message}", problem.File, problem.ActivityId, problem.Property, problem.Message.Zh);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken) => await backfill.ResumeAsync(cancellationToken).ConfigureAwait(false);

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Nobody goes on with the old database beside the new one: what is filed there would be lost.</summary>
    private async Task CheckMovedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await DatabaseMarks.MovedToAsync(db, cancellationToken).ConfigureAwait(false) is { } moved)
            throw new InvalidOperationException($"此数据库已迁移到 {moved}；请修改设置 Programmes:Database，或用 programmes move-database --take-back 撤回迁移。 This database was moved to {moved}: change the setting Programmes:Database, or take the move back with programmes move-database --take-back.");
    }

    /// <summary>
    /// A database that ever ran in real time never runs on a test clock, nor the other way round: moved time would
    /// fire real deadlines, and real time would be years off.
    /// </summary>
    private async Task CheckTestClockAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var kind = time is TestClock ? "test" : "real";
        if (!await db.Settings.AnyAsync(row => row.Key == TestClockKey, cancellationToken).ConfigureAwait(false))
        {
            if (time is TestClock && await db.Programmes.AnyAsync(cancellationToken).ConfigureAwait(false)) throw new InvalidOperationException("This database holds programmes that run in real time; a test clock may only drive a database of its own.");
            db.Settings.Add(new() { Key = TestClockKey, Value = kind });
            try
            {
                await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DbUpdateException)
            {
                // Another node that starts in this moment was quicker; what it wrote is read below.
            }
        }

        var known = await db.Settings.AsNoTracking().Where(row => row.Key == TestClockKey).Select(row => row.Value).SingleAsync(cancellationToken).ConfigureAwait(false);
        if (known != kind) throw new InvalidOperationException($"This database runs on a {known} clock and was started with a {kind} one.");
    }
}
