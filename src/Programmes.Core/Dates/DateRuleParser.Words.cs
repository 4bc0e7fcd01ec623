namespace Programmes.Core.Dates;

/// <summary>Characters, words and what was perhaps meant.</summary>
internal sealed partial class DateRuleParser
{
    /// <summary>Characters of an unknown word that are repeated in an error.</summary>
    private const int WordShownMax = 40;

    private char Peek => at < input.Length ? input[at] : '\0';

    private static bool IsNameCharacter(char c) => char.IsLetterOrDigit(c) || c is '_' or '.';

    private static bool IsKeyword(string name) =>
        ChoiceWords.Any(word => Same(word.Word, name)) || OptionWords.Any(word => Same(word.Word, name));

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    internal static string Normalised(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                to[i] = from[i] switch
                {
                    // The full-width forms of ASCII: digits, letters, plus, minus, comma, brackets, dot.
                    >= '\uFF01' and <= '\uFF5E' => (char)(from[i] - '\uFF01' + '!'),
                    // Minus sign, figure dash, en dash: what office software makes of a hyphen.
                    '\u2212' or '\u2010' or '\u2011' or '\u2012' or '\u2013' => '-',
                    '、' => ',',
                    var c when char.IsWhiteSpace(c) => ' ',
                    var c => c,
                };
        });
    }

    private bool Fail(int position, string zh, string en)
    {
        // The first fault is the one to mend.
        if (faultAt < 0) (fault, faultAt) = (new(zh, en), position);
        return false;
    }

    private void SkipSpaces()
    {
        while (Peek == ' ') at++;
    }

    private bool Take(char expected)
    {
        if (Peek != expected) return false;
        at++;
        return true;
    }

    private int ReadDigits(out int count)
    {
        var (value, start) = (0, at);
        for (; char.IsAsciiDigit(Peek); at++)
            // More digits than a year has are no date; the value no longer matters then.
            if (at - start < 5) value = (value * 10) + (Peek - '0');
        count = at - start;
        return value;
    }

    /// <summary>Takes a word or phrase, any number of spaces for one; an English word must end where the letters end.</summary>
    private bool TakeWord(string word)
    {
        var i = at;
        foreach (var c in word)
        {
            if (c == ' ')
            {
                if (i >= input.Length || input[i] != ' ') return false;
                while (i < input.Length && input[i] == ' ') i++;
                continue;
            }
            if (i >= input.Length || char.ToLowerInvariant(input[i]) != c) return false;
            i++;
        }
        if (char.IsAscii(word[^1]) && i < input.Length && IsNameCharacter(input[i])) return false;
        // A name may begin with such a word (最早开工日); only the word by itself is the word.
        if (word is "最早" or "最晚" && i < input.Length && IsNameCharacter(input[i])) return false;
        at = i;
        return true;
    }

    /// <summary>The words up to the next sign, as typed.</summary>
    private string ReadWords()
    {
        var start = at;
        while (at < input.Length && input[at] is not ('+' or '-' or ',' or '(' or ')')) at++;
        var words = text[start..at].Trim();
        return words.Length <= WordShownMax ? words : string.Concat(words.AsSpan(0, WordShownMax), "…");
    }
}
