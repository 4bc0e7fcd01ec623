using System.Diagnostics;
using Programmes.Engine.Exports.Documents;
using Programmes.Engine.Exports.Sheets;

namespace Programmes.Engine.Tests.Exports;

/// <summary>A test that needs LibreOffice on the machine; it is no part of the build's own checks, which have no use for 300 MB.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibreOfficeFactAttribute : FactAttribute
{
    public LibreOfficeFactAttribute()
    {
        if (LibreOffice.Program is null) Skip = "LibreOffice is not there: apt-get install --no-install-recommends libreoffice-calc libreoffice-writer";
    }
}

/// <summary>Converts a file as somebody without Microsoft's programs would open it.</summary>
internal static class LibreOffice
{
    private static readonly TimeSpan PatienceMax = TimeSpan.FromMinutes(2);

    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "soffice")).FirstOrDefault(File.Exists);

    public static OfficialDocument Sample { get; } = new()
    {
        Title = "关于示例专项工作第一批单位逾期任务的督办单", Number = "示例督〔2026〕3号", Issuer = "示例专项工作领导小组办公室", On = new(2026, 11, 20),
        To = ["示例甲县文化局", "示例乙县文化局"], Copies = ["示例市政府办公室"],
        Body =
        [
            new DocumentParagraph("按照实施方案，第一批单位应于10月31日前完成自评。截至11月19日，仍有下列单位没有提交，请督促办理。"),
            new DocumentHeading(1, "一、逾期情况"),
            new DocumentParagraph("逾期单位及任务见下表。"),
            new DocumentTable([("序号", 10), ("单位", 50), ("逾期工作日", 20), ("备注", 20)], [.. Enumerable.Range(1, 40).Select(i => (IReadOnlyList<string>)[$"{i}", $"示例镇街{i:00}综合文化站", $"{i % 9 + 1}", ""])]),
            new DocumentHeading(1, "二、办理要求"),
            new DocumentHeading(2, "（一）抓紧提交"),
            .. Enumerable.Range(1, 6).Select(i => new DocumentParagraph($"{i}.请各县文化局逐站核对原因，对确有困难的，按规定办理延期；对材料已经齐备的，督促其在五个工作日内提交，并保留有关佐证材料备查。")),
        ],
    };

    /// <summary>Returns the converted file's path.</summary>
    public static async Task<string> ConvertAsync(string folder, string file, string to)
    {
        // A profile of its own, so that no office that is open answers instead.
        using var process = Process.Start(new ProcessStartInfo(Program!, ["--headless", "--norestore", $"-env:UserInstallation={new Uri(Path.Combine(folder, "profile"))}", "--convert-to", to, "--outdir", folder, file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var patience = new CancellationTokenSource(PatienceMax);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return Path.ChangeExtension(file, to.Split(':')[0]);
    }
}

public sealed class LibreOfficeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("programmes-office-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [LibreOfficeFact]
    public async Task Workbook_OpensWithItsDatesAsDatesAndSignsAsText()
    {
        var file = Path.Combine(folder, "list.xlsx");
        await using (var stream = File.Create(file))
        {
            using var book = new XlsxWriter(stream, "名单", DateTimeOffset.UnixEpoch);
            book.AddSheet("名单", [new("名称", 20), new("期限", 12), new("数", 8)]).Row(Cell.Of("=1+1"), Cell.Of(new DateOnly(2023, 9, 30)), Cell.Of(7));
        }

        var csv = await File.ReadAllLinesAsync(await LibreOffice.ConvertAsync(folder, file, "csv:Text - txt - csv (StarCalc):44,34,76,1"));

        // Quotes stand around texts only.
        csv.ShouldBe(["\"名称\",\"期限\",\"数\"", "\"=1+1\",2023-09-30,7"]);
    }

    [LibreOfficeFact]
    public async Task OfficialDocument_OpensAndFillsTwentyTwoLinesAPage()
    {
        var file = Path.Combine(folder, "order.docx");
        await File.WriteAllBytesAsync(file, OfficialDocx.Write(LibreOffice.Sample with { Number = null, Title = "题", To = [], Copies = [], Body = [.. Enumerable.Range(1, 50).Select(i => new DocumentParagraph($"第{i}段。"))] }, DateTimeOffset.UnixEpoch));

        var pdf = await File.ReadAllBytesAsync(await LibreOffice.ConvertAsync(folder, file, "pdf"));

        // A title, an empty line, 50 paragraphs, an empty line, two of signature: 55 lines on three pages of 22.
        System.Text.Encoding.Latin1.GetString(pdf).Split("/Type/Page/").Length.ShouldBe(1 + 3);
    }
}
