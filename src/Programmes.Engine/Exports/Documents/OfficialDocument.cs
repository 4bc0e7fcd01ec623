using System.Globalization;
using System.Text.RegularExpressions;

namespace Programmes.Engine.Exports.Documents;

/// <summary>
/// An official document (公文) as its author thinks of it: what it says, to whom, by whom. How that looks is the business of
/// <see cref="OfficialDocx"/>. Its words are Chinese, as the standard is.
/// </summary>
public sealed partial record OfficialDocument
{
    /// <summary>标题.</summary>
    public required string Title { get; init; }

    /// <summary>发文机关署名; null: left to whoever signs.</summary>
    public string? Issuer { get; init; }

    /// <summary>发文字号. With it the document gets its head: the issuer's mark in red, the number, and the red line.</summary>
    public string? Number { get; init; }

    /// <summary>主送机关.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>抄送机关.</summary>
    public IReadOnlyList<string> Copies { get; init; } = [];
    public required IReadOnlyList<DocumentBlock> Body { get; init; }

    /// <summary>成文日期.</summary>
    public DateOnly? On { get; init; }

    /// <summary>附注, in brackets below the date.</summary>
    public string? Note { get; init; }

    /// <summary>2023年9月30日.</summary>
    public static string Day(DateOnly on) => on.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    /// <summary>
    /// A plain text, a paragraph a line: lines numbered 一、 and （一） are headings, and so is a short line without a full stop,
    /// such as the name of an office above its entries.
    /// </summary>
    public static IReadOnlyList<DocumentBlock> Blocks(string text)
    {
        var blocks = new List<DocumentBlock>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (First().IsMatch(line) && line.Length <= HeadingLengthMax) blocks.Add(new DocumentHeading(1, line));
            else if (Second().IsMatch(line) && line.Length <= HeadingLengthMax) blocks.Add(new DocumentHeading(2, line));
            else if (line.Length <= HeadingLengthMax && !"。；：，！？.;:".Contains(line[^1], StringComparison.Ordinal)) blocks.Add(new DocumentHeading(2, line));
            else blocks.Add(new DocumentParagraph(line));
        }

        return blocks;
    }

    /// <summary>A heading is one line.</summary>
    private const int HeadingLengthMax = 26;

    [GeneratedRegex("^[一二三四五六七八九十]{1,3}、")]
    private static partial Regex First();

    [GeneratedRegex("^（[一二三四五六七八九十]{1,3}）")]
    private static partial Regex Second();
}

public abstract record DocumentBlock;

public sealed record DocumentParagraph(string Text) : DocumentBlock;

/// <param name="Level">1: 一、 in bold type; 2: （一）.</param>
public sealed record DocumentHeading(int Level, string Text) : DocumentBlock;

/// <param name="Columns">Titles and widths as shares of the whole.</param>
public sealed record DocumentTable(IReadOnlyList<(string Title, int Share)> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : DocumentBlock;
