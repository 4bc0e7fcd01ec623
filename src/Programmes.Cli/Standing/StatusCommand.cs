using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Core;
using Programmes.Engine.Queries;

namespace Programmes.Cli.Standing;

/// <summary><c>programmes status</c>: how launched programmes stand.</summary>
internal static class StatusCommand
{
    public static Command Of(Session session)
    {
        var id = new Argument<string?>("programme") { HelpName = session.Say("标识", "id"), Description = session.Say("专项工作的标识；不写则列出全部", "The programme's id; all of them without it"), Arity = ArgumentArity.ZeroOrOne };
        var database = EngineRun.DatabaseOption(session);
        var json = Arguments.Json(session);
        var command = new ExampleCommand("status", session.Say("已启动的专项工作的进展", "How launched programmes stand"), "programmes status tongjiang-grading-2023")
        {
            id, database, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(session, parsed.GetValue(id), parsed.GetValue(database), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Session session, string? id, string? database, bool json, CancellationToken cancellation)
    {
        var engine = new EngineRun(session, database);
        engine.RequireDatabase();
        var standings = await engine.DoAsync(null, services => ReadAsync(services, id, cancellation), cancellation).ConfigureAwait(false);
        if (json) StatusJson.Write(session, standings);
        else if (id is not null) StatusTables.Details(session, standings[0]);
        else if (standings.Count > 0) StatusTables.Overview(session, standings);
        else session.Terminal.Out.WriteLine(session.Say("还没有专项工作", "There are no programmes yet"));
        return ExitCodes.Done;
    }

    private static async Task<IReadOnlyList<ProgrammeStanding>> ReadAsync(IServiceProvider services, string? id, CancellationToken cancellation)
    {
        var query = services.GetRequiredService<ProgrammeStatusQuery>();
        if (id is null) return await query.AllAsync(EngineRun.Person, cancellation).ConfigureAwait(false);
        if (await query.OneAsync(EngineRun.Person, id, cancellation).ConfigureAwait(false) is { } standing) return [standing];
        var known = await services.GetRequiredService<ProgrammeQueries>().NamesAsync(EngineRun.Person, cancellation).ConfigureAwait(false);
        var hint = Spelling.Hint(id, [.. known.Select(programme => programme.Id)]);
        throw new UsageException(new($"没有专项工作“{id}”{hint.Zh}", $"There is no programme \"{id}\"{hint.En}"));
    }
}
