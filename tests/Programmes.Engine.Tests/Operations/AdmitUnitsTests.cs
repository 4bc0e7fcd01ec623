using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Exports.Sheets;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;

namespace Programmes.Engine.Tests.Operations;

/// <summary>A list of late joiners: all of them in one commit, or none while a row is refused.</summary>
public sealed class AdmitUnitsTests : OperationTests
{
    private AdmitUnits Admissions => Host.Get<AdmitUnits>();

    [Fact]
    public async Task List_IsShownFirst_ThenAllJoinAtOnce_WithTheirHistoryAndWork()
    {
        await RunUntilAsync(On(2023, 10, 9));
        string[][] list = [.. Enumerable.Range(1, 12).Select(i => new[] { $"新设站{i:00}", "", i <= 8 ? "第一批" : "2", $"new{i}@example.org", "示例党委、政府", "", "乡级" }), ["示例乡镇01综合文化站", "", "1", "", "", "", ""]];
        var rows = AdmitUnits.Read(Workbook(list));

        var without = await Admissions.PreviewAsync(Office, Programme, rows);
        (without.Joining, without.AlreadyIn, without.Refused, without.MayRun).ShouldBe((4, 1, 8, false));
        without.Problems[0].Cell.ShouldBe("C2");
        without.Problems[0].Message.Zh.ShouldContain("逾期加入须有批准文件");
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, rows, "新设"))).ShouldContain("名单有 8 行不能加入，没有一个单位加入；先看第 2 行（C2）");

        var preview = await Admissions.PreviewAsync(Office, Programme, rows, "示例〔2023〕9号");
        (preview.Joining, preview.AlreadyIn, preview.Refused, preview.MayRun).ShouldBe((12, 1, 0, true));
        (preview.Lines[0].Unit, preview.Lines[0].From, preview.Lines[0].IsNew).ShouldBe(("u00001", On(2023, 10, 10), true), "the day is over");
        preview.Lines[8].From.ShouldBe(On(2024, 1, 2), "the second batch has not started");
        (preview.Lines[12].Unit, preview.Lines[12].Verdict).ShouldBe(("s01", AdmissionVerdict.AlreadyIn));
        (await HistoryAsync()).ShouldBeEmpty("a preview changes nothing");

        var outcome = await Admissions.RunAsync(Office, Programme, rows, "区划调整", "示例〔2023〕9号");
        (outcome.Admitted.Count, outcome.AlreadyIn).ShouldBe((12, 1));
        (await ReadAsync(db => db.LaunchRevisions.CountAsync())).ShouldBe(2, "one revision for the whole list");
        var history = await HistoryAsync();
        history.Count.ShouldBe(12);
        history.ShouldAllBe(line => line.Kind == "unit-admitted" && line.Reason == "区划调整" && line.Document == "示例〔2023〕9号");
        (await ReadAsync(db => db.Audit.CountAsync(row => row.Action == "programme.unit-admitted"))).ShouldBe(12);
        (await ReadAsync(db => db.StepRows.CountAsync(row => EF.Functions.Like(row.UnitId, "u%") && row.Step == "verify" && row.Status == StepRowStatus.Open))).ShouldBe(8, "the step was open already");
        (await ReadAsync(db => db.BatchUnits.Where(row => row.Batch == 1).OrderBy(row => row.Ordinal).Select(row => row.Ordinal).ToListAsync())).ShouldBe([.. Enumerable.Range(0, 27)]);
        var first = await ReadAsync(db => db.Units.SingleAsync(row => row.UnitId == "u00001"));
        (first.Name, first.Mail, first.Level, first.Ordinal).ShouldBe(("新设站01", "new1@example.org", AdministrativeLevel.Township, 33));
        await PumpAsync();
        (await ReadAsync(db => db.WorkItems.CountAsync(row => EF.Functions.Like(row.UnitId!, "u%") && row.Activity == "selfCheck"))).ShouldBe(8);

        // Sent once more, nobody joins twice.
        var again = await Admissions.PreviewAsync(Office, Programme, rows, "示例〔2023〕9号");
        (again.Joining, again.AlreadyIn).ShouldBe((0, 13));
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, rows, "区划调整"))).ShouldContain("都已在各自的批次");
    }

    [Fact]
    public async Task Rows_ThatBreakARule_AreNamedOneByOne_AndNobodyJoins()
    {
        await RunUntilAsync(On(2023, 7, 4));
        await Host.Get<MergeUnits>().RunAsync(Office, Programme, "s01", "s02", "合并");
        var rows = AdmitUnits.Read(Workbook(
            ["新设站", "", "2", "", "", "", ""],
            ["示例乡镇20综合文化站", "", "3", "", "", "", ""],
            ["示例乡镇01综合文化站", "s01", "2", "", "", "", ""],
            ["又一新设站", "", "补评", "", "", "", ""],
            ["再一新设站", "", "9", "不是邮箱", "", "别的局", ""],
            ["新设站", "", "2", "", "", "", ""]));

        var preview = await Admissions.PreviewAsync(Office, Programme, rows);

        preview.Lines.Select(line => line.Verdict).ShouldBe([AdmissionVerdict.Joins, AdmissionVerdict.Refused, AdmissionVerdict.Refused, AdmissionVerdict.Refused, AdmissionVerdict.Refused, AdmissionVerdict.Refused]);
        var problems = preview.Problems.Select(problem => (problem.Cell, problem.Message.Zh)).ToList();
        problems.Select(problem => problem.Cell).ShouldBe(["C3", "A4", "C5", "D6", "F6", "C6", "A7"], ignoreOrder: true);
        problems.Single(problem => problem.Cell == "C3").Zh.ShouldContain("正在参加第二批");
        problems.Single(problem => problem.Cell == "C3").Zh.ShouldContain("依据：一个单位同一时间只参加一个批次");
        problems.Single(problem => problem.Cell == "A4").Zh.ShouldContain("已并入 s02");
        problems.Single(problem => problem.Cell == "C6").Zh.ShouldContain("没有批次“9”");
        var (units, members) = (await ReadAsync(db => db.Units.CountAsync()), await ReadAsync(db => db.BatchUnits.CountAsync()));
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, rows, "新设"))).ShouldContain("名单有 5 行不能加入");
        (await ReadAsync(db => db.Units.CountAsync())).ShouldBe(units);
        (await ReadAsync(db => db.BatchUnits.CountAsync())).ShouldBe(members);
    }

    [Fact]
    public async Task WhoWithdrew_ComesBackByName_AsTheUnitThatItWas()
    {
        await RunUntilAsync(On(2023, 7, 4));
        await Host.Get<WithdrawUnit>().RunAsync(Office, Programme, "s03", "改建");

        var preview = await Admissions.PreviewAsync(Office, Programme, AdmitUnits.Read(Workbook(["示例乡镇03综合文化站", "", "2", "", "", "", ""])));
        (preview.Lines[0].Unit, preview.Lines[0].IsNew, preview.Lines[0].Verdict).ShouldBe(("s03", false, AdmissionVerdict.Joins));
        await Admissions.RunAsync(Office, Programme, preview.Rows, "改建完成");

        (await ReadAsync(db => db.BatchUnits.SingleAsync(row => row.UnitId == "s03" && row.Batch == 2))).FromInstance.ShouldBe($"{Programme}.b1.s03");
        var unit = await ReadAsync(db => db.Units.SingleAsync(row => row.UnitId == "s03"));
        (unit.LeftOn, unit.Mail).ShouldBe((null, "s03@example.org"), "what the list leaves empty stays as it was known");
    }

    [Fact]
    public async Task BatchThatIsPast_SaysWhichTakesUnitsInstead()
    {
        await RunUntilAsync(On(2023, 11, 30));
        var rows = AdmitUnits.Read(Workbook(["新设站", "", "1", "", "", "", ""]));

        var problem = (await Admissions.PreviewAsync(Office, Programme, rows, "示例〔2023〕9号")).Problems.ShouldHaveSingleItem();
        problem.Message.Zh.ShouldContain("已办结，不能再加入；请改为加入第二批、第三批");
        var single = await RefusedAsync("programme.unit-admitted", () => Host.Get<AdmitUnit>().RunAsync(Office, Programme, 1, new("s34", "新设站"), "新设", "示例〔2023〕9号"));
        single.ShouldContain("请改为加入第二批、第三批");
    }

    [Fact]
    public async Task OnlyWhoManages_MayLookOrAdmit_AndADamagedListIsRefused()
    {
        await RunUntilAsync(On(2023, 7, 4));
        var rows = AdmitUnits.Read(Workbook(["新设站", "", "2", "", "", "", ""]));
        var unit = new Person("s01") { Places = [new(Programme, null, "s01")] };
        (await Should.ThrowAsync<RefusedException>(() => Admissions.PreviewAsync(unit, Programme, rows))).IsForbidden.ShouldBeTrue();
        (await Should.ThrowAsync<RefusedException>(() => Admissions.RunAsync(unit, Programme, rows, "新设"))).IsForbidden.ShouldBeTrue();

        AdmitUnits.Unpack(AdmitUnits.Pack(rows))[0].Values.ShouldBe(rows[0].Values);
        foreach (var packed in new[] { null, "", "{", "[]", "[null]", """[{"number":2,"values":["a"]}]""", """[{"number":0,"values":["a","","1","","",""]}]""", """[{"number":2,"values":["a",null,"1","","",""]}]""" })
            Should.Throw<RefusedException>(() => AdmitUnits.Unpack(packed)).Words.Zh.ShouldContain("请重新上传");
        Should.Throw<RefusedException>(() => AdmitUnits.Read(Workbook([.. Enumerable.Range(0, AdmitUnits.RowsMax + 1).Select(i => new[] { $"站{i}" })]))).Words.Zh.ShouldContain("请分次上传");
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
