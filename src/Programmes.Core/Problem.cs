namespace Programmes.Core;

public enum ProblemSeverity { Warning, Error }

/// <summary>
/// Something wrong with a definition, a launch or a plan, located so that a person can mend it.
/// An <see cref="ProblemSeverity.Error"/> cannot work and blocks a launch; a warning is for the office to see.
/// </summary>
/// <param name="Code">Stable, kebab-case; tests and scripts may rely on it.</param>
/// <param name="Message">What is wrong and what to do, in the user's language.</param>
/// <param name="File">The file as the user named it, if one is concerned.</param>
/// <param name="ActivityId">The activity concerned.</param>
/// <param name="Property">The property, or the JSON path within the file.</param>
public sealed record Problem(
    ProblemSeverity Severity,
    string Code,
    Text Message,
    string? File = null,
    string? ActivityId = null,
    string? Property = null)
{
    /// <summary>The day concerned (Asia/Shanghai), where the problem is about a date.</summary>
    public DateOnly? On { get; init; }
    public int? Batch { get; init; }

    /// <summary>The id of the definition concerned, where the file that it came from is not known.</summary>
    public string? Definition { get; init; }
    public string? Unit { get; init; }

    public static Problem Error(string code, Text message, string? file = null, string? activityId = null, string? property = null) =>
        new(ProblemSeverity.Error, code, message, file, activityId, property);

    public static Problem Warning(string code, Text message, string? file = null, string? activityId = null, string? property = null) =>
        new(ProblemSeverity.Warning, code, message, file, activityId, property);
}
