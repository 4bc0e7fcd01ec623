using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Programmes.Engine.Exports.Sheets;

/// <param name="Title">In the heading row.</param>
/// <param name="WidthCharacters">Of half-width characters; a Chinese one takes two.</param>
/// <param name="Choices">Names a list that cells choose from (<see cref="XlsxWriter.AddChoices"/>); null: free.</param>
public sealed record SheetColumn(string Title, double WidthCharacters, string? Choices = null);

/// <summary>
/// Writes an Excel workbook row by row: nothing but the row at hand is held, whatever the number of rows. Sheets are written one
/// after the other; each has a frozen heading row that filters, and prints on A4 with the heading on every page.
/// </summary>
/// <remarks>The parts are few and fixed, so they are written straight into the package: the Open XML SDK holds a package being made in memory.</remarks>
public sealed class XlsxWriter : IDisposable
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";

    /// <summary>Rows of a sheet that a list of choices reaches.</summary>
    private const int ChoiceRowsMax = 100_000;

    private static readonly XmlWriterSettings Xml = new() { Encoding = new UTF8Encoding(false), CloseOutput = true };

    private readonly ZipArchive package;
    private readonly string title;
    private readonly DateTimeOffset madeAt;
    private readonly List<(string Name, int Columns, bool Filter)> sheets = [];
    private readonly List<(string Name, string Formula)> choices = [];
    private SheetWriter? open;

    /// <param name="stream">Left open.</param>
    /// <param name="madeAt">Stands in the file's properties.</param>
    public XlsxWriter(Stream stream, string title, DateTimeOffset madeAt)
    {
        package = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        (this.title, this.madeAt) = (title, madeAt);
        Part("xl/styles.xml", SheetStyles.Write);
    }

    /// <summary>Names cells of a sheet, from its second row down, that columns choose from.</summary>
    /// <param name="column">From 0.</param>
    public void AddChoices(string name, string sheet, int column, int count)
    {
        var letter = SheetText.Column(column);
        choices.Add((name, $"'{SheetText.SheetName(sheet).Replace("'", "''", StringComparison.Ordinal)}'!${letter}$2:${letter}${Math.Max(2, count + 1).ToString(CultureInfo.InvariantCulture)}"));
    }

    /// <summary>Begins a sheet; the one before it is finished.</summary>
    /// <param name="filter">Its heading row filters; false: for a sheet that is read as a text.</param>
    public SheetWriter AddSheet(string name, IReadOnlyList<SheetColumn> columns, bool filter = true)
    {
        open?.Finish();
        // Two sheets of one name would make the file unreadable.
        var given = SheetText.SheetName(name);
        var number = (sheets.Count + 1).ToString(CultureInfo.InvariantCulture);
        if (sheets.Exists(sheet => string.Equals(sheet.Name, given, StringComparison.OrdinalIgnoreCase))) given = SheetText.SheetName(number + given);
        sheets.Add((given, columns.Count, filter));
        var entry = package.CreateEntry($"xl/worksheets/sheet{number}.xml", CompressionLevel.Fastest);
        return open = new(XmlWriter.Create(entry.Open(), Xml), columns, filter, sheets.Count == 1);
    }

    /// <summary>Writes what the package needs beside its sheets.</summary>
    public void Dispose()
    {
        open?.Finish();
        Part("xl/workbook.xml", WriteWorkbook);
        Part("xl/_rels/workbook.xml.rels", xml => WriteRelations(xml, sheets.Select((_, i) => ($"rId{i + 1}", $"{Relations}/worksheet", $"worksheets/sheet{i + 1}.xml")).Append(("rIdStyles", $"{Relations}/styles", "styles.xml"))));
        Part("_rels/.rels", xml => WriteRelations(xml, [("rId1", $"{Relations}/officeDocument", "xl/workbook.xml"), ("rId2", $"{Package}/relationships/metadata/core-properties", "docProps/core.xml")]));
        Part("docProps/core.xml", WriteProperties);
        Part("[Content_Types].xml", WriteTypes);
        package.Dispose();
    }

    private void Part(string name, Action<XmlWriter> write)
    {
        using var xml = XmlWriter.Create(package.CreateEntry(name, CompressionLevel.Fastest).Open(), Xml);
        xml.WriteStartDocument(standalone: true);
        write(xml);
    }

    private void WriteWorkbook(XmlWriter xml)
    {
        xml.WriteStartElement("workbook", Main);
        xml.WriteAttributeString("xmlns", "r", null, Relations);
        xml.WriteStartElement("sheets", Main);
        for (var i = 0; i < sheets.Count; i++)
        {
            xml.WriteStartElement("sheet", Main);
            xml.WriteAttributeString("name", sheets[i].Name);
            xml.WriteAttributeString("sheetId", (i + 1).ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("id", Relations, $"rId{(i + 1).ToString(CultureInfo.InvariantCulture)}");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteStartElement("definedNames", Main);
        // In the order of their names, as Excel keeps them.
        for (var i = 0; i < sheets.Count; i++)
        {
            xml.WriteStartElement("definedName", Main);
            xml.WriteAttributeString("name", "_xlnm.Print_Titles");
            xml.WriteAttributeString("localSheetId", i.ToString(CultureInfo.InvariantCulture));
            xml.WriteString($"'{sheets[i].Name.Replace("'", "''", StringComparison.Ordinal)}'!$1:$1");
            xml.WriteEndElement();
        }

        foreach (var (name, formula) in choices)
        {
            xml.WriteStartElement("definedName", Main);
            xml.WriteAttributeString("name", name);
            xml.WriteString(formula);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteRelations(XmlWriter xml, IEnumerable<(string Id, string Type, string Target)> relations)
    {
        xml.WriteStartElement("Relationships", $"{Package}/relationships");
        foreach (var (id, type, target) in relations)
        {
            xml.WriteStartElement("Relationship", $"{Package}/relationships");
            xml.WriteAttributeString("Id", id);
            xml.WriteAttributeString("Type", type);
            xml.WriteAttributeString("Target", target);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private void WriteProperties(XmlWriter xml)
    {
        const string dublin = "http://purl.org/dc/elements/1.1/";
        xml.WriteStartElement("cp", "coreProperties", $"{Package}/metadata/core-properties");
        xml.WriteElementString("dc", "title", dublin, SheetText.Clean(title));
        xml.WriteStartElement("dcterms", "created", "http://purl.org/dc/terms/");
        xml.WriteAttributeString("xsi", "type", "http://www.w3.org/2001/XMLSchema-instance", "dcterms:W3CDTF");
        xml.WriteString(madeAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private void WriteTypes(XmlWriter xml)
    {
        const string sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml";
        xml.WriteStartElement("Types", $"{Package}/content-types");
        Type("Default", "Extension", "rels", "application/vnd.openxmlformats-package.relationships+xml");
        Type("Default", "Extension", "xml", "application/xml");
        Type("Override", "PartName", "/xl/workbook.xml", $"{sheet}.sheet.main+xml");
        Type("Override", "PartName", "/xl/styles.xml", $"{sheet}.styles+xml");
        Type("Override", "PartName", "/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml");
        for (var i = 1; i <= sheets.Count; i++) Type("Override", "PartName", $"/xl/worksheets/sheet{i.ToString(CultureInfo.InvariantCulture)}.xml", $"{sheet}.worksheet+xml");
        xml.WriteEndElement();

        void Type(string element, string key, string value, string type)
        {
            xml.WriteStartElement(element, $"{Package}/content-types");
            xml.WriteAttributeString(key, value);
            xml.WriteAttributeString("ContentType", type);
            xml.WriteEndElement();
        }
    }

    /// <summary>One sheet: its rows in order, the heading first, which is written already.</summary>
    public sealed class SheetWriter
    {
        /// <summary>Excel's own limit.</summary>
        private const int RowsMax = 1_048_576;

        private readonly XmlWriter xml;
        private readonly IReadOnlyList<SheetColumn> columns;
        private readonly bool filter;
        private int rows;
        private bool isFinished;

        internal SheetWriter(XmlWriter xml, IReadOnlyList<SheetColumn> columns, bool filter, bool first)
        {
            (this.xml, this.columns, this.filter) = (xml, columns, filter);
            xml.WriteStartDocument(standalone: true);
            xml.WriteStartElement("worksheet", Main);
            xml.WriteRaw("<sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView workbookViewId=\"0\"");
            if (first) xml.WriteRaw(" tabSelected=\"1\"");
            xml.WriteRaw("><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/><selection pane=\"bottomLeft\"/></sheetView></sheetViews><cols>");
            for (var i = 1; i <= columns.Count; i++)
                xml.WriteRaw(string.Create(CultureInfo.InvariantCulture, $"<col min=\"{i}\" max=\"{i}\" width=\"{columns[i - 1].WidthCharacters:0.##}\" customWidth=\"1\"/>"));
            xml.WriteRaw("</cols>");
            xml.WriteStartElement("sheetData", Main);
            Row([.. columns.Select(column => Cell.Heading(column.Title))]);
        }

        /// <summary>The next row.</summary>
        /// <exception cref="InvalidOperationException">The sheet is full.</exception>
        public void Row(params ReadOnlySpan<Cell> cells)
        {
            if (rows >= RowsMax) throw new InvalidOperationException("A sheet takes no more rows.");
            var number = (++rows).ToString(CultureInfo.InvariantCulture);
            xml.WriteStartElement("row", Main);
            xml.WriteAttributeString("r", number);
            for (var i = 0; i < cells.Length; i++)
                if (cells[i].Kind != CellKind.Empty || cells[i].Look == CellLook.Faulty) Write(cells[i], SheetText.Column(i) + number);
            xml.WriteEndElement();
        }

        private void Write(Cell cell, string reference)
        {
            xml.WriteStartElement("c", Main);
            xml.WriteAttributeString("r", reference);
            var quoted = cell is { Kind: CellKind.Text, Look: CellLook.Plain } && SheetText.LooksLikeFormula(cell.Text!);
            xml.WriteAttributeString("s", SheetStyles.Of(cell.Kind, cell.Look, quoted));
            if (cell.Kind == CellKind.Text)
            {
                xml.WriteAttributeString("t", "inlineStr");
                xml.WriteStartElement("is", Main);
                xml.WriteStartElement("t", Main);
                xml.WriteAttributeString("xml", "space", null, "preserve");
                xml.WriteString(SheetText.Clean(cell.Text!));
                xml.WriteEndElement();
                xml.WriteEndElement();
            }
            else if (cell.Kind != CellKind.Empty)
            {
                xml.WriteElementString("v", Main, cell.Number.ToString(CultureInfo.InvariantCulture));
            }

            xml.WriteEndElement();
        }

        internal void Finish()
        {
            if (isFinished) return;
            isFinished = true;
            xml.WriteEndElement();
            if (filter) xml.WriteRaw(string.Create(CultureInfo.InvariantCulture, $"<autoFilter ref=\"A1:{SheetText.Column(columns.Count - 1)}{rows}\"/>"));
            var chosen = columns.Select((column, i) => (column.Choices, Letter: SheetText.Column(i))).Where(column => column.Choices is not null).ToList();
            if (chosen.Count > 0)
            {
                xml.WriteRaw(string.Create(CultureInfo.InvariantCulture, $"<dataValidations count=\"{chosen.Count}\">"));
                foreach (var (name, letter) in chosen)
                    xml.WriteRaw(string.Create(CultureInfo.InvariantCulture, $"<dataValidation type=\"list\" allowBlank=\"1\" showErrorMessage=\"1\" sqref=\"{letter}2:{letter}{ChoiceRowsMax}\"><formula1>{name}</formula1></dataValidation>"));
                xml.WriteRaw("</dataValidations>");
            }

            xml.WriteRaw("<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/><pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/><headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter>");
            xml.WriteEndElement();
            xml.Dispose();
        }
    }
}
