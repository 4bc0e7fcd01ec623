using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Programmes.Engine.Definitions;
using Programmes.Storage;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Hosting;

/// <param name="WorkflowFolder">Definitions that are published at start; null: none.</param>
/// <param name="MailTemplateFolder">The office's own wording; null: the shipped one.</param>
public sealed record EngineOptions(string? WorkflowFolder, string? MailTemplateFolder = null);

/// <summary>
/// Brings the database up to date and publishes the workflow folder, before anything is served or done.
/// </summary>
public sealed class EngineStartup(Database database, IDbContextFactory<ProgrammesDb> contexts, PublishDefinitions publish, EngineOptions options, TimeProvider time, ILogger<EngineStartup> log)
{
    private const string TestClockKey = "test-clock";

    /// <exception cref="StartRefusedException">This database is not to be used, or not by this program's clock.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken = default)
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

    /// <summary>Nobody goes on with the old database beside the new one: what is filed there would be lost.</summary>
    private async Task CheckMovedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await DatabaseMarks.MovedToAsync(db, cancellationToken).ConfigureAwait(false) is { } moved)
            throw new StartRefusedException($"此数据库已迁移到 {moved}；请修改设置 Programmes:Database，或用 programmes move-database --take-back 撤回迁移。 This database was moved to {moved}: change the setting Programmes:Database, or take the move back with programmes move-database --take-back.");
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
            if (time is TestClock && await db.Programmes.AnyAsync(cancellationToken).ConfigureAwait(false)) throw new StartRefusedException("This database holds programmes that run in real time; a test clock may only drive a database of its own.");
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
        if (known != kind) throw new StartRefusedException($"This database runs on a {known} clock and was started with a {kind} one.");
    }
}
