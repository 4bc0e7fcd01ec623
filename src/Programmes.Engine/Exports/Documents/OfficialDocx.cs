using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace Programmes.Engine.Exports.Documents;

/// <summary>
/// Writes a document as a Word file in the layout of GB/T 9704-2012: A4, margins of 37 mm above and 28 mm at the binding, a type
/// area of 156 × 225 mm with 22 lines of 28 characters, page numbers on the outside. Everything that can be is a style, so that an
/// office changes its looks in one place.
/// </summary>
public static class OfficialDocx
{
    /// <summary>Rows of a table, and paragraphs, of one document: what Word still opens at once.</summary>
    public const int RowsMax = 5_000;

    /// <summary>Width of a character in the body (16 pt, set closer so that 28 fill a line), in twentieths of a point.</summary>
    private const int CharacterTwips = 315;

    /// <summary>成文日期: 右空四字.</summary>
    private const double DateIndentCharacters = 4;
    private const double SignatureIndentMinCharacters = 2;

    /// <summary>Of 22 pt, on 442 pt.</summary>
    private const int TitleLineCharacters = 20;

    public static byte[] Write(OfficialDocument document, DateTimeOffset madeAt)
    {
        using var stream = new MemoryStream();
        using (var package = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document))
        {
            var main = package.AddMainDocumentPart();
            OfficialStyles.AddTo(main, document.Issuer);
            var body = new Body();
            main.Document = new Document(body);
            AddHead(body, document);
            body.Append(HeadingOf(document.Title));
            body.Append(Paragraph(OfficialStyles.Plain, ""));
            if (document.To.Count > 0) body.Append(Paragraph(OfficialStyles.Recipients, $"{string.Join('，', document.To)}："));
            foreach (var block in document.Body.Take(RowsMax)) body.Append(Of(block));
            AddSignature(body, document);
            if (document.Note is { Length: > 0 } note) body.Append(Paragraph(OfficialStyles.Text, $"（{note}）"));
            if (document.Copies.Count > 0) body.Append(Paragraph(OfficialStyles.Copies, $"抄送：{string.Join('，', document.Copies)}。"));
            body.Append(Section(main));
            package.PackageProperties.Title = Legal(document.Title);
            package.PackageProperties.Creator = document.Issuer is null ? null : Legal(document.Issuer);
            package.PackageProperties.Language = "zh-CN";
            package.PackageProperties.Created = madeAt.UtcDateTime;
            package.PackageProperties.Modified = madeAt.UtcDateTime;
        }

        return stream.ToArray();
    }

    private static void AddHead(Body body, OfficialDocument document)
    {
        if (document.Number is not { Length: > 0 } number) return;
        if (document.Issuer is { Length: > 0 } issuer) body.Append(Paragraph(OfficialStyles.Mark, $"{issuer}文件"), Paragraph(OfficialStyles.Plain, ""), Paragraph(OfficialStyles.Plain, ""));
        body.Append(Paragraph(OfficialStyles.Number, number), Paragraph(OfficialStyles.Plain, ""), Paragraph(OfficialStyles.Plain, ""));
    }

    /// <summary>标题: of several lines, each about as long as the others, never one with a single character.</summary>
    private static Paragraph HeadingOf(string title)
    {
        var lines = (title.Length + TitleLineCharacters - 1) / TitleLineCharacters;
        var paragraph = Paragraph(OfficialStyles.Title, "");
        var run = new Run();
        for (var (line, from) = (0, 0); line < lines; line++)
        {
            var length = (title.Length - from + lines - line - 1) / (lines - line);
            // A pair of surrogates stays together.
            if (from + length < title.Length && char.IsLowSurrogate(title[from + length])) length++;
            if (line > 0) run.Append(new Break());
            run.Append(new Text(Legal(title.Substring(from, length))) { Space = SpaceProcessingModeValues.Preserve });
            from += length;
        }

        paragraph.Append(run);
        return paragraph;
    }

    private static OpenXmlElement Of(DocumentBlock block) => block switch
    {
        DocumentHeading { Level: 1, Text: var text } => Paragraph(OfficialStyles.First, text),
        DocumentHeading { Text: var text } => Paragraph(OfficialStyles.Second, text),
        DocumentTable table => Of(table),
        DocumentParagraph { Text: var text } => Paragraph(OfficialStyles.Text, text),
        _ => throw new ArgumentOutOfRangeException(nameof(block)),
    };

    /// <summary>署名 centred over 成文日期, whichever is longer; the seal goes over both.</summary>
    private static void AddSignature(Body body, OfficialDocument document)
    {
        if (document.Issuer is null && document.On is null) return;
        body.Append(Paragraph(OfficialStyles.Plain, ""));
        var issuer = document.Issuer ?? "";
        var on = document.On is { } day ? OfficialDocument.Day(day) : "";
        var right = Math.Max(SignatureIndentMinCharacters, DateIndentCharacters + (Width(on) - Width(issuer)) / 2);
        if (issuer.Length > 0) body.Append(Signed(issuer, right));
        if (on.Length > 0) body.Append(Signed(on, right + (Width(issuer) - Width(on)) / 2 is var under && issuer.Length > 0 ? under : DateIndentCharacters));

        static Paragraph Signed(string text, double right)
        {
            var paragraph = Paragraph(OfficialStyles.Signature, text);
            var twips = ((int)Math.Round(right * CharacterTwips)).ToString(CultureInfo.InvariantCulture);
            paragraph.ParagraphProperties!.Append(new Indentation { Right = twips });
            return paragraph;
        }

        // Half-width digits take half a character.
        static double Width(string text) => text.Sum(c => c < 128 ? 0.5 : 1);
    }

    private static Table Of(DocumentTable table)
    {
        var shares = table.Columns.Sum(column => column.Share);
        var grid = new TableGrid();
        foreach (var (_, share) in table.Columns) grid.Append(new GridColumn { Width = Twips(share) });
        var result = new Table(
            new TableProperties(new TableStyle { Val = OfficialStyles.Grid }, new TableWidth { Width = "5000", Type = TableWidthUnitValues.Pct }, new TableLayout { Type = TableLayoutValues.Fixed }, new TableLook { FirstRow = true }),
            grid);
        result.Append(Row([.. table.Columns.Select(column => column.Title)], heading: true));
        foreach (var row in table.Rows.Take(RowsMax)) result.Append(Row(row, heading: false));
        return result;

        string Twips(int share) => (OfficialStyles.TextWidthTwips * share / shares).ToString(CultureInfo.InvariantCulture);

        TableRow Row(IReadOnlyList<string> cells, bool heading)
        {
            var properties = new TableRowProperties(new CantSplit());
            if (heading) properties.Append(new TableHeader());
            var made = new TableRow(properties);
            for (var i = 0; i < table.Columns.Count; i++)
                made.Append(new TableCell(new TableCellProperties(new TableCellWidth { Width = Twips(table.Columns[i].Share), Type = TableWidthUnitValues.Dxa }), Paragraph(heading ? OfficialStyles.CellHeading : OfficialStyles.Cell, i < cells.Count ? cells[i] : "")));
            return made;
        }
    }

    private static Paragraph Paragraph(string style, string text)
    {
        var paragraph = new Paragraph(new ParagraphProperties(new ParagraphStyleId { Val = style }));
        if (text.Length > 0) paragraph.Append(new Run(new Text(Legal(text)) { Space = SpaceProcessingModeValues.Preserve }));
        return paragraph;
    }

    /// <summary>The page, and its number outside: right on odd pages, left on even ones.</summary>
    private static SectionProperties Section(MainDocumentPart main)
    {
        return new SectionProperties(
            new FooterReference { Type = HeaderFooterValues.Default, Id = Footer(OfficialStyles.OddPage) },
            new FooterReference { Type = HeaderFooterValues.Even, Id = Footer(OfficialStyles.EvenPage) },
            OfficialStyles.PageSize(), OfficialStyles.PageMargin(), new DocGrid { Type = DocGridValues.Lines, LinePitch = OfficialStyles.LineTwips });

        string Footer(string style)
        {
            var part = main.AddNewPart<FooterPart>();
            part.Footer = new Footer(new Paragraph(
                new ParagraphProperties(new ParagraphStyleId { Val = style }),
                new Run(new Text("— ") { Space = SpaceProcessingModeValues.Preserve }),
                new SimpleField(new Run(new Text("1"))) { Instruction = " PAGE " },
                new Run(new Text(" —") { Space = SpaceProcessingModeValues.Preserve })));
            return main.GetIdOfPart(part);
        }
    }

    private static string Legal(string text) => Sheets.SheetText.Legal(text).Replace('\n', ' ').Replace('\t', ' ');
}
