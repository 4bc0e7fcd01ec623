using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Cli.Output;
using Programmes.Core;
using Programmes.Engine.Programmes;
using Programmes.Engine.Queries;

namespace Programmes.Cli.Changes;

/// <summary>A change of a running programme: which one, why, by which document, and what came of it.</summary>
internal sealed class ChangeCommand
{
    private readonly Session session;
    private readonly Argument<string> programme;
    private readonly Option<string> reason;
    private readonly Option<string?> document;
    private readonly Option<string?> database;
    private readonly Option<bool> json;

    /// <param name="more">The command's own arguments and options, after the programme.</param>
    public ChangeCommand(Session session, string name, Text description, string example, params Symbol[] more)
    {
        this.session = session;
        programme = new("programme") { HelpName = session.Say("标识", "id"), Description = session.Say("专项工作的标识", "The programme's id") };
        reason = new("--reason") { HelpName = session.Say("理由", "reason"), Description = session.Say("理由，记入变更记录", "Why; kept in the history"), Required = true };
        document = new("--document") { HelpName = session.Say("文号", "number"), Description = session.Say("批准文件的文号", "The number of the document that approves it") };
        database = EngineRun.DatabaseOption(session);
        json = Arguments.Json(session);
        Command = new ExampleCommand(name, session.Say(description), example) { programme };
        foreach (var symbol in more)
            if (symbol is Argument argument) Command.Arguments.Add(argument);
            else Command.Options.Add((Option)symbol);
        foreach (var option in new Option[] { reason, document, database, json }) Command.Options.Add(option);
    }

    public ExampleCommand Command { get; }

    /// <param name="Reason">Never empty: the parser asks for it.</param>
    internal sealed record Asked(ParseResult Parsed, string Programme, string Reason, string? Document);

    public Command Does(Func<IServiceProvider, Asked, CancellationToken, Task<ChangeOutcome>> change)
    {
        Command.SetAction(async (parsed, cancellation) =>
        {
            var engine = new EngineRun(session, parsed.GetValue(database));
            engine.RequireDatabase();
            var asked = new Asked(parsed, parsed.GetValue(programme)!, parsed.GetValue(reason)!, parsed.GetValue(document));
            var outcome = await engine.DoAsync(null, async services =>
            {
                await ProgrammeNames.RequireAsync(services, asked.Programme, cancellation).ConfigureAwait(false);
                return await change(services, asked, cancellation).ConfigureAwait(false);
            }, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json)) WriteJson(asked, outcome);
            else Show(asked, outcome);
            return ExitCodes.Done;
        });
        return Command;
    }

    private void WriteJson(Asked asked, ChangeOutcome outcome) =>
        Json.Write(session.Terminal, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("programme", asked.Programme);
            writer.WriteString("kind", outcome.Kind);
            writer.WriteString("subject", outcome.Subject);
            writer.Day("on", outcome.On);
            writer.WriteNumber("launchRevision", outcome.LaunchRevision);
            writer.WriteStartArray("open");
            foreach (var thing in outcome.Open)
            {
                writer.WriteStartObject();
                writer.WriteString("kind", thing.Kind);
                writer.WriteString("id", thing.Id);
                writer.WriteString("title", session.Say(thing.Title));
                writer.Day("due", thing.DueOn);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private void Show(Asked asked, ChangeOutcome outcome)
    {
        var subject = outcome.Subject is null ? asked.Programme : $"{asked.Programme} {outcome.Subject}";
        session.Terminal.Out.WriteLine(session.Say(
            $"已办理：{subject}，{outcome.On:yyyy-MM-dd} 起（启动文件第 {outcome.LaunchRevision} 版）；涉及未了结事项 {outcome.Open.Count} 件",
            $"Done: {subject}, from {outcome.On:yyyy-MM-dd} (launch revision {outcome.LaunchRevision}); {outcome.Open.Count} open things concerned"));
        foreach (var thing in outcome.Open)
            session.Terminal.Out.WriteLine($"  {session.Say(thing.Title)}{(thing.DueOn is { } due ? $"　{due:yyyy-MM-dd}" : "")}　{thing.Id}");
    }
}

/// <summary>Programmes by the id that a person typed.</summary>
internal static class ProgrammeNames
{
    /// <exception cref="UsageException">There is no such programme; the message names a near one.</exception>
    public static async Task RequireAsync(IServiceProvider services, string id, CancellationToken cancellation)
    {
        var known = await services.GetRequiredService<ProgrammeQueries>().NamesAsync(EngineRun.Person, cancellation).ConfigureAwait(false);
        if (known.Any(programme => programme.Id == id) || await services.GetRequiredService<ProgrammeQueries>().HeadAsync(EngineRun.Person, id, cancellation).ConfigureAwait(false) is not null) return;
        var hint = Spelling.Hint(id, [.. known.Select(programme => programme.Id)]);
        throw new UsageException(new($"没有专项工作“{id}”{hint.Zh}", $"There is no programme \"{id}\"{hint.En}"));
    }
}
