using System.Globalization;
using Programmes.Core.Calendars;

namespace Programmes.Engine.Exports.Sheets;

/// <summary>What a cell of a sheet holds: its kind decides how Excel sorts and shows it.</summary>
public enum CellKind { Empty, Text, Day, Instant, Number }

/// <summary>How a cell looks beside its kind.</summary>
public enum CellLook { Plain, Heading, Note, Faulty }

/// <summary>One value of a sheet. A text never becomes a formula, whatever it begins with.</summary>
public readonly record struct Cell
{
    /// <summary>The longest text that Excel takes; what is longer is cut, with an ellipsis.</summary>
    public const int TextLengthMax = 32_767;

    /// <summary>Day 0 of Excel's calendar; its days before March 1900 are wrong, and none of ours lies there.</summary>
    private static readonly DateOnly Epoch = new(1899, 12, 30);

    private Cell(CellKind kind, string? text, decimal number) => (Kind, Text, Number) = (kind, text, number);

    public static Cell Empty => default;

    public CellKind Kind { get; }

    /// <summary>Of a text; null otherwise.</summary>
    public string? Text { get; }

    /// <summary>Of a number; days since Excel's day 0 for a day or an instant.</summary>
    public decimal Number { get; }

    public CellLook Look { get; init; }

    /// <summary>Empty for null and for an empty text.</summary>
    public static Cell Of(string? text) => string.IsNullOrEmpty(text) ? Empty : new(CellKind.Text, text, 0);

    public static Cell Of(DateOnly? on) => on is { } day ? new(CellKind.Day, null, day.DayNumber - Epoch.DayNumber) : Empty;

    /// <summary>Shown in Asia/Shanghai, to the minute.</summary>
    public static Cell Of(DateTimeOffset? at)
    {
        if (at is not { } instant) return Empty;
        var local = instant.ToOffset(ChinaTime.Offset);
        return new(CellKind.Instant, null, DateOnly.FromDateTime(local.DateTime).DayNumber - Epoch.DayNumber + decimal.Round((decimal)local.TimeOfDay.TotalDays, 10));
    }

    public static Cell Of(decimal? number) => number is { } value ? new(CellKind.Number, null, value) : Empty;

    public static Cell Heading(string text) => new(CellKind.Text, text, 0) { Look = CellLook.Heading };

    public override string ToString() => Text ?? Number.ToString(CultureInfo.InvariantCulture);
}
