using Programmes.Core;

namespace Programmes.Storage.Copying;

/// <summary>A copy that was refused or went wrong; at the target nothing of it is left.</summary>
public sealed class CopyException(Text words, Exception? inner = null) : Exception(words.En, inner)
{
    public Text Words { get; } = words;
}
