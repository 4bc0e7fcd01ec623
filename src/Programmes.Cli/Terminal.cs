using System.Text;
using Spectre.Console;

namespace Programmes.Cli;

/// <summary>Where a command writes and what it may know of its surroundings. Everything is UTF-8 without a byte order mark.</summary>
public sealed class Terminal
{
    /// <summary>Columns assumed where nobody looks at a screen.</summary>
    public const int WidthWhenRedirected = 120;

    private const int LineWidthWhenRedirected = 4_000;
    private const int WidthMin = 40;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public Terminal(Stream output, Stream error)
    {
        Output = output;
        Out = new StreamWriter(output, Utf8, bufferSize: 1 << 14, leaveOpen: true) { NewLine = "\n" };
        Error = new StreamWriter(error, Utf8, bufferSize: 1 << 10, leaveOpen: true) { NewLine = "\n", AutoFlush = true };
    }

    /// <summary>The bytes behind <see cref="Out"/>; flush that one first.</summary>
    public Stream Output { get; }
    public TextWriter Out { get; }
    public TextWriter Error { get; }
    public bool IsOutputRedirected { get; init; } = true;
    public bool IsErrorRedirected { get; init; } = true;
    public int Width { get; init; } = WidthWhenRedirected;
    public Func<string, string?> Environment { get; init; } = _ => null;
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How problems name files, and where relative names begin.</summary>
    public string Folder { get; init; } = Directory.GetCurrentDirectory();

    public static Terminal OfProcess()
    {
        try
        {
            Console.OutputEncoding = Utf8;
        }
        catch (IOException)
        {
            // Without a console there is no encoding to set; the streams are UTF-8 anyway.
        }

        return new(Console.OpenStandardOutput(), Console.OpenStandardError())
        {
            IsOutputRedirected = Console.IsOutputRedirected,
            IsErrorRedirected = Console.IsErrorRedirected,
            Width = Console.IsOutputRedirected ? WidthWhenRedirected : Math.Max(WidthMin, WindowWidth()),
            Environment = System.Environment.GetEnvironmentVariable,
        };
    }

    public void Flush()
    {
        try
        {
            Out.Flush();
            Error.Flush();
        }
        catch (IOException)
        {
            // The reader is gone, as with "| head": there is nobody left to tell.
        }
    }

    /// <summary>Tables and colours on the output; plain text where it is redirected.</summary>
    internal IAnsiConsole Screen => Styled(Out, IsOutputRedirected);

    /// <summary>The progress bar's place.</summary>
    internal IAnsiConsole ErrorScreen => Styled(Error, IsErrorRedirected);

    private IAnsiConsole Styled(TextWriter writer, bool redirected)
    {
        var plain = redirected || Environment("TERM") == "dumb";
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = plain || Environment("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Yes,
        });
        // What a program reads must not be broken into lines at a width that nobody sees.
        console.Profile.Width = redirected ? LineWidthWhenRedirected : Width;
        console.Profile.Encoding = Utf8;
        return console;
    }

    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return WidthWhenRedirected;
        }
    }
}
