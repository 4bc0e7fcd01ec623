using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml.Packaging;
using Programmes.Engine.Exports.Sheets;
using Programmes.Engine.People;

namespace Programmes.Engine.Tests.Exports;

public sealed class XlsxTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 4, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Written_IsValidAndReadsBackAsItWas()
    {
        using var file = Written(
            [Cell.Of("示例一站"), Cell.Of(new DateOnly(2023, 9, 30)), Cell.Of(12), Cell.Of(Now)],
            [Cell.Of("第二行\n换行"), Cell.Empty, Cell.Of(-3.5m), Cell.Empty]);

        using (var package = SpreadsheetDocument.Open(file, isEditable: false)) package.ShouldBeValid();
        var rows = Workbooks.Rows(file);
        rows.Count.ShouldBe(3);
        rows[1].ShouldBe(new() { [0] = "示例一站", [1] = "2023-09-30", [2] = "12", [3] = "2026-11-22" });
        rows[2].ShouldBe(new() { [0] = "第二行\n换行", [2] = "-3.5" });
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+cmd|' /C calc'!A0")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1:A9)")]
    [InlineData("=HYPERLINK(\"https://example.org\",\"x\")")]
    public void Text_ThatLooksLikeAFormula_StaysAText(string text)
    {
        using var file = Written([Cell.Of(text)]);

        using var package = SpreadsheetDocument.Open(file, isEditable: false);
        package.ShouldBeValid();
        var sheet = package.WorkbookPart!.WorksheetParts.First().Worksheet;
        sheet.Descendants<DocumentFormat.OpenXml.Spreadsheet.CellFormula>().ShouldBeEmpty();
        var cell = sheet.Descendants<DocumentFormat.OpenXml.Spreadsheet.Cell>().Last();
        cell.DataType!.Value.ShouldBe(DocumentFormat.OpenXml.Spreadsheet.CellValues.InlineString);
        cell.InnerText.ShouldBe(text);
        // Quoted, so that it stays a text also when somebody edits the cell.
        var format = package.WorkbookPart.WorkbookStylesPart!.Stylesheet.CellFormats!.Elements<DocumentFormat.OpenXml.Spreadsheet.CellFormat>().ElementAt((int)cell.StyleIndex!.Value);
        format.QuotePrefix!.Value.ShouldBeTrue();
    }

    [Theory]
    [InlineData("坏\u0000字\u0008符", "坏字符")]
    [InlineData("_x0041_照写", "_x0041_照写")]
    [InlineData("_x005F_x0041_", "_x005F_x0041_")]
    [InlineData("<script>alert(1)</script>&", "<script>alert(1)</script>&")]
    [InlineData("𠮷野", "𠮷野")]
    public void Text_WithOddCharacters_IsKeptAsFarAsXmlAllows(string text, string expected)
    {
        using var file = Written([Cell.Of(text)]);

        using (var package = SpreadsheetDocument.Open(file, isEditable: false)) package.ShouldBeValid();
        Workbooks.Rows(file)[1][0].ShouldBe(expected);
    }

    [Fact]
    public void Text_WithHalfASurrogatePair_LosesIt()
    {
        using var file = Written([Cell.Of($"{(char)0xd800}落单")]);

        Workbooks.Rows(file)[1][0].ShouldBe("落单");
    }

    [Fact]
    public void NationalList_IsWrittenInLittleMemory()
    {
        using var file = new CountingStream();
        using (var book = new XlsxWriter(file, "全国名单", Now))
        {
            var sheet = book.AddSheet("单位", [new("名称", 30), new("邮箱", 30), new("期限", 12)]);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var i = 0; i < 38_600; i++) sheet.Row(Cell.Of($"示例单位{i}"), Cell.Of($"u{i}@example.org"), Cell.Of(new DateOnly(2025, 1, 1).AddDays(i % 300)));
            (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(8 * 1024 * 1024);
        }

        file.Count.ShouldBeGreaterThan(300_000);
    }

    [Theory]
    [InlineData("hello, this is no workbook", "不是 Excel 工作簿")]
    [InlineData("PK\u0003\u0004 a broken archive that goes on for a while", "不是 Excel 工作簿")]
    [InlineData("", "不是 Excel 工作簿")]
    public void Read_WhatIsNoWorkbook_IsRefusedInWords(string content, string words) =>
        Refusal(new MemoryStream(Encoding.Latin1.GetBytes(content))).ShouldContain(words);

    [Fact]
    public void Read_AnOldOrLockedFile_SaysHowToSaveIt() =>
        Refusal(new MemoryStream([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600]])).ShouldContain(".xls");

    [Fact]
    public void Read_AWorkbookWithMacros_IsRefused()
    {
        using var file = Written([Cell.Of("x")]);
        Add(file, "xl/vbaProject.bin", "macros");

        Refusal(file).ShouldContain("带有宏");
    }

    [Fact]
    public void Read_AnotherArchive_IsRefused()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true)) zip.CreateEntry("word/document.xml");

        Refusal(file).ShouldContain("不是 Excel 工作簿");
    }

    [Fact]
    public void Read_AFileThatUnpacksWithoutEnd_IsRefusedBeforeItDoes()
    {
        using var file = Package($"<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{new string(' ', 1000)}</t></is></c></row>", repeat: 400_000);
        file.Length.ShouldBeLessThan(XlsxReader.LengthMaxBytes);

        Refusal(file).ShouldContain("过大");
    }

    [Fact]
    public void Read_TooManyRows_IsRefused()
    {
        using var file = Package("<row><c t=\"inlineStr\"><is><t>x</t></is></c></row>", repeat: XlsxReader.RowsMax + 1);

        Refusal(file).ShouldContain("行，请拆成几个文件");
    }

    [Fact]
    public void Read_AFileOver20Megabytes_IsRefusedUnread()
    {
        using var file = new MemoryStream(new byte[XlsxReader.LengthMaxBytes + 1]);

        Refusal(file).ShouldContain("超过 20 MB");
    }

    [Fact]
    public void Read_ADocumentType_IsRefused()
    {
        using var file = Package("<row/>", before: "<!DOCTYPE worksheet [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>");

        Refusal(file).ShouldContain("已损坏");
    }

    [Fact]
    public void Read_AFormula_IsMarkedAndItsTextIsNoValue()
    {
        using var file = Package("<row r=\"3\"><c r=\"B3\" t=\"str\"><f>CONCAT(\"a\",\"b\")</f><v>ab</v></c></row>");
        using var reader = XlsxReader.Open(file);

        var row = reader.Rows().Single();

        row.Number.ShouldBe(3);
        row.Cells[1].ShouldBe(new ReadCell("ab", IsFormula: true));
    }

    private static string Refusal(Stream file)
    {
        file.Position = 0;
        return Should.Throw<RefusedException>(() =>
        {
            using var reader = XlsxReader.Open(file);
            _ = reader.Rows().Count();
        }).Words.Zh;
    }

    private static MemoryStream Written(params Cell[][] rows)
    {
        var file = new MemoryStream();
        using (var book = new XlsxWriter(file, "试验", Now))
        {
            var sheet = book.AddSheet("表/一", [new("名称", 30), new("日期", 12), new("数", 10), new("时间", 18)]);
            foreach (var row in rows) sheet.Row(row);
        }

        file.Position = 0;
        return file;
    }

    /// <summary>A workbook whose sheet holds this, so many times.</summary>
    private static MemoryStream Package(string rows, int repeat = 1, string before = "")
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "xl/workbook.xml", "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
            Write(zip, "xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"x\" Target=\"worksheets/sheet1.xml\"/></Relationships>");
            using var sheet = new StreamWriter(zip.CreateEntry("xl/worksheets/sheet1.xml").Open());
            sheet.Write($"{before}<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
            for (var i = 0; i < repeat; i++) sheet.Write(rows);
            sheet.Write("</sheetData></worksheet>");
        }

        file.Position = 0;
        return file;
    }

    private static void Add(MemoryStream file, string name, string content)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true);
        Write(zip, name, content);
    }

    private static void Write(ZipArchive zip, string name, string content)
    {
        using var part = new StreamWriter(zip.CreateEntry(name).Open());
        part.Write(content);
    }

    /// <summary>Takes everything and keeps nothing.</summary>
    private sealed class CountingStream : Stream
    {
        public long Count { get; private set; }
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Count += count;

        public override void Write(ReadOnlySpan<byte> buffer) => Count += buffer.Length;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
