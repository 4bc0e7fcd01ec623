using Programmes.Core;

namespace Programmes.Cli;

/// <summary>One run of the program: its terminal and its language.</summary>
internal sealed record Session(Terminal Terminal, string Language)
{
    public const string LanguageVariable = "PROGRAMMES_LANG";
    public const string LanguageOption = "--lang";
    public const string Chinese = "zh";
    public const string English = "en";
    public static readonly string[] Languages = [Chinese, English];

    public bool IsChinese => Language == Chinese;

    public string Say(Text text) => text.In(Language);

    public string Say(string zh, string en) => IsChinese ? zh : en;

    /// <summary>
    /// The language of help and messages, which must be known before the arguments are read: the option, else the variable, else
    /// Chinese. A wrong one is reported later, in Chinese.
    /// </summary>
    public static string LanguageOf(IReadOnlyList<string> args, Terminal terminal)
    {
        var asked = terminal.Environment(LanguageVariable);
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i].StartsWith($"{LanguageOption}=", StringComparison.Ordinal) || args[i].StartsWith($"{LanguageOption}:", StringComparison.Ordinal)) asked = args[i][(LanguageOption.Length + 1)..];
            else if (args[i] == LanguageOption && i + 1 < args.Count) asked = args[i + 1];
        }

        return string.Equals(asked, English, StringComparison.OrdinalIgnoreCase) ? English : Chinese;
    }
}
