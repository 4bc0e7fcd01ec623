using Programmes.Core;

namespace Programmes.Engine.People;

/// <summary>What is wrong with one field of a form.</summary>
/// <param name="Field">As the use case names it; a page knows its own fields by it.</param>
public sealed record FieldProblem(string Field, Text Words);

/// <summary>A form is refused field by field. Nothing was changed.</summary>
#pragma warning disable CA1032 // It is never thrown without words in both languages.
public sealed class FieldsRefusedException(IReadOnlyList<FieldProblem> problems) : RefusedException(Summary(problems))
#pragma warning restore CA1032
{
    private const int ShownMax = 5;

    public IReadOnlyList<FieldProblem> Problems { get; } = problems;

    private static Text Summary(IReadOnlyList<FieldProblem> problems)
    {
        var shown = problems.Take(ShownMax).Select(problem => problem.Words).ToList();
        return new(string.Join("；", shown.Select(words => words.Zh)), string.Join("; ", shown.Select(words => words.En)));
    }
}
