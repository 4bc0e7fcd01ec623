using Programmes.Core;

namespace Programmes.Cli;

/// <summary>The caller asked for something that cannot be done; the words say what to change.</summary>
internal sealed class UsageException(Text words) : Exception(words.En)
{
    public Text Words { get; } = words;
}
