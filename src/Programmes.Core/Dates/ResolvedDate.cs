namespace Programmes.Core.Dates;

/// <summary>A date that can explain itself: rule, anchor, counting rule, days skipped or added, result.</summary>
/// <param name="On">Asia/Shanghai.</param>
/// <param name="IsProvisional">It depends on days for which no holiday notice has been issued yet.</param>
public sealed record ResolvedDate(DateOnly On, bool IsProvisional, IReadOnlyList<Text> Why);
