using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using Programmes.Engine.People;

namespace Programmes.Engine.Exports.Sheets;

/// <param name="Text">As Excel shows it, without white space at the ends; a date as yyyy-MM-dd.</param>
/// <param name="IsFormula">Its value is the result of a formula, which may be stale or missing.</param>
public readonly record struct ReadCell(string Text, bool IsFormula = false);

/// <param name="Number">As Excel counts, from 1.</param>
/// <param name="Cells">By column, from 0; empty columns are left out.</param>
public sealed record ReadRow(int Number, IReadOnlyDictionary<int, ReadCell> Cells);

/// <summary>
/// Reads the first visible sheet of an Excel workbook (.xlsx) that a stranger may have made. Nothing in it is run or followed:
/// formulas are marked, links to other files are never opened. Every part is read up to a limit of what it unpacks to.
/// </summary>
public sealed class XlsxReader : IDisposable
{
    /// <summary>Largest file. 38,600 units are some 3 MB.</summary>
    public const long LengthMaxBytes = 20L * 1024 * 1024;

    /// <summary>What all parts that are read may unpack to.</summary>
    public const long UnpackedMaxBytes = 300L * 1024 * 1024;

    /// <summary>Parts of a package.</summary>
    public const int PartsMax = 1_000;

    /// <summary>Rows with something in them.</summary>
    public const int RowsMax = 60_000;

    /// <summary>Columns that are looked at; others are left out.</summary>
    public const int ColumnsMax = 64;

    /// <summary>Characters of a cell; longer ones are cut, and then refused by whoever checks the text.</summary>
    public const int CellLengthMax = 2_000;

    private const int SharedTextsMax = 1_000_000;
    private static readonly int[] DateFormats = [14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58];

    private readonly ZipArchive package;
    private readonly List<string> shared;
    private readonly List<bool> isDate;
    private readonly ZipArchiveEntry sheet;
    private readonly bool since1904;
    private long unpackedLeft = UnpackedMaxBytes;

    private XlsxReader(ZipArchive package)
    {
        this.package = package;
        var (path, from1904) = FindSheet();
        since1904 = from1904;
        sheet = package.GetEntry(path) ?? throw NoWorkbook();
        shared = ReadShared();
        isDate = ReadDateStyles();
    }

    /// <param name="stream">Must seek; left open.</param>
    /// <exception cref="RefusedException">It is no workbook, has macros or a password, or is too large.</exception>
    public static XlsxReader Open(Stream stream)
    {
        if (stream.Length > LengthMaxBytes) throw new RefusedException(new($"文件超过 {LengthMaxBytes / 1024 / 1024} MB，请拆成几个文件或删去图片等多余内容", $"The file is larger than {LengthMaxBytes / 1024 / 1024} MB; split it, or remove pictures and the like"));
        Span<byte> start = stackalloc byte[8];
        stream.Position = 0;
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (read == 8 && start.SequenceEqual<byte>([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
            throw new RefusedException(new("这是旧格式（.xls）或加了密码的文件；请在 Excel 中取消密码，另存为“Excel 工作簿（.xlsx）”后再上传", "The file is in the old format (.xls) or has a password; take the password off and save it as an Excel workbook (.xlsx)"));
        if (read < 4 || !start[..4].SequenceEqual("PK\u0003\u0004"u8)) throw NoWorkbook();
        ZipArchive? package = null;
        try
        {
            package = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            Check(package);
            return new(package);
        }
        catch (Exception e) when (e is InvalidDataException or XmlException)
        {
            package?.Dispose();
            throw NoWorkbook();
        }
        catch
        {
            package?.Dispose();
            throw;
        }
    }

    /// <summary>The rows with something in them, in order.</summary>
    /// <exception cref="RefusedException">There are too many, they unpack to too much, or the file is damaged.</exception>
    public IEnumerable<ReadRow> Rows()
    {
        using var rows = RowsUnchecked().GetEnumerator();
        for (var count = 0; ; count++)
        {
            try
            {
                if (!rows.MoveNext()) yield break;
            }
            catch (Exception e) when (e is InvalidDataException or XmlException or FormatException or OverflowException)
            {
                throw new RefusedException(new("文件已损坏，读不出来；请在 Excel 中打开并另存后再试", "The file is damaged; open it in Excel, save it again and retry"));
            }

            if (count >= RowsMax) throw new RefusedException(new($"数据超过 {RowsMax} 行，请拆成几个文件", $"There are more than {RowsMax} rows; split the file"));
            yield return rows.Current;
        }
    }

    public void Dispose() => package.Dispose();

    private IEnumerable<ReadRow> RowsUnchecked()
    {
        using var xml = Xml(sheet);
        var last = 0;
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "row") continue;
            last = xml.GetAttribute("r") is { } given ? int.Parse(given, NumberStyles.None, CultureInfo.InvariantCulture) : last + 1;
            var cells = ReadCells(xml);
            if (cells.Count > 0) yield return new(last, cells);
        }
    }

    private Dictionary<int, ReadCell> ReadCells(XmlReader xml)
    {
        var cells = new Dictionary<int, ReadCell>();
        if (xml.IsEmptyElement) return cells;
        var column = -1;
        while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "row"))
        {
            if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "c") continue;
            column = xml.GetAttribute("r") is { } reference ? ColumnOf(reference) : column + 1;
            var cell = ReadCell(xml);
            if (column is >= 0 and < ColumnsMax && (cell.Text.Length > 0 || cell.IsFormula)) cells[column] = cell;
        }

        return cells;
    }

    private ReadCell ReadCell(XmlReader xml)
    {
        var type = xml.GetAttribute("t");
        var style = xml.GetAttribute("s") is { } s && int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : -1;
        if (xml.IsEmptyElement) return new("");
        var text = new StringBuilder();
        var (formula, phonetic) = (false, 0);
        while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "c"))
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "f") formula = true;
            // The text of a formula, and the reading of a text, are not its value.
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "f" or "rPh", IsEmptyElement: false }) phonetic++;
            else if (xml is { NodeType: XmlNodeType.EndElement, LocalName: "f" or "rPh" }) phonetic--;
            else if (phonetic == 0 && xml.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace or XmlNodeType.CDATA && text.Length <= CellLengthMax) text.Append(xml.Value);
        }

        return new(Value(text.ToString(), type, style), formula);
    }

    private string Value(string text, string? type, int style)
    {
        switch (type)
        {
            case "s":
                var index = int.Parse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
                return index < shared.Count ? shared[index] : throw new InvalidDataException("A shared text that does not exist.");
            case "inlineStr" or "str":
                return Tidy(text);
            case "b":
                return text.Trim() == "1" ? "TRUE" : "FALSE";
            case "d":
                return text.Trim() is { Length: >= 10 } date ? date[..10] : text.Trim();
            case "e":
                return text.Trim();
        }

        text = text.Trim();
        if (text.Length == 0 || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return text;
        if (style >= 0 && style < isDate.Count && isDate[style] && number is > 60 and < 2_958_466) return new DateOnly(since1904 ? 1904 : 1899, since1904 ? 1 : 12, since1904 ? 1 : 30).AddDays((int)number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        // Excel keeps 15 digits; its own notation 1E+05 for a number typed plainly would be no id.
        return Math.Abs(number) < 1e15 ? ((decimal)number).ToString("0.###############", CultureInfo.InvariantCulture) : text;
    }

    private static string Tidy(string text)
    {
        text = SheetText.Unescape(text).Trim();
        return text.Length <= CellLengthMax ? text : text[..(CellLengthMax + 1)];
    }

    private (string Path, bool Since1904) FindSheet()
    {
        using var xml = Xml(package.GetEntry("xl/workbook.xml") ?? throw NoWorkbook());
        string? id = null;
        var since = false;
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element) continue;
            if (xml.LocalName == "workbookPr") since = xml.GetAttribute("date1904") is "1" or "true";
            if (xml.LocalName != "sheet" || id is not null || xml.GetAttribute("state") is "hidden" or "veryHidden") continue;
            for (var more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
                if (xml.LocalName == "id" && xml.Prefix.Length > 0) id = xml.Value;
            xml.MoveToElement();
        }

        if (id is null) throw NoWorkbook();
        using var relations = Xml(package.GetEntry("xl/_rels/workbook.xml.rels") ?? throw NoWorkbook());
        while (relations.Read())
            if (relations.NodeType == XmlNodeType.Element && relations.LocalName == "Relationship" && relations.GetAttribute("Id") == id && relations.GetAttribute("TargetMode") != "External" && relations.GetAttribute("Target") is { } target)
                return (target.StartsWith('/') ? target[1..] : $"xl/{target}", since);
        throw NoWorkbook();
    }

    private List<string> ReadShared()
    {
        var texts = new List<string>();
        if (package.GetEntry("xl/sharedStrings.xml") is not { } part) return texts;
        using var xml = Xml(part);
        var text = new StringBuilder();
        var phonetic = 0;
        while (xml.Read())
        {
            switch (xml)
            {
                case { NodeType: XmlNodeType.Element, LocalName: "si" }:
                    text.Clear();
                    if (xml.IsEmptyElement) texts.Add("");
                    break;
                case { NodeType: XmlNodeType.Element, LocalName: "rPh", IsEmptyElement: false }:
                    phonetic++;
                    break;
                case { NodeType: XmlNodeType.EndElement, LocalName: "rPh" }:
                    phonetic--;
                    break;
                case { NodeType: XmlNodeType.EndElement, LocalName: "si" }:
                    texts.Add(Tidy(text.ToString()));
                    break;
                case { NodeType: XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.CDATA } when phonetic == 0 && text.Length <= CellLengthMax:
                    text.Append(xml.Value);
                    break;
            }

            if (texts.Count > SharedTextsMax) throw TooLarge();
        }

        return texts;
    }

    /// <summary>For each cell format, whether it shows a number as a day.</summary>
    private List<bool> ReadDateStyles()
    {
        var styles = new List<bool>();
        if (package.GetEntry("xl/styles.xml") is not { } part) return styles;
        var own = new HashSet<int>();
        using var xml = Xml(part);
        var inCells = false;
        while (xml.Read())
        {
            if (xml.LocalName == "cellXfs") inCells = xml.NodeType == XmlNodeType.Element && !xml.IsEmptyElement;
            if (xml.NodeType != XmlNodeType.Element) continue;
            if (xml.LocalName == "numFmt" && int.TryParse(xml.GetAttribute("numFmtId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && IsDateCode(xml.GetAttribute("formatCode") ?? "")) own.Add(id);
            else if (inCells && xml.LocalName == "xf" && styles.Count < 65_536) styles.Add(int.TryParse(xml.GetAttribute("numFmtId"), NumberStyles.None, CultureInfo.InvariantCulture, out var format) && (DateFormats.Contains(format) || own.Contains(format)));
        }

        return styles;
    }

    private static bool IsDateCode(string code)
    {
        var quoted = false;
        for (var i = 0; i < code.Length; i++)
        {
            if (code[i] == '"') quoted = !quoted;
            else if (code[i] == '\\') i++;
            else if (code[i] == '[') while (i + 1 < code.Length && code[i] != ']') i++;
            else if (!quoted && code[i] is 'y' or 'Y' or 'd' or 'D') return true;
        }

        return false;
    }

    private static void Check(ZipArchive package)
    {
        if (package.Entries.Count > PartsMax) throw TooLarge();
        if (package.Entries.Any(entry => entry.FullName.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase) || entry.FullName.Contains("macrosheets/", StringComparison.OrdinalIgnoreCase)))
            throw new RefusedException(new("文件带有宏，不能使用；请另存为“Excel 工作簿（.xlsx）”后再上传", "The file has macros; save it as an Excel workbook (.xlsx) without them"));
    }

    /// <summary>A part, without document types or anything outside of it, up to what is left to unpack.</summary>
    private XmlReader Xml(ZipArchiveEntry part) => XmlReader.Create(new BoundedStream(part.Open(), this), new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = true, IgnoreComments = true, IgnoreProcessingInstructions = true,
    });

    private static int ColumnOf(string reference)
    {
        var column = 0;
        foreach (var c in reference)
        {
            if (!char.IsAsciiLetter(c) || column > 100_000) break;
            column = column * 26 + (char.ToUpperInvariant(c) - 'A' + 1);
        }

        return column - 1;
    }

    private static RefusedException NoWorkbook() => new(new("这不是 Excel 工作簿（.xlsx）；请下载模板填写，或在 Excel 中另存为 .xlsx", "This is no Excel workbook (.xlsx); fill in the template, or save the file as .xlsx in Excel"));

    private static RefusedException TooLarge() => new(new("文件解开后过大，不能使用；请只保留单位名单", "The file unpacks to too much; keep only the list of units"));

    /// <summary>Counts what really comes out of the package: what it says of itself may be a lie.</summary>
    private sealed class BoundedStream(Stream inner, XlsxReader owner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Counted(inner.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Counted(inner.Read(buffer));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        private int Counted(int read)
        {
            owner.unpackedLeft -= read;
            return owner.unpackedLeft >= 0 ? read : throw TooLarge();
        }
    }
}
