using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using Programmes.Cli.Accounts;
using Programmes.Cli.Calendars;
using Programmes.Cli.Changes;
using Programmes.Cli.Contacts;
using Programmes.Cli.DryRuns;
using Programmes.Cli.Evidence;
using Programmes.Cli.Launching;
using Programmes.Cli.Ledgers;
using Programmes.Cli.Mails;
using Programmes.Cli.Papers;
using Programmes.Cli.Pictures;
using Programmes.Cli.Safekeeping;
using Programmes.Cli.Standing;
using Programmes.Cli.Urging;
using Programmes.Cli.Validation;
using Programmes.Cli.Work;
using Programmes.Core;

namespace Programmes.Cli;

/// <summary>The program's front door.</summary>
public static class CommandLine
{
    /// <returns>The exit code; see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellation = default)
    {
        var session = new Session(terminal, Session.LanguageOf(args, terminal));
        // The parser's own messages follow the thread's language; dates and numbers never follow the machine's.
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(session.IsChinese ? "zh-Hans" : "en");
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            if (terminal.Environment(Session.LanguageVariable) is { Length: > 0 } asked && !Session.Languages.Contains(asked, StringComparer.OrdinalIgnoreCase))
                throw new UsageException(new($"环境变量 {Session.LanguageVariable} 不能是“{asked}”；可用：zh、en", $"The environment variable {Session.LanguageVariable} cannot be \"{asked}\"; use zh or en"));
            var parsed = Root(session).Parse(args);
            // Help answers even where the rest is wrong.
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction) return Refuse(session, parsed);
            return await parsed.InvokeAsync(new() { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false }, cancellation).ConfigureAwait(false);
        }
        catch (UsageException wrong)
        {
            Complain(session, wrong.Words);
            return ExitCodes.Wrong;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Complain(session, new($"读写失败：{e.Message}", $"Reading or writing failed: {e.Message}"));
            return ExitCodes.Wrong;
        }
        catch (OperationCanceledException)
        {
            Complain(session, new("已中止", "Stopped"));
            return ExitCodes.Stopped;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Nobody above could say more; the stack is what a maintainer asks for.
            Complain(session, new($"程序出错，请把以下内容告诉维护人员：{e}", $"The program failed; please send this to its maintainers: {e}"));
            return ExitCodes.Failed;
        }
        finally
        {
            terminal.Flush();
        }
    }

    private static RootCommand Root(Session session)
    {
        var root = new RootCommand(session.Say("专项工作流程编排：工作日历、流程定义校验、预演、启动与进展", "Workflow orchestration for public programmes: working days, checks, dry runs, launches and status"))
        {
            Calendar(session),
            ValidateCommand.Of(session),
            PictureCommand.Of(session),
            DryRunCommand.Of(session),
            LaunchCommand.Of(session),
            StatusCommand.Of(session),
            WorkCommand.Of(session),
            PaperCommand.Of(session),
            EvidenceCommand.Of(session),
            LedgerCommand.Of(session),
            MailCommand.Of(session),
            DirectoryCommand.Of(session),
            UrgeCommand.Of(session),
            ProgrammeCommand.Of(session),
            HistoryCommand.Of(session),
            BackupCommands.Backup(session),
            BackupCommands.Restore(session),
            MoveDatabaseCommand.Of(session),
            AccountCommand.Of(session),
            ArchiveCommand.Of(session),
        };
        var language = new Option<string>(Session.LanguageOption)
        {
            Description = session.Say($"界面语言：zh 或 en（默认 zh；也可用环境变量 {Session.LanguageVariable}）", $"Language: zh or en (default zh; or the variable {Session.LanguageVariable})"),
            Recursive = true, HelpName = "zh|en",
        };
        language.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var asked }] && !Session.Languages.Contains(asked, StringComparer.OrdinalIgnoreCase))
                result.AddError(session.Say($"语言不能是“{asked}”；可用：zh、en", $"The language cannot be \"{asked}\"; use zh or en"));
        });
        root.Add(language);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Description = session.Say("显示帮助", "Show help");
            if (help.Action is HelpAction action) action.MaxWidth = session.Terminal.Width;
        }

        return root;
    }

    private static Command Calendar(Session session) =>
        new("calendar", session.Say("工作日历：推算日期、查看全年", "The working-day calendar: count days, show a year"))
        {
            AddCommand.Of(session),
            ShowCommand.Of(session),
        };

    /// <summary>Each wrong argument by name, and how the command is meant.</summary>
    private static int Refuse(Session session, ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var commands = command.Subcommands.Select(sub => sub.Name).ToList();
        var known = commands.Concat(command.Options.Select(option => option.Name)).Append(Session.LanguageOption).ToList();
        foreach (var typed in parsed.UnmatchedTokens)
            Complain(session, new($"不认识“{typed}”{Spelling.Hint(typed, known).Zh}", $"\"{typed}\" is not known here{Spelling.Hint(typed, known).En}"));
        foreach (var message in parsed.Errors.Where(error => error.SymbolResult is not CommandResult).Select(error => Say(session, error)).Distinct())
            Complain(session, Text.Same(message));
        if (parsed.UnmatchedTokens.Count == 0 && commands.Count > 0)
            Complain(session, new($"请写明命令：{string.Join("、", commands)}", $"Name a command: {string.Join(", ", commands)}"));
        session.Terminal.Error.WriteLine(command is ExampleCommand { Example: var example }
            ? session.Say($"示例：{example}", $"Example: {example}")
            : session.Say($"用法见 {PathOf(parsed.CommandResult)} --help", $"See {PathOf(parsed.CommandResult)} --help"));
        return ExitCodes.Wrong;
    }

    private static string Say(Session session, ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0, Parent: CommandResult } argument => session.Say($"缺少参数 <{NameOf(argument)}>", $"The argument <{NameOf(argument)}> is missing"),
        ArgumentResult { Parent: CommandResult } argument => session.Say($"参数 <{NameOf(argument)}>：{error.Message}", $"Argument <{NameOf(argument)}>: {error.Message}"),
        ArgumentResult { Parent: OptionResult { Option.Name: var option } } => session.Say($"选项 {option}：{error.Message}", $"Option {option}: {error.Message}"),
        OptionResult { Option.Name: var option, Tokens.Count: 0 } => session.Say($"选项 {option} 缺少值", $"Option {option} needs a value"),
        OptionResult { Option.Name: var option } => session.Say($"选项 {option}：{error.Message}", $"Option {option}: {error.Message}"),
        _ => error.Message,
    };

    private static string NameOf(ArgumentResult argument) => argument.Argument.HelpName ?? argument.Argument.Name;

    private static string PathOf(CommandResult command) => command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "programmes";

    private static void Complain(Session session, Text words) => session.Terminal.Error.WriteLine(session.Say($"错误：{words.Zh}", $"Error: {words.En}"));
}
