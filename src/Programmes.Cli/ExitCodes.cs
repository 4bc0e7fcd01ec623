namespace Programmes.Cli;

public static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The program itself failed; the message says so.</summary>
    public const int Failed = 1;

    /// <summary>Something to mend: an argument, a file, a definition, a plan.</summary>
    public const int Wrong = 2;

    /// <summary>Stopped by Ctrl+C, as shells number it.</summary>
    public const int Stopped = 130;
}
