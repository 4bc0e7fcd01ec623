using System.CommandLine;

namespace Programmes.Cli.Engines;

/// <summary>What commands that do people's work have in common: as whom, on which database.</summary>
internal sealed class PeopleRun(Session session)
{
    public Option<string> As { get; } = Acting.Option(session);
    public Option<string?> Database { get; } = EngineRun.DatabaseOption(session);

    /// <summary>Adds the common options, and what the command does.</summary>
    public ExampleCommand Command(string name, string description, string example, IEnumerable<Symbol> symbols, Func<IServiceProvider, ParseResult, CancellationToken, Task> act)
    {
        var command = new ExampleCommand(name, description, example);
        foreach (var symbol in symbols)
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        command.Add(As);
        command.Add(Database);
        command.SetAction(async (parsed, cancellation) =>
        {
            var engine = new EngineRun(session, parsed.GetValue(Database));
            engine.RequireDatabase();
            return await engine.DoAsync(null, async services =>
            {
                await act(services, parsed, cancellation).ConfigureAwait(false);
                return ExitCodes.Done;
            }, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    public Engine.People.Person Person(ParseResult parsed) => Acting.Person(parsed.GetValue(As)!);

    public Option<string?> Text(string name, string zh, string en, bool required = false) => new(name) { HelpName = session.Say("文字", "text"), Description = session.Say(zh, en), Required = required };

    public Option<DateOnly?> Day(string name, string zh, string en) => new(name) { HelpName = session.Say("日期", "date"), Description = session.Say(zh, en), CustomParser = result => Arguments.Date(session, result) };

    public Option<string[]> Keys(string name, string zh, string en) => new(name)
    {
        HelpName = session.Say("角色或单位,…", "key,…"), Description = session.Say(zh, en), AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split([',', '，', '、'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };

    public Argument<string> Id(string zh, string en) => new("id") { HelpName = session.Say("标识", "id"), Description = session.Say(zh, en) };

    public Argument<string> Programme() => new("programme") { HelpName = session.Say("专项工作", "programme"), Description = session.Say("专项工作的标识", "The programme's id") };

    public Argument<long> Paper() => new("paper") { HelpName = session.Say("序号", "number"), Description = session.Say("公文序号", "The paper's number in the list") };

    public void Say(string zh, string en) => session.Terminal.Out.WriteLine(session.Say(zh, en));
}
