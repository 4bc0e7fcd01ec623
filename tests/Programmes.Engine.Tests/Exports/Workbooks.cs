using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using Programmes.Engine.Exports;
using Programmes.Engine.Exports.Sheets;

namespace Programmes.Engine.Tests.Exports;

/// <summary>Files that were made, looked at by the SDK and read back.</summary>
internal static class Workbooks
{
    /// <summary>Every part holds to the schema that Word and Excel hold to.</summary>
    public static void ShouldBeValid(this OpenXmlPackage package) =>
        new OpenXmlValidator(FileFormatVersions.Office2019).Validate(package).Select(error => $"{error.Part?.Uri} {error.Path?.XPath}: {error.Description}").ShouldBeEmpty();

    public static List<Dictionary<int, string>> Rows(Stream stream)
    {
        using var reader = XlsxReader.Open(stream);
        return [.. reader.Rows().Select(row => row.Cells.ToDictionary(cell => cell.Key, cell => cell.Value.Text))];
    }

    /// <summary>Valid, and its rows, the heading first.</summary>
    public static List<Dictionary<int, string>> ValidRows(this ExportFile file)
    {
        using var copy = new MemoryStream();
        file.Content.CopyTo(copy);
        file.Dispose();
        copy.Position = 0;
        using (var package = SpreadsheetDocument.Open(copy, isEditable: false)) package.ShouldBeValid();
        return Rows(copy);
    }

    /// <summary>Valid, and its paragraphs.</summary>
    public static List<string> ValidParagraphs(this ExportFile file)
    {
        using (file)
        {
            using var package = WordprocessingDocument.Open(file.Content, isEditable: false);
            package.ShouldBeValid();
            return [.. package.MainDocumentPart!.Document.Body!.Descendants<DocumentFormat.OpenXml.Wordprocessing.Paragraph>().Select(paragraph => paragraph.InnerText)];
        }
    }
}
