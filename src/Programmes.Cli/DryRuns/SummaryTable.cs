using System.Globalization;
using Programmes.Core.Rehearsal;
using Spectre.Console;

namespace Programmes.Cli.DryRuns;

/// <summary>What a rehearsal comes to, in two tables.</summary>
internal static class SummaryTable
{
    public static void Write(Session session, IAnsiConsole screen, RehearsalReport report)
    {
        var summary = report.Summary;
        var batches = new Table { Border = TableBorder.Simple };
        batches.AddColumns(session.Say("批次", "batch"), session.Say("单位", "units"), session.Say("开始", "from"), session.Say("结束", "to"));
        foreach (var batch in summary.Batches) batches.AddRow(Markup.Escape(batch.Name), Number(batch.Units), Day(batch.StartedOn), Day(batch.FinishedOn));
        screen.Write(batches);

        var facts = new Table { Border = TableBorder.Simple, ShowHeaders = false };
        facts.AddColumns("", "");
        void Fact(string zh, string en, string value) => facts.AddRow(session.Say(zh, en), Markup.Escape(value));
        Fact("专项工作", "programme", summary.Programme);
        Fact("自", "from", Day(summary.StartsOn));
        Fact("至", "to", summary.FinishedOn is null ? session.Say("没有走到结束", "did not end") : Day(summary.FinishedOn));
        Fact("参与单位", "units", Number(summary.Units));
        Fact("结论", "results", summary.Results.Count == 0 ? "-" : string.Join(session.Say("，", ", "), summary.Results.Select(result => $"{result.Key} {Number(result.Value)}")));
        Fact("目标", "goal", $"{Number(summary.GoalReached)} / {Number(summary.GoalTotal)}");
        Fact("逾期", "overdue", Number(summary.Events.GetValueOrDefault(EventKinds.WorkOverdue)));
        Fact("邮件", "mails", session.Say($"{Number(report.Mails.Total)} 封，其中每日汇总 {Number(report.Mails.Digests)} 封", $"{Number(report.Mails.Total)}, {Number(report.Mails.Digests)} of them digests"));
        Fact("暂定日期", "provisional dates", Number(summary.ProvisionalDates));
        if (summary.AsKnownOn is { } known) Fact("日历截至", "calendar as known on", Day(known));
        Fact("办理方式", "policy", summary.Policy == "random" ? $"{summary.Policy} (seed {summary.Seed.ToString(CultureInfo.InvariantCulture)})" : summary.Policy);
        screen.Write(facts);
    }

    private static string Day(DateOnly? on) => on is { } day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "-";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
