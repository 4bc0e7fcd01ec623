using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace Programmes.Engine.Exports.Documents;

/// <summary>The styles and measures of GB/T 9704-2012. Lengths are twips (1/1440 inch); sizes are half points.</summary>
internal static class OfficialStyles
{
    public const string Plain = "OfficialPlain";
    public const string Mark = "OfficialMark";
    public const string Number = "OfficialNumber";
    public const string Title = "OfficialTitle";
    public const string Recipients = "OfficialRecipients";
    public const string Text = "OfficialText";
    public const string First = "OfficialHeading1";
    public const string Second = "OfficialHeading2";
    public const string Signature = "OfficialSignature";
    public const string Copies = "OfficialCopies";
    public const string OddPage = "OfficialPageOdd";
    public const string EvenPage = "OfficialPageEven";
    public const string Cell = "OfficialCell";
    public const string CellHeading = "OfficialCellHeading";
    public const string Grid = "OfficialGrid";

    /// <summary>156 mm: what 210 mm leave beside 28 mm at the binding and 26 mm outside.</summary>
    public const int TextWidthTwips = 8844;

    /// <summary>225 mm for 22 lines.</summary>
    public const int LineTwips = 579;

    // 小标宋 is no font of any system; where it is missing, Song stands in.
    private const string Song = "方正小标宋简体";
    private const string Imitation = "仿宋_GB2312";
    private const string Bold = "黑体";
    private const string Regular = "楷体_GB2312";
    private const string Latin = "Times New Roman";
    private const string Red = "E60012";

    private const string SizeOfTitle = "44"; // 2号
    private const string SizeOfText = "32"; // 3号
    private const string SizeOfPage = "28"; // 4号
    private const string SizeOfCell = "24"; // 小四

    public static PageSize PageSize() => new() { Width = 11906, Height = 16838 };

    /// <summary>37 mm above, 28 mm left, so 35 mm below and 26 mm right; the page number 7 mm below the type area.</summary>
    public static PageMargin PageMargin() => new() { Top = 2098, Bottom = 1984, Left = 1588, Right = 1474, Header = 1134, Footer = 1300, Gutter = 0 };

    /// <param name="issuer">Its mark is as large as fits on one line.</param>
    public static void AddTo(MainDocumentPart main, string? issuer)
    {
        var styles = main.AddNewPart<StyleDefinitionsPart>();
        styles.Styles = new Styles(
            new DocDefaults(
                new RunPropertiesDefault(new RunPropertiesBaseStyle(Fonts(Imitation), new Spacing { Val = -5 }, new FontSize { Val = SizeOfText }, new FontSizeComplexScript { Val = SizeOfText }, new Languages { Val = "en-US", EastAsia = "zh-CN" })),
                new ParagraphPropertiesDefault(new ParagraphPropertiesBaseStyle(new SpacingBetweenLines { Before = "0", After = "0" }))),
            Style(Plain, "公文空行", Line(), null, isDefault: true),
            Style(Mark, "发文机关标志", [new SpacingBetweenLines { Before = "1984", After = "0" }, new Justification { Val = JustificationValues.Center }], [Fonts(Song), new Color { Val = Red }, new FontSize { Val = SizeOfMark(issuer) }]),
            Style(Number, "发文字号", [new ParagraphBorders(new BottomBorder { Val = BorderValues.Single, Size = 12, Space = 11, Color = Red }), .. Line(), new Justification { Val = JustificationValues.Center }], null),
            Style(Title, "公文标题", [new KeepNext(), new SpacingBetweenLines { Line = "700", LineRule = LineSpacingRuleValues.Exact }, new Justification { Val = JustificationValues.Center }, new OutlineLevel { Val = 0 }], [Fonts(Song), new FontSize { Val = SizeOfTitle }]),
            Style(Recipients, "主送机关", Line(), null),
            Style(Text, "公文正文", [.. Line(), new Indentation { FirstLineChars = 200, FirstLine = "630" }, new Justification { Val = JustificationValues.Both }], null),
            Style(First, "一级标题", [new KeepNext(), .. Line(), new Indentation { FirstLineChars = 200, FirstLine = "630" }, new OutlineLevel { Val = 1 }], [Fonts(Bold)]),
            Style(Second, "二级标题", [new KeepNext(), .. Line(), new Indentation { FirstLineChars = 200, FirstLine = "630" }, new OutlineLevel { Val = 2 }], [Fonts(Regular)]),
            Style(Signature, "署名和日期", [new KeepLines(), .. Line(), new Justification { Val = JustificationValues.Right }], null),
            Style(Copies, "版记", [
                new ParagraphBorders(new TopBorder { Val = BorderValues.Single, Size = 8, Space = 4, Color = "000000" }, new BottomBorder { Val = BorderValues.Single, Size = 8, Space = 4, Color = "000000" }),
                new SpacingBetweenLines { Before = "579", Line = "480", LineRule = LineSpacingRuleValues.Exact }, new Indentation { FirstLine = "280" }], [new FontSize { Val = SizeOfPage }]),
            Style(OddPage, "单页页码", [new Indentation { Right = "280" }, new Justification { Val = JustificationValues.Right }], [PageFonts(), new FontSize { Val = SizeOfPage }]),
            Style(EvenPage, "双页页码", [new Indentation { Left = "280" }], [PageFonts(), new FontSize { Val = SizeOfPage }]),
            Style(Cell, "表格文字", [new SpacingBetweenLines { Line = "380", LineRule = LineSpacingRuleValues.Exact }], [new Spacing { Val = 0 }, new FontSize { Val = SizeOfCell }]),
            Style(CellHeading, "表格标题", [new KeepNext(), new SpacingBetweenLines { Line = "380", LineRule = LineSpacingRuleValues.Exact }, new Justification { Val = JustificationValues.Center }], [Fonts(Bold), new Spacing { Val = 0 }, new FontSize { Val = SizeOfCell }]),
            GridStyle());
        main.AddNewPart<FontTablePart>().Fonts = new Fonts(Font(Song, "宋体"), Font(Imitation, "仿宋"), Font(Bold, "SimHei"), Font(Regular, "楷体"));
        main.AddNewPart<DocumentSettingsPart>().Settings = new Settings(new EvenAndOddHeaders(), new Compatibility(new CompatibilitySetting { Name = CompatSettingNameValues.CompatibilityMode, Uri = "http://schemas.microsoft.com/office/word", Val = "15" }));
    }

    private static OpenXmlElement[] Line() => [new SpacingBetweenLines { Line = LineTwips.ToString(CultureInfo.InvariantCulture), LineRule = LineSpacingRuleValues.Exact }];

    private static Style Style(string id, string name, OpenXmlElement[] paragraph, OpenXmlElement[]? run, bool isDefault = false)
    {
        var style = new Style { Type = StyleValues.Paragraph, StyleId = id, CustomStyle = true };
        if (isDefault) style.Default = true;
        style.Append(new StyleName { Val = name }, new PrimaryStyle(), new StyleParagraphProperties(paragraph));
        if (run is not null) style.Append(new StyleRunProperties(run));
        return style;
    }

    private static Style GridStyle()
    {
        static T Border<T>() where T : BorderType, new() => new() { Val = BorderValues.Single, Size = 4, Space = 0, Color = "000000" };
        return new Style(
            new StyleName { Val = "公文表格" },
            new StyleTableProperties(
                new TableBorders(Border<TopBorder>(), Border<LeftBorder>(), Border<BottomBorder>(), Border<RightBorder>(), Border<InsideHorizontalBorder>(), Border<InsideVerticalBorder>()),
                new TableCellMarginDefault(new TopMargin { Width = "30", Type = TableWidthUnitValues.Dxa }, new TableCellLeftMargin { Width = 80, Type = TableWidthValues.Dxa }, new BottomMargin { Width = "30", Type = TableWidthUnitValues.Dxa }, new TableCellRightMargin { Width = 80, Type = TableWidthValues.Dxa })))
        { Type = StyleValues.Table, StyleId = Grid, CustomStyle = true };
    }

    private static RunFonts Fonts(string chinese) => new() { Ascii = Latin, HighAnsi = Latin, ComplexScript = Latin, EastAsia = chinese };

    private static RunFonts PageFonts() => new() { Ascii = "宋体", HighAnsi = "宋体", EastAsia = "宋体" };

    private static Font Font(string name, string instead) => new(new AltName { Val = instead }) { Name = name };

    /// <summary>Half points; 156 mm are 442 points.</summary>
    private static string SizeOfMark(string? issuer) => Math.Clamp(2 * 440 / ((issuer?.Length ?? 0) + 3), 32, 96).ToString(CultureInfo.InvariantCulture);
}
