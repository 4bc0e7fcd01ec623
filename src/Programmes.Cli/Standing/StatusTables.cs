using System.Globalization;
using Programmes.Engine.Queries;
using Spectre.Console;

namespace Programmes.Cli.Standing;

/// <summary>Standings for people: a line each, or one in full.</summary>
internal static class StatusTables
{
    public static void Overview(Session session, IReadOnlyList<ProgrammeStanding> standings)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(
            session.Say("标识", "id"), session.Say("专项工作", "programme"), session.Say("状态", "status"), session.Say("时钟", "clock"), session.Say("自", "from"), session.Say("批次", "batches"),
            session.Say("单位", "units"), session.Say("未办结", "open"), session.Say("逾期", "overdue"), session.Say("故障", "incidents"), session.Say("结论", "results"));
        foreach (var standing in standings)
        {
            var head = standing.Head;
            table.AddRow(
                Markup.Escape(head.Id), Markup.Escape(head.Name), State(session, head), Clock(session, head), Day(head.StartsOn), Number(head.Batches.Count),
                Number(head.Units), Number(head.Open), Number(head.Late), Number(head.OpenIncidents), Markup.Escape(Results(session, standing)));
        }

        session.Terminal.Screen.Write(table);
    }

    public static void Details(Session session, ProgrammeStanding standing)
    {
        var screen = session.Terminal.Screen;
        var head = standing.Head;
        var facts = new Table { Border = TableBorder.Simple, ShowHeaders = false };
        facts.AddColumns("", "");
        void Fact(string zh, string en, string value) => facts.AddRow(session.Say(zh, en), Markup.Escape(value));
        Fact("标识", "id", head.Id);
        Fact("专项工作", "programme", head.Name);
        Fact("状态", "status", State(session, head));
        Fact("时钟", "clock", Clock(session, head));
        Fact("自", "from", Day(head.StartsOn));
        if (head.BackfilledUntil is { } until) Fact("补录至", "backfilled until", Day(until));
        Fact("参与单位", "units", Number(head.Units));
        Fact("未办结任务", "open work items", Number(head.Open));
        Fact("其中逾期", "overdue", Number(head.Late));
        Fact("故障", "incidents", Number(head.OpenIncidents));
        Fact("结论", "results", Results(session, standing));
        Fact("达标", "achieved", $"{Number(head.Achieved)} / {Number(head.Units)}");
        screen.Write(facts);

        var batches = new Table { Border = TableBorder.Simple };
        batches.AddColumns(session.Say("批次", "batch"), session.Say("单位", "units"), session.Say("已有结论", "finished"), session.Say("进展", "state"));
        foreach (var (batch, finished) in standing.Batches)
            batches.AddRow(Markup.Escape(batch.Name), Number(batch.Units), Number(finished), batch.Started ? session.Say("已开始", "started") : session.Say("未开始", "not started"));
        screen.Write(batches);
    }

    private static string State(Session session, ProgrammeHead head) => head.State switch
    {
        ProgrammeState.Finished => session.Say("已结束", "finished"),
        ProgrammeState.Cancelled => session.Say("已取消", "cancelled"),
        _ when head.SuspendedOn is { } on => session.Say($"自 {Day(on)} 暂停", $"suspended since {Day(on)}"),
        _ => session.Say("进行中", "running"),
    };

    private static string Clock(Session session, ProgrammeHead head) =>
        head.IsDemonstration ? session.Say($"演示 {Day(head.Today)}", $"demonstration {Day(head.Today)}") : session.Say($"真实 {Day(head.Today)}", $"real {Day(head.Today)}");

    private static string Results(Session session, ProgrammeStanding standing) =>
        standing.Results.Count == 0 ? "-" : string.Join(session.Say("，", ", "), standing.Results.Select(result => $"{result.Result} {Number(result.Units)}"));

    private static string Day(DateOnly on) => on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
