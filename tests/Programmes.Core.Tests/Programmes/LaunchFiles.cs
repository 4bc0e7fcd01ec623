using System.Text.Json.Nodes;
using Programmes.Core.Programmes;

namespace Programmes.Core.Tests.Programmes;

/// <summary>A small launch file that is right, to be bent by a test.</summary>
internal static class LaunchFiles
{
    public const string File = "launch.json";

    public static string Text(string path) => System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "workflows", path));

    public static JsonObject Small() => JsonNode.Parse("""
        {
          "$schema": "../launch.schema.json",
          "definition": "check",
          "id": "check-2023",
          "name": "检查",
          "approval": { "number": "示例〔2023〕1号", "on": "2023-06-30", "title": "关于检查的通知" },
          "startsOn": "2023-07-03",
          "businessClose": "17:30",
          "dates": { "reportDue": "2023-09-30", "replyDue": "reportDue + 5 working days" },
          "settings": { "grades": "一级、二级" },
          "offices": { "bureau": { "name": "县局", "mail": "bureau@example.org", "level": "county" } },
          "units": [
            { "id": "s01", "name": "甲站", "mail": "s01@example.org", "responsible": "甲镇党委、政府", "level": "township" },
            { "id": "s02", "name": "乙站", "mail": "s02@example.org" }
          ],
          "batches": [
            { "number": 1, "name": "第一批", "start": "2023-07-03", "dates": { "reportDue": "2023-09-28" }, "units": ["s01"] },
            { "number": 2, "name": "第二批", "start": "programme.start + 1 year", "intakeUntil": "2024-06-28", "units": ["s02"] },
            { "number": 3, "name": "补评", "start": "2025-01-02", "supplementary": true }
          ],
          "reminders": "10 working days before",
          "urgeEveryWorkingDays": 3,
          "forms": {
            "report": { "title": "报告", "groups": [ { "part": "一", "title": "概况", "items": [
              { "key": "text", "title": "内容", "kind": "text", "required": true },
              { "key": "points", "title": "得分", "kind": "score", "pointsMin": 1, "pointsMax": 7.5 },
              { "key": "choice", "title": "选择", "kind": "choice", "choices": ["好", "差"] },
              { "key": "house", "title": "有馆舍", "kind": "yesNo", "ifNo": "不参评" },
              { "key": "rows", "title": "清单", "kind": "table", "rowsMax": 5, "columns": [ { "key": "what", "title": "问题", "kind": "text", "required": true }, { "key": "kind", "title": "类别", "kind": "choice", "choices": ["甲", "乙"] } ] },
              { "key": "photo", "title": "照片", "kind": "file" } ] } ] }
          }
        }
        """)!.AsObject();

    public static LaunchReading Read(JsonObject json) => LaunchReader.Read(json.ToJsonString(), File);

    public static Launch Launch(JsonObject? json = null)
    {
        var reading = Read(json ?? Small());
        reading.Problems.ShouldBeEmpty();
        return reading.Launch.ShouldNotBeNull();
    }
}
