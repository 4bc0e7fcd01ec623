namespace Programmes.Core;

/// <summary>Words for people, in both languages of the product. Chinese comes first everywhere.</summary>
/// <param name="Zh">Simplified Chinese; never empty for a text that is shown.</param>
/// <param name="En">English; complete, not a summary.</param>
public readonly record struct Text(string Zh, string En)
{
    /// <summary>A name that is the same in both languages, such as one that an office typed.</summary>
    public static Text Same(string value) => new(value, value);

    /// <summary>The words in the language asked for; anything that is not English is Chinese.</summary>
    public string In(string language) => language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? En : Zh;

    public override string ToString() => Zh;
}
