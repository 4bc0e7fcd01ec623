using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Programmes.Core.Calendars;

namespace Programmes.Cli;

/// <summary>Arguments and options that several commands share.</summary>
internal static class Arguments
{
    public static Option<bool> Json(Session session) => new("--json") { Description = session.Say("输出 JSON（字段见 docs/cli.md）", "Write JSON (fields: docs/cli.md)") };

    public static Option<DateOnly?> AsKnownOn(Session session) => new("--as-known-on")
    {
        HelpName = session.Say("日期", "date"),
        Description = session.Say("只依据该日（含）以前发布的放假通知", "Use only holiday notices issued by that day"),
        CustomParser = result => Date(session, result),
    };

    /// <summary>A day as yyyy-MM-dd within the calendar; anything else is an error of the argument.</summary>
    public static DateOnly? Date(Session session, ArgumentResult result)
    {
        var typed = result.Tokens[0].Value;
        if (!DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on))
            result.AddError(session.Say($"“{typed}”不是有效日期；请写成 年-月-日，如 2023-09-25", $"\"{typed}\" is no valid date; write year-month-day, such as 2023-09-25"));
        else if (on < WorkingDayCalendar.MinDate || on > WorkingDayCalendar.MaxDate)
            result.AddError(session.Say(
                $"{typed} 超出工作日历的范围（{WorkingDayCalendar.MinDate:yyyy-MM-dd} 至 {WorkingDayCalendar.MaxDate:yyyy-MM-dd}）",
                $"{typed} is outside the calendar ({WorkingDayCalendar.MinDate:yyyy-MM-dd} to {WorkingDayCalendar.MaxDate:yyyy-MM-dd})"));
        return on;
    }

    /// <summary>Files or folders that exist.</summary>
    public static Argument<string[]> Paths(Session session, string name, string description)
    {
        var paths = new Argument<string[]>(name) { HelpName = session.Say("文件或目录", "file or folder"), Description = description, Arity = ArgumentArity.OneOrMore };
        paths.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                var full = Path.GetFullPath(token.Value, session.Terminal.Folder);
                if (token.Value.StartsWith("--", StringComparison.Ordinal)) result.AddError(session.Say($"不认识选项“{token.Value}”", $"The option \"{token.Value}\" is not known"));
                else if (!System.IO.File.Exists(full) && !Directory.Exists(full)) result.AddError(session.Say($"“{token.Value}”不存在", $"\"{token.Value}\" does not exist"));
            }
        });
        return paths;
    }

    /// <summary>One file that exists.</summary>
    public static Argument<string> File(Session session, string name, string description)
    {
        var file = new Argument<string>(name) { HelpName = session.Say("文件", "file"), Description = description, Arity = ArgumentArity.ExactlyOne };
        file.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!System.IO.File.Exists(Path.GetFullPath(token.Value, session.Terminal.Folder))) result.AddError(session.Say($"文件“{token.Value}”不存在", $"The file \"{token.Value}\" does not exist"));
        });
        return file;
    }

    /// <summary>One folder that exists, or none.</summary>
    public static Option<string?> Folder(Session session, string name, string description)
    {
        var folder = new Option<string?>(name) { HelpName = session.Say("目录", "folder"), Description = description };
        folder.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!Directory.Exists(Path.GetFullPath(token.Value, session.Terminal.Folder))) result.AddError(session.Say($"目录“{token.Value}”不存在", $"The folder \"{token.Value}\" does not exist"));
        });
        return folder;
    }
}
