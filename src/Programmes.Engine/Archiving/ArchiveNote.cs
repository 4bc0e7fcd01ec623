using System.Globalization;
using System.Text.RegularExpressions;

namespace Programmes.Engine.Archiving;

/// <summary>What the audit trail says of an archived programme, written and read.</summary>
/// <param name="File">The archive's name, without its folder; null: none was written.</param>
internal sealed partial record ArchiveNote(long Executions, long Leftovers, long Forms, string? File)
{
    public static ArchiveNote Of(ArchivedProgramme programme) => new(programme.Executions, programme.Leftovers, programme.Forms, Path.GetFileName(programme.File));

    /// <returns>Null: it is none.</returns>
    public static ArchiveNote? Read(string? text)
    {
        if (text is null || Pattern().Match(text) is not { Success: true } match) return null;
        return new(Number(1), Number(2), Number(3), match.Groups[4].Value is "-" ? null : match.Groups[4].Value);

        long Number(int group) => long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"executions {Executions}, leftovers {Leftovers}, forms {Forms}, archive {File ?? "-"}");

    [GeneratedRegex("^executions ([0-9]{1,18}), leftovers ([0-9]{1,18}), forms ([0-9]{1,18}), archive (.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
