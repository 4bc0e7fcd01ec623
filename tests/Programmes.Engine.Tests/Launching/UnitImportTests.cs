using DocumentFormat.OpenXml.Packaging;
using Programmes.Core.Programmes;
using Programmes.Engine.Exports.Sheets;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Tests.Exports;

namespace Programmes.Engine.Tests.Launching;

public sealed class UnitImportTests
{
    private static readonly Launch Plan = LaunchDrafts.Blank("plan", "示例", null) with
    {
        Offices = new Dictionary<string, Office> { ["county"] = new("示例县文化局") },
        Batches = [new() { Number = 1, Name = "第一批", Start = "2027-03-01" }, new() { Number = 2, Name = "第二批", Start = "2028-03-01" }, new() { Number = 3, Name = "补评", Start = "2029-03-01", Supplementary = true }],
    };

    [Fact]
    public void Template_FilledIn_ReadsBackAsItIs()
    {
        var launch = LaunchReader.Read(File.ReadAllText(Path.Combine(Fixture.EngineHost.Workflows, "wuhu-rectification", "launch.example.json")), "").Launch!;
        using var file = new MemoryStream();
        UnitSheet.Write(file, launch, "zh", DateTimeOffset.UnixEpoch);
        using (var package = SpreadsheetDocument.Open(file, isEditable: false)) package.ShouldBeValid();

        var reading = UnitImport.Check(launch with { Batches = [.. launch.Batches.Select(batch => batch with { Units = [] })] }, UnitImport.Read(file));

        reading.Problems.ShouldBeEmpty();
        reading.Launch!.Units.ShouldBe(launch.Units);
        LaunchWriter.Write(reading.Launch).ShouldBe(LaunchWriter.Write(launch));
    }

    [Fact]
    public void NationalList_IsReadAndChecked()
    {
        var launch = Plan with { Batches = [Plan.Batches[0] with { Units = [.. Enumerable.Range(1, 38_600).Select(i => $"u{i:00000}")] }], Units = [.. Enumerable.Range(1, 38_600).Select(i => new Unit($"u{i:00000}", $"示例站{i}", $"u{i}@example.org", null, "county"))] };
        using var file = new MemoryStream();
        UnitSheet.Write(file, launch, "zh", DateTimeOffset.UnixEpoch);
        file.Length.ShouldBeLessThan(XlsxReader.LengthMaxBytes / 2);

        UnitImport.Check(launch with { Units = [] }, UnitImport.Read(file)).Launch!.Units.Count.ShouldBe(38_600);
    }

    [Fact]
    public void Rows_WithFaults_AreNamedOneByOne()
    {
        var reading = UnitImport.Check(Plan, UnitImport.Read(Workbook(
            ["示例一站", "s01", "第一批", "a@example.org", "", "示例县文化局"],
            ["示例一站", "s01", "第一批", "a@example.org", "", "示例县文化局"],
            ["", "", "2", "", "", ""],
            ["示例三站", "大写", "补评", "a@b", "", "别的局"],
            ["示例四站", "", "", "", "", ""])));

        reading.Launch.ShouldBeNull();
        reading.Problems.Select(problem => problem.Cell).ShouldBe(["B3", "A3", "A4", "B5", "D5", "F5", "C5", "C6"]);
        reading.Problems[0].Message.Zh.ShouldBe("标识“s01”已在第 2 行用过");
        reading.Problems[1].Message.Zh.ShouldBe("与第 2 行是同一单位，请删去一行");
        reading.Problems[6].Message.Zh.ShouldContain("补评");
        reading.Problems[7].Message.Zh.ShouldBe("请填写批次：第一批、第二批");
    }

    [Fact]
    public void Batch_IsFoundByNameOrNumber_AndIdsAreGiven()
    {
        var reading = UnitImport.Check(Plan, UnitImport.Read(Workbook(["甲站", "", "第2批", "", "", ""], ["乙站", "", "1", "", "", "county"], ["丙站", "u00001", "第二批", "", "", ""])));

        reading.Launch!.Batches[1].Units.ShouldBe(["u00002", "u00001"]);
        reading.Launch.Batches[0].Units.ShouldBe(["u00003"]);
        reading.Launch.FindUnit("u00003")!.Superior.ShouldBe("county");
    }

    [Fact]
    public void Level_IsReadInPeoplesWords_AndAListWithoutTheColumnLosesNone()
    {
        var known = Plan with { Units = [new("s01", "甲站", null, null, "county", AdministrativeLevel.Village)] };
        var reading = UnitImport.Check(known, UnitImport.Read(Workbook(["甲站", "s01", "1", "", "", "county", "乡级"], ["乙站", "s02", "1", "", "", "", "县"], ["丙站", "s03", "1", "", "", "", "township"], ["丁站", "s04", "1", "", "", "", ""])));
        reading.Problems.ShouldBeEmpty();
        reading.Launch!.Units.Select(unit => unit.Level).ShouldBe([AdministrativeLevel.Township, AdministrativeLevel.County, AdministrativeLevel.Township, null]);

        UnitImport.Check(known, [new(2, ["甲站", "s01", "1", "", "", ""])]).Launch!.Units[0].Level.ShouldBe(AdministrativeLevel.Village);
        var wrong = UnitImport.Check(known, [new(2, ["甲站", "s01", "1", "", "", "", "镇级"])]).Problems.ShouldHaveSingleItem();
        (wrong.Cell, wrong.Message.Zh).ShouldBe(("G2", "没有层级“镇级”；可填：省级、市级、县级、乡级、村级"));
    }

    [Fact]
    public void Formula_IsAFaultOfItsCell()
    {
        var reading = UnitImport.Check(Plan, [new(2, ["甲站", "", "1", "", "", ""], [UnitColumn.Name])]);

        reading.Problems.ShouldHaveSingleItem().Message.Zh.ShouldContain("这里是公式");
    }

    [Fact]
    public void ListWithoutItsColumn_IsRefusedWithWhatToDo()
    {
        using var file = new MemoryStream();
        using (var book = new XlsxWriter(file, "x", DateTimeOffset.UnixEpoch)) book.AddSheet("x", [new("名", 10)]).Row(Cell.Of("甲站"));

        Should.Throw<RefusedException>(() => UnitImport.Read(file)).Words.Zh.ShouldContain("请使用下载的模板");
    }

    [Fact]
    public void MarkedCopy_IsValid_AndCanBeSentAgainOnceCorrected()
    {
        var rows = UnitImport.Read(Workbook(["=示例一站", "", "第九批", "", "", ""]));
        using var file = new MemoryStream();
        UnitSheet.WriteMarked(file, Plan, rows, UnitImport.Check(Plan, rows).Problems, "zh", DateTimeOffset.UnixEpoch);

        using (var package = SpreadsheetDocument.Open(file, isEditable: false)) package.ShouldBeValid();
        UnitImport.Read(file)[0].Values.ShouldBe(["=示例一站", "", "第九批", "", "", "", ""]);
    }

    private static MemoryStream Workbook(params string[][] rows)
    {
        var file = new MemoryStream();
        using var book = new XlsxWriter(file, "名单", DateTimeOffset.UnixEpoch);
        var sheet = book.AddSheet("名单", [.. Enum.GetValues<UnitColumn>().Select(column => new SheetColumn(UnitSheet.Title(column).Zh, 10))]);
        foreach (var row in rows) sheet.Row([.. row.Select(Cell.Of)]);
        return file;
    }
}
