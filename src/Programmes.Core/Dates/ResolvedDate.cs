namespace Programmes.Core.Dates;

/// <summary>A day and why it is that day.</summary>
/// <param name="On">The day, Asia/Shanghai, inclusive: a period that ends on it ends at its 24:00.</param>
/// <param name="IsProvisional">True if a holiday notice still to come can move it, itself or through its anchor.</param>
/// <param name="Why">Rule, anchor, counting rule, days skipped and counted, result; in this order, bounded, built when first read.</param>
public sealed record ResolvedDate(DateOnly On, bool IsProvisional, IReadOnlyList<Text> Why)
{
    /// <summary>A day that somebody set or that happened: nothing to count, nothing provisional.</summary>
    public static ResolvedDate Given(DateOnly on) => new(on, false, []);

    // Two dates are the same when they say the same; the list behind Why must not tell them apart.
    public bool Equals(ResolvedDate? other) =>
        ReferenceEquals(this, other)
        || (other is not null && On == other.On && IsProvisional == other.IsProvisional && Why.SequenceEqual(other.Why));

    public override int GetHashCode() => HashCode.Combine(On, IsProvisional);
}

/// <summary>Looks up the day of an anchor by its name; null if it is not known (yet).</summary>
public delegate ResolvedDate? AnchorLookup(string name);

/// <summary>What became of resolving a rule.</summary>
/// <param name="Success">True if there is a date.</param>
/// <param name="Date">The date; null without success.</param>
/// <param name="Error">Why there is none; null on success.</param>
/// <param name="MissingAnchor">The anchor that is not known yet, if that is the reason.</param>
public sealed record DateResolution(bool Success, ResolvedDate? Date, Text? Error, string? MissingAnchor);
