using Programmes.Engine.People;

namespace Programmes.Engine.Evidence;

/// <summary>A file's name as people see it. It is a name only: no path of ours is ever made from it.</summary>
internal static class EvidenceName
{
    /// <summary>Longest name, in characters.</summary>
    public const int LengthMax = 150;

    private const string Forbidden = "/\\:*?\"<>|";

    /// <exception cref="RefusedException">It has parts of a path, or characters that a name cannot show.</exception>
    public static string Checked(string? name)
    {
        name = name?.Trim() ?? "";
        if (name.Length == 0) throw new RefusedException(new("文件没有名称", "The file has no name"));
        if (name.Length > LengthMax) throw new RefusedException(new($"文件名最长 {LengthMax} 字，请改短后再上传", $"A file name has at most {LengthMax} characters; shorten it"));
        if (name.StartsWith('.') || name.EndsWith('.') || name.Any(character => Forbidden.Contains(character, StringComparison.Ordinal) || IsInvisible(character)))
            throw new RefusedException(new("文件名不能带路径、换行或特殊符号，请改名后再上传", "A file name has no path, line break or special sign; rename the file and upload it again"));
        return name;
    }

    // Marks that turn the direction of writing can make fdp.exe look like exe.pdf.
    private static bool IsInvisible(char character) =>
        char.IsControl(character) || char.GetUnicodeCategory(character) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;
}
