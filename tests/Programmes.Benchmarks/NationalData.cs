using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Benchmarks;

/// <summary>
/// A programme of all stations of a country, launched by the product, beside some of ordinary size. Its work items are written
/// by SQL, thirteen a unit: those of earlier years are closed, and of what is open one in twenty is late.
/// </summary>
internal static class NationalData
{
    public const string Programme = "national";

    /// <summary>A country has 38,600; fewer show what a change is worth, sooner.</summary>
    public static int Units { get; set; } = 38_600;

    public const int ItemsPerUnit = 13;
    public const int Counties = 100;

    /// <summary>Programmes of the sample's own size beside it.</summary>
    private const int Others = 20;

    private const int DaysBack = 3;
    private const int DaysAhead = 60;

    /// <param name="shape">How the sample becomes the country's; null: <see cref="National"/>.</param>
    public static async Task WriteAsync(IServiceProvider services, string workflows, Func<Launch, Launch>? shape = null)
    {
        var files = Directory.EnumerateFiles(workflows, "*.json").Where(file => !Path.GetFileName(file).StartsWith("launch", StringComparison.Ordinal));
        var definitions = files.Select(file => DefinitionReader.Read(File.ReadAllText(file), file).Definition!).ToList();
        await services.GetRequiredService<PublishDefinitions>().PublishAsync(definitions, null);
        var sample = LaunchReader.Read(File.ReadAllText(Path.Combine(workflows, "launch.example.json")), "launch").Launch!;
        var launch = services.GetRequiredService<LaunchProgramme>();
        foreach (var one in Enumerable.Range(1, Others).Select(i => sample with { Id = $"county-{i:00}", Name = $"示例县{i}评估定级" }).Append((shape ?? National)(sample)))
            await launch.LaunchAsync(Person.Engine, LaunchWriter.Write(one), "launch", LaunchMode.Shifted, warningsConfirmed: true);
        await using var db = await services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        var today = ChinaTime.DateOf(services.GetRequiredService<TimeProvider>().GetUtcNow());
        await db.Database.ExecuteSqlRawAsync(WorkItems(today));
        await db.Database.ExecuteSqlRawAsync("ANALYZE");
    }

    /// <summary>The sample with a station in each batch for every one of the country's, below a hundred county offices.</summary>
    public static Launch National(Launch sample)
    {
        var units = Enumerable.Range(1, Units).Select(i => sample.Units[0] with
        {
            Id = $"n{i}",
            Name = $"示例乡镇{i}综合文化站",
            Mail = $"n{i}@example.org",
            Superior = County(i % Counties),
        }).ToList();
        var regular = sample.Batches.Where(batch => !batch.Supplementary).ToList();
        var offices = sample.Offices.ToDictionary(one => one.Key, one => one.Value);
        foreach (var i in Enumerable.Range(0, Counties)) offices[County(i)] = new($"示例{i + 1}县文化和旅游局", $"county{i}@example.org");
        return sample with
        {
            Id = Programme,
            Name = "全国乡镇综合文化站评估定级（示例）",
            Offices = offices,
            Units = units,
            Batches = [.. sample.Batches.Select(batch => batch.Supplementary ? batch : batch with
            {
                Units = [.. units.Where((_, i) => i % regular.Count == regular.IndexOf(batch)).Select(unit => unit.Id)],
            })],
        };
    }

    /// <summary>The sample's workflows, with a self-check that is over at its deadline: what follows opens for all stations in that moment.</summary>
    public static IReadOnlyList<WorkflowDefinition> WithDeadline(string workflows)
    {
        var files = Directory.EnumerateFiles(workflows, "*.json").Where(file => !Path.GetFileName(file).StartsWith("launch", StringComparison.Ordinal));
        return [.. files.Select(file => DefinitionReader.Read(Path.GetFileName(file) == "station.json" ? Changed(File.ReadAllText(file)) : File.ReadAllText(file), file).Definition!)];

        static string Changed(string json)
        {
            var definition = JsonNode.Parse(json)!;
            var root = definition["root"]!;
            var selfCheck = root["activities"]!.AsArray().Single(activity => (string)activity!["id"]! == "selfCheck")!;
            selfCheck["onOverdue"] = JsonNode.Parse("""{ "typeName": "String", "expression": { "type": "Literal", "value": "interrupt" } }""");
            foreach (var next in new[] { "rectify", "file" })
                root["connections"]!.AsArray().Add(JsonNode.Parse($$"""{ "source": { "activity": "selfCheck", "port": "Overdue" }, "target": { "activity": "{{next}}", "port": "In" }, "vertices": [] }"""));
            return definition.ToJsonString();
        }
    }

    /// <summary>All stations in the first batch, below 2,800 counties and 31 provinces.</summary>
    public static Launch InOneBatch(Launch sample)
    {
        const int counties = 2_800;
        const int provinces = 31;
        var national = National(sample);
        var offices = sample.Offices.ToDictionary(one => one.Key, one => one.Value);
        foreach (var i in Enumerable.Range(0, provinces)) offices[Province(i)] = new($"示例{i + 1}省文化和旅游厅", $"province{i}@example.org", null, AdministrativeLevel.Province);
        foreach (var i in Enumerable.Range(0, counties)) offices[County(i)] = new($"示例{i + 1}县文化和旅游局", $"county{i}@example.org", Province(i % provinces), AdministrativeLevel.County);
        var units = national.Units.Select((unit, i) => unit with { Superior = County(i % counties), Level = AdministrativeLevel.Township }).ToList();
        var all = units.ConvertAll(unit => unit.Id);
        return national with
        {
            Offices = offices,
            Units = units,
            Batches = [.. national.Batches.Select(batch => batch with { Units = batch.Number == 1 ? all : [] })],
        };

        static string Province(int i) => $"province{i:00}";
    }

    /// <summary>What years leave behind beside the work: ten more step records a station, two events and a form for each closed work item, a second morning of mails; and the programme's end.</summary>
    public static IReadOnlyList<string> Aged(DateTimeOffset endedAt)
    {
        var at = (endedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        string[] statements =
        [
            $"""
             INSERT INTO activity_executions (instance_id, execution, activity, type, status, outcome, started_at, nominal_at, ended_at, ended_nominal_at, ended_by)
             WITH steps (k) AS (VALUES {string.Join(", ", Enumerable.Range(0, 10).Select(k => $"({k})"))})
             SELECT id, 1000 + k, 'selfCheck', 'Programmes.WorkItem', 'Completed', 'Done', {at}, {at}, {at}, {at}, 'station' FROM instances CROSS JOIN steps WHERE programme_id = '{Programme}' AND unit_id IS NOT NULL
             """,
            $"UPDATE work_items SET form_values = '{Form}' WHERE programme_id = '{Programme}' AND closed_on IS NOT NULL",
            $"INSERT INTO work_item_events (work_item_id, kind, at, actor) SELECT id, 'Submitted', {at}, 'station' FROM work_items WHERE programme_id = '{Programme}' AND closed_on IS NOT NULL",
            $"INSERT INTO work_item_events (work_item_id, kind, at, actor) SELECT id, 'Completed', {at}, 'station' FROM work_items WHERE programme_id = '{Programme}' AND closed_on IS NOT NULL",
            $"""
             INSERT INTO outbox (message_id, programme_id, to_address, to_name, subject, text, html, calendar, kind, dedupe_key, queued_at, not_before, status, attempts, sent_at)
             SELECT message_id || '.2', programme_id, to_address, to_name, subject, text, html, calendar, kind, dedupe_key || '.2', {at}, {at}, 'Sent', 1, {at} FROM outbox
             """,
            $"UPDATE instances SET status = 'Finished', wake_at = NULL, finished_at = {at} WHERE programme_id = '{Programme}'",
            $"UPDATE programmes SET status = 'Finished', ended_at = {at} WHERE id = '{Programme}'",
            "ANALYZE",
        ];
        return [.. statements.Select(sql => sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal))];
    }

    private const string Form = """{"score":86,"grade":"二级","problems":"馆舍面积不足，开放时间不够，专职人员未配齐","measures":"年内完成改扩建，落实专职人员两名","materials":["自查报告","开放记录","经费台账"]}""";

    public static string County(int i) => $"county{i:000}";

    private static string WorkItems(DateOnly today)
    {
        var days = string.Join(", ", Enumerable.Range(-DaysBack, DaysBack + DaysAhead).Select(j => string.Create(CultureInfo.InvariantCulture,
            $"({j}, '{today.AddDays(j):yyyy-MM-dd}', {(ChinaTime.StartOf(today.AddDays(j + 1)) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond})")));
        var steps = string.Join(", ", Enumerable.Range(0, ItemsPerUnit).Select(k => $"({k})"));
        // The last but one is open in every other unit, the last in all: a twentieth of them late, a fifth due this week.
        return $$$"""
            INSERT INTO work_items (id, instance_id, programme_id, batch, unit_id, activity, title_zh, title_en, role, reviewer, opened_on, due_on, original_due_on,
                due_at, provisional, why, evidence, outcomes, status, suspended, outcome, closed_on, closed_by, reminders_sent, version)
            WITH days (j, day, at) AS (VALUES {{{days}}}), steps (k) AS (VALUES {{{steps}}})
            SELECT 'national.' || m.batch || '.' || m.unit_id || '.' || steps.k, 'national.' || m.batch || '.' || m.unit_id, 'national', m.batch, m.unit_id,
                CASE WHEN steps.k % 3 = 0 THEN 'selfCheck' WHEN steps.k % 3 = 1 THEN 'rectify' ELSE 'file' END,
                '按评估标准自查并形成自查报告（第' || steps.k || '次）', 'Self-check no. ' || steps.k, 'unit', 'leadingGroupOffice', '{{{today.AddDays(-40):yyyy-MM-dd}}}', d.day, d.day,
                d.at, m.ordinal % 9 = 0, '[{"zh":"批次开始后20个工作日","en":"20 working days after the batch starts"}]', 'None', '["Done"]',
                CASE WHEN steps.k < 11 OR (steps.k = 11 AND m.ordinal % 2 = 0) THEN 'Completed' WHEN steps.k = 11 AND m.ordinal % 10 = 3 THEN 'Submitted' WHEN m.ordinal % 3 = 0 THEN 'Open' ELSE 'Signed' END,
                m.ordinal % 501 = 7,
                CASE WHEN steps.k < 11 OR (steps.k = 11 AND m.ordinal % 2 = 0) THEN 'Done' END,
                CASE WHEN steps.k < 11 OR (steps.k = 11 AND m.ordinal % 2 = 0) THEN '{{{today.AddDays(-20):yyyy-MM-dd}}}' END,
                CASE WHEN steps.k < 11 OR (steps.k = 11 AND m.ordinal % 2 = 0) THEN 'station' END, 0, 1
            FROM batch_units m CROSS JOIN steps JOIN days d ON d.j = CASE WHEN steps.k = 11 THEN 10 + m.ordinal % 40 WHEN m.ordinal % 20 = 0 THEN -3 WHEN m.ordinal % 5 = 1 THEN 3 ELSE 15 + m.ordinal % 40 END
            WHERE m.programme_id = 'national'
            """.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
    }
}
