using Programmes.Engine.Safekeeping;

namespace Programmes.Cli.Safekeeping;

/// <summary>One line on the terminal that says how far a copy is; nothing where nobody looks.</summary>
internal sealed class CopyLine(Session session) : IProgress<CopyStep>
{
    private const int Width = 60;
    private bool shown;

    public void Report(CopyStep value)
    {
        if (session.Terminal.IsErrorRedirected) return;
        var words = value.Comparing ? session.Say($"核对 {value.Table} {value.Rows} 行", $"comparing {value.Table}, {value.Rows} rows") : session.Say($"复制 {value.Table} {value.Rows} 行", $"copying {value.Table}, {value.Rows} rows");
        session.Terminal.Error.Write($"\r{words.PadRight(Width)}");
        shown = true;
    }

    public void End()
    {
        if (shown) session.Terminal.Error.Write($"\r{new string(' ', Width)}\r");
    }
}
