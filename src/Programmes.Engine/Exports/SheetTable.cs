using Programmes.Core;
using Programmes.Engine.Exports.Sheets;

namespace Programmes.Engine.Exports;

/// <summary>A column of an exported list.</summary>
/// <param name="WidthCharacters">Of half-width characters.</param>
internal sealed record ListColumn<T>(Text Title, double WidthCharacters, Func<T, Cell> Value);

/// <summary>One list as a workbook: the rows on the first sheet, on the second what they are and who took them out when.</summary>
internal sealed record SheetTable<T>(Text Title, IReadOnlyList<ListColumn<T>> Columns)
{
    /// <summary>What the list was narrowed to; in the words of the person.</summary>
    public IReadOnlyList<(Text What, string Value)> Facts { get; init; } = [];

    /// <param name="rowsMax">More are left out, which both sheets say.</param>
    /// <returns>How many rows were written.</returns>
    public async Task<int> WriteAsync(Stream stream, IAsyncEnumerable<T> rows, int rowsMax, string language, string person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var book = new XlsxWriter(stream, Title.In(language), now);
        var sheet = book.AddSheet(Title.In(language), [.. Columns.Select(column => new SheetColumn(column.Title.In(language), column.WidthCharacters))]);
        var (written, cut) = (0, false);
        var cells = new Cell[Columns.Count];
        await foreach (var row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cut = written >= rowsMax;
            if (cut) break;
            for (var i = 0; i < cells.Length; i++) cells[i] = Columns[i].Value(row);
            sheet.Row(cells);
            written++;
        }

        var note = new Text($"只导出前 {rowsMax} 行，其余没有列出；请缩小范围后再导出", $"Only the first {rowsMax} rows are here; narrow the list down to see the rest");
        if (cut) sheet.Row(Cell.Of(note.In(language)) with { Look = CellLook.Note });
        WriteNotes(book, language, person, now, written, cut ? note : null);
        return written;
    }

    private void WriteNotes(XlsxWriter book, string language, string person, DateTimeOffset now, int rows, Text? note)
    {
        var sheet = book.AddSheet(new Text("说明", "Notes").In(language), [new(new Text("项目", "What").In(language), 18), new(new Text("内容", "Value").In(language), 60)], filter: false);
        Line(new("名称", "List"), Cell.Of(Title.In(language)));
        foreach (var (what, value) in Facts) Line(what, Cell.Of(value));
        Line(new("行数", "Rows"), Cell.Of(rows));
        Line(new("导出时间", "Exported at"), Cell.Of(now));
        Line(new("导出人", "Exported by"), Cell.Of(person));
        if (note is { } words) Line(new("注意", "Note"), Cell.Of(words.In(language)));

        void Line(Text what, Cell value) => sheet.Row(Cell.Of(what.In(language)), value);
    }
}
