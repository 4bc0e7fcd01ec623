using System.Text.Json.Nodes;
using Programmes.Core.Programmes;

namespace Programmes.Core.Tests.Programmes;

public class LaunchReaderTests
{
    [Fact]
    public void Read_RightFile_GivesEveryField()
    {
        var launch = LaunchFiles.Launch();
        launch.Definition.ShouldBe("check");
        launch.Id.ShouldBe("check-2023");
        launch.Name.ShouldBe("检查");
        launch.Approval.ShouldBe(new Approval("示例〔2023〕1号", new(2023, 6, 30), "关于检查的通知"));
        launch.StartsOn.ShouldBe(new(2023, 7, 3));
        launch.BusinessClose.ShouldBe(new TimeOnly(17, 30));
        launch.Dates["replyDue"].ShouldBe("reportDue + 5 working days");
        launch.Settings["grades"].ShouldBe("一级、二级");
        launch.Offices["bureau"].ShouldBe(new Office("县局", "bureau@example.org", null, AdministrativeLevel.County));
        launch.Units.ShouldBe([new Unit("s01", "甲站", "s01@example.org", "甲镇党委、政府", null, AdministrativeLevel.Township), new Unit("s02", "乙站", "s02@example.org")]);
        launch.Batches.Select(batch => batch.Number).ShouldBe([1, 2, 3]);
        launch.Batches[0].Dates["reportDue"].ShouldBe("2023-09-28");
        launch.Batches[0].Units.ShouldBe(["s01"]);
        launch.Batches[1].Start.ShouldBe("programme.start + 1 year");
        launch.Batches[1].IntakeUntil.ShouldBe("2024-06-28");
        launch.Batches[2].Supplementary.ShouldBeTrue();
        launch.Reminders.ShouldBe("10 working days before");
        launch.UrgeEveryWorkingDays.ShouldBe(3);
        var group = launch.Forms["report"].Groups.ShouldHaveSingleItem();
        group.Part.ShouldBe("一");
        group.Items[0].ShouldBe(new FormItem("text", "内容", FormItemKind.Text, true));
        group.Items[1].PointsMax.ShouldBe(7.5m);
        group.Items[2].Choices.ShouldBe(["好", "差"]);
    }

    [Theory]
    [InlineData("definition", null, "missing-field", "definition", "流程定义的标识")]
    [InlineData("approval", null, "missing-field", "approval", "批准文件")]
    [InlineData("approval.number", null, "missing-field", "approval.number", "文号")]
    [InlineData("approval.number", "\"  \"", "missing-field", "approval.number", "文号")]
    [InlineData("approval.on", null, "missing-field", "approval.on", "印发日期")]
    [InlineData("approval.on", "\"programme.start\"", "date", "approval.on", "确定的日期")]
    [InlineData("startsOn", "\"2023-02-30\"", "date", "startsOn", "2023年2月没有30日")]
    [InlineData("startsOn", "20230703", "wrong-type", "startsOn", "加上引号")]
    [InlineData("businessClose", "\"5pm\"", "time", "businessClose", "17:30")]
    [InlineData("id", "\"Check 2023\"", "id", "id", "小写字母")]
    [InlineData("name", "\"甲\\n乙\"", "control-character", "name", "控制字符")]
    [InlineData("ofices", "{}", "unknown-field", "ofices", "是否为“offices”")]
    [InlineData("approval.date", "\"2023-06-30\"", "unknown-field", "approval.date", "可用：number、on、title")]
    [InlineData("units", "{}", "wrong-type", "units", "列表")]
    [InlineData("units[1]", "\"s02\"", "wrong-type", "units[1]", "对象")]
    [InlineData("units[1].id", "\"s01\"", "unit-id-twice", "units[1].id", "已在第")]
    [InlineData("units[1].mail", "\"a@example.org, b@example.org\"", "mail", "units[1].mail", "name@example.org")]
    [InlineData("units[1].mail", "\"a@example.org\\r\\nBcc: b@example.org\"", "control-character", "units[1].mail", "控制字符")]
    [InlineData("offices.bureau.mail", "\"bureau\"", "mail", "offices.bureau.mail", "不是邮箱地址")]
    [InlineData("offices.bureau.superior", "\"burau\"", "superior-unknown", "offices.bureau.superior", "是否为“bureau”")]
    [InlineData("offices.bureau.superior", "\"bureau\"", "superior-ring", "offices.bureau.superior", "互为上级")]
    [InlineData("offices.bureau.level", "\"conty\"", "level", "offices.bureau.level", "是否为“county”")]
    [InlineData("units[0].level", "\"county level\"", "level", "units[0].level", "township")]
    [InlineData("offices.unit", "{\"name\":\"甲\",\"mail\":\"a@example.org\"}", "role-reserved", "offices.unit", "就是参与单位本身")]
    [InlineData("dates.replyDue", "\"reportDue + 5 workin days\"", "date-rule", "dates.replyDue", "第 15 个字符")]
    [InlineData("dates.replyDue", "\"2024-02-30\"", "date-rule", "dates.replyDue", "2024-02-29")]
    [InlineData("dates.verify.completed", "\"2024-02-20\"", "date-name", "dates.verify.completed", "不含点")]
    [InlineData("dates.opened", "\"2024-02-20\"", "date-name", "dates.opened", "opened")]
    [InlineData("reminders", "\"10 workin days before\"", "reminders", "reminders", "个工作日")]
    [InlineData("urgeEveryWorkingDays", "-1", "wrong-type", "urgeEveryWorkingDays", "0 至 60 的整数")]
    [InlineData("urgeEveryWorkingDays", "61", "wrong-type", "urgeEveryWorkingDays", "0 至 60 的整数")]
    [InlineData("urgeEveryWorkingDays", "1.5", "wrong-type", "urgeEveryWorkingDays", "工作日数")]
    [InlineData("urgeEveryWorkingDays", "\"2\"", "wrong-type", "urgeEveryWorkingDays", "不加引号")]
    [InlineData("settings.grades", "3", "wrong-type", "settings.grades", "加上引号")]
    [InlineData("batches[1].number", "1", "batch-number", "batches[1].number", "应大于前一批的 1")]
    [InlineData("batches[1].number", "\"2\"", "wrong-type", "batches[1].number", "整数")]
    [InlineData("batches[1].start", "\"2024-01-32\"", "date-rule", "batches[1].start", "该月共31天")]
    [InlineData("batches[1].dates", "{\"reportDue\":\"2024-13-01\"}", "date-rule", "batches[1].dates.reportDue", "没有 13 月")]
    [InlineData("batches[1].units[0]", "\"s01\"", "unit-twice", "batches[1].units[0]", "已在“第一批”中")]
    [InlineData("batches[1].units[1]", "\"s02\"", "unit-twice", "batches[1].units[1]", "写了两次")]
    [InlineData("batches[1].units[0]", "\"s03\"", "unit-unknown", "batches[1].units[0]", "不在 units 中")]
    [InlineData("batches[1].units[0]", "\"乙站\"", "unit-unknown", "batches[1].units[0]", "标识“s02”")]
    [InlineData("batches[2].units", "[\"s02\"]", "supplementary-units", "batches[2].units", "结转")]
    [InlineData("batches[2].supplementary", "\"yes\"", "wrong-type", "batches[2].supplementary", "true 或 false")]
    [InlineData("forms.report.groups[0].items[1].key", "\"text\"", "form-key-twice", "forms.report.groups[0].items[1].key", "已用于")]
    [InlineData("forms.report.groups[0].items[1].kind", "\"scores\"", "form-kind", "forms.report.groups[0].items[1].kind", "是否为“score”")]
    [InlineData("forms.report.groups[0].items[1].pointsMax", "-1", "wrong-type", "forms.report.groups[0].items[1].pointsMax", "大于 0")]
    [InlineData("forms.report.groups[0].items[2].choices", null, "form-choices", "forms.report.groups[0].items[2].choices", "choices")]
    [InlineData("forms.report.groups[0].items[1].pointsMin", "8", "form-points", "forms.report.groups[0].items[1].pointsMin", "大于满分")]
    [InlineData("forms.report.groups[0].items[2].ifNo", "\"不行\"", "form-condition", "forms.report.groups[0].items[2].ifNo", "必备条件")]
    [InlineData("forms.report.groups[0].items[4].columns", null, "form-columns", "forms.report.groups[0].items[4].columns", "各列")]
    [InlineData("forms.report.groups[0].items[4].columns[1].key", "\"what\"", "form-key", "forms.report.groups[0].items[4].columns[1].key", "不重复")]
    [InlineData("forms.report.groups[0].items[4].columns[0].kind", "\"table\"", "form-kind", "forms.report.groups[0].items[4].columns[0].kind", "没有类型")]
    [InlineData("forms.report.groups[0].items[4].rowsMax", "201", "too-many", "forms.report.groups[0].items[4].rowsMax", "200 行")]
    [InlineData("forms.report.groups[0].items[4].kind", "\"text\"", "form-columns", "forms.report.groups[0].items[4].columns", "只有表格")]
    public void Read_OneThingWrong_SaysWhereAndWhatToDo(string path, string? value, string code, string property, string words)
    {
        var json = LaunchFiles.Small();
        Set(json, path, value);
        var reading = LaunchFiles.Read(json);
        reading.Launch.ShouldBeNull();
        var problem = reading.Problems.Where(p => p.Severity == ProblemSeverity.Error).First(p => p.Code == code && p.Property == property);
        problem.File.ShouldBe(LaunchFiles.File);
        problem.Message.Zh.ShouldContain(words);
        problem.Message.Zh.ShouldEndWith("（第 1 行）");
        problem.Message.En.ShouldEndWith("(line 1)");
    }

    [Fact]
    public void Read_SeveralThingsWrong_ReportsAllWithTheirLines()
    {
        var reading = LaunchReader.Read("""
            {
              "definition": "check", "id": "c", "name": "检查",
              "approval": { "number": "1", "on": "2023-06-31" },
              "startsOn": "2023-07-03",
              "offices": {},
              "units": [
                { "id": "s01", "name": "甲站", "mail": "甲@example.org" }
              ],
              "batches": [
                { "number": 1, "name": "一", "start": "2023-07-03", "untis": ["s01"] }
              ]
            }
            """, "a.json");
        reading.Problems.Where(p => p.Severity == ProblemSeverity.Error).Select(p => (p.Code, p.Property, Line: p.Message.En[(p.Message.En.LastIndexOf('(') + 1)..^1]))
            .ShouldBe([("mail", "units[0].mail", "line 7"), ("unknown-field", "batches[0].untis", "line 10"), ("date", "approval.on", "line 3")], ignoreOrder: true);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("{\n  \"名称\": \"甲\"\n  \"id\": 1 }", 3, 3)]
    [InlineData("{ \"名称\": 甲 }", 1, 9)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("{ \"name\": \"\\ud800\" }", 1, 1)]
    [InlineData("{ \"a\": [1, 2", 1, 13)]
    public void Read_BrokenJson_GivesLineAndColumn(string json, int line, int column)
    {
        var problem = LaunchReader.Read(json, "a.json").Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("json");
        problem.Message.Zh.ShouldContain($"第 {line} 行第 {column} 列");
        problem.Message.En.ShouldContain($"line {line}, column {column}");
    }

    [Fact]
    public void Read_ByteOrderMark_IsNoMatter() =>
        LaunchReader.Read("\uFEFF" + LaunchFiles.Small().ToJsonString(), "a.json").Launch.ShouldNotBeNull();

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    public void Read_NoObject_IsOneProblem(string json) =>
        LaunchReader.Read(json, "a.json").Problems.ShouldHaveSingleItem().Code.ShouldBe("wrong-type");

    [Fact]
    public void Read_NameTwice_IsAnErrorEvenWhereNamesAreFree()
    {
        var text = LaunchFiles.Small().ToJsonString();
        var reading = LaunchReader.Read(text.Replace("\"grades\":", "\"grades\":\"x\",\"grades\":", StringComparison.Ordinal).Replace("\"id\":\"s01\"", "\"id\":\"s01\",\"id\":\"s09\"", StringComparison.Ordinal), "a.json");
        reading.Problems.Select(p => (p.Code, p.Property)).ShouldBe([("field-twice", "units[0].id"), ("name-twice", "settings.grades")], ignoreOrder: true);
    }

    [Fact]
    public void Read_NoMail_IsAWarningForEachUnitUpToALimit()
    {
        var json = LaunchFiles.Small();
        Set(json, "offices.bureau.mail", null);
        Set(json, "units[1].mail", "\"\"");
        var reading = LaunchFiles.Read(json);
        reading.Launch!.Units[1].Mail.ShouldBeNull();
        reading.Problems.ShouldAllBe(p => p.Severity == ProblemSeverity.Warning);
        reading.Problems.Select(p => (p.Code, p.Property, p.Unit)).ShouldBe([("unit-without-mail", "units[1]", "s02"), ("office-without-mail", "offices.bureau", null)]);

        var units = json["units"]!.AsArray();
        for (var i = 3; i < 103; i++) units.Add(new JsonObject { ["id"] = $"t{i}", ["name"] = $"站{i}" });
        var many = LaunchFiles.Read(json).Problems.Where(p => p.Code == "unit-without-mail").ToList();
        many.Count.ShouldBe(LaunchReader.UnitsWithoutMailShownMax + 1);
        many[^1].Message.Zh.ShouldContain("51 个单位");
    }

    [Fact]
    public void Read_UnitInNoBatchOrBatchWithoutUnits_IsAWarning()
    {
        var json = LaunchFiles.Small();
        Set(json, "batches[1].units", "[]");
        var reading = LaunchFiles.Read(json);
        reading.Launch.ShouldNotBeNull();
        reading.Problems.Select(p => (p.Code, p.Property)).ShouldBe([("batch-empty", "batches[1].units"), ("unit-in-no-batch", "units")]);
    }

    [Fact]
    public void Read_TooManyUnits_IsRefusedByTheLimit()
    {
        var units = string.Join(',', Enumerable.Range(0, LaunchReader.UnitsMax + 1).Select(_ => "{}"));
        var json = LaunchFiles.Small();
        json.Remove("units");
        var text = json.ToJsonString();
        var reading = LaunchReader.Read($"{text[..^1]},\"units\":[{units}]}}", "a.json");
        reading.Problems.Where(p => p.Property == "units").ShouldHaveSingleItem().Message.Zh.ShouldContain($"超过上限 {LaunchReader.UnitsMax}");
    }

    [Fact]
    public void Read_ManyErrors_StopsListingAtTheLimit()
    {
        var json = LaunchFiles.Small();
        var units = json["batches"]![0]!["units"]!.AsArray();
        for (var i = 0; i < LaunchReader.ErrorsMax + 50; i++) units.Add($"x{i}");
        var errors = LaunchFiles.Read(json).Problems.Where(p => p.Severity == ProblemSeverity.Error).ToList();
        errors.Count.ShouldBe(LaunchReader.ErrorsMax + 1);
        errors[^1].Code.ShouldBe("more-problems");
    }

    [Fact]
    public void Write_Launch_ReadsBackEqual()
    {
        var launch = LaunchFiles.Launch();
        var written = LaunchWriter.Write(launch);
        var again = LaunchReader.Read(written, "a.json");
        again.Problems.ShouldBeEmpty();
        LaunchWriter.Write(again.Launch!).ShouldBe(written);
        // The schema's place depends on where the file lies, which a launch does not know.
        var original = LaunchFiles.Small();
        original.Remove("$schema");
        Canonical(JsonNode.Parse(written)!).ShouldBe(Canonical(original));
    }

    private static string Canonical(JsonNode node) => node switch
    {
        JsonObject json => $"{{{string.Join(',', json.Where(p => p.Value is not JsonArray { Count: 0 }).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Canonical(p.Value!)}"))}}}",
        JsonArray array => $"[{string.Join(',', array.Select(item => Canonical(item!)))}]",
        _ => node.ToJsonString(),
    };

    /// <summary>Sets <c>a.b[1].c</c> to JSON; null removes it. A name with a dot that is not there is set as one name.</summary>
    private static void Set(JsonNode json, string path, string? value)
    {
        var parts = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        for (var i = 0; i < parts.Length - 1; i++)
        {
            var next = parts[i][0] == '[' ? json[int.Parse(parts[i][1..^1], System.Globalization.CultureInfo.InvariantCulture)] : json[parts[i]];
            if (next is null)
            {
                json[string.Join('.', parts[i..])] = JsonNode.Parse(value!);
                return;
            }

            json = next;
        }

        var last = parts[^1];
        if (last[0] != '[')
        {
            if (value is null) json.AsObject().Remove(last);
            else json[last] = JsonNode.Parse(value);
            return;
        }

        var index = int.Parse(last[1..^1], System.Globalization.CultureInfo.InvariantCulture);
        if (index == json.AsArray().Count) json.AsArray().Add(JsonNode.Parse(value!));
        else json[index] = JsonNode.Parse(value!);
    }
}
