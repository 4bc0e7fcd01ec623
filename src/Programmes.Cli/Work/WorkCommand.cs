using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Cli.Output;
using Programmes.Cli.Sources;
using Programmes.Engine.Queries;
using Programmes.Engine.WorkItems;
using Spectre.Console;

namespace Programmes.Cli.Work;

/// <summary><c>programmes work</c>: what is to be done, and doing it.</summary>
internal static class WorkCommand
{
    public static Command Of(Session session) => new("work", session.Say("任务：列出、签收、提交、退回、办结", "Work items: list, sign for, submit, return, complete"))
    {
        List(session), Sign(session), Submit(session), Return(session), Complete(session),
    };

    private static ExampleCommand List(Session session)
    {
        var run = new PeopleRun(session);
        var programme = run.Programme();
        var unsigned = new Option<bool>("--unsigned") { Description = session.Say("只列没有签收的", "Only what nobody has signed for") };
        var page = new Option<int>("--page") { HelpName = "n", Description = session.Say("第几页，从 1 起", "The page, from 1"), DefaultValueFactory = _ => 1 };
        var json = Arguments.Json(session);
        return run.Command("list", session.Say("未办结的任务", "Open work items"), "programmes work list tongjiang-grading-2023 --unsigned", [programme, unsigned, page, json], async (services, parsed, cancellation) =>
        {
            var (person, id) = (run.Person(parsed), parsed.GetValue(programme)!);
            var lines = parsed.GetValue(unsigned)
                ? await services.GetRequiredService<UnsignedWorkQuery>().RunAsync(person, id, parsed.GetValue(page), cancellation).ConfigureAwait(false)
                : (await services.GetRequiredService<WorkListQuery>().RunAsync(person, WorkShown.All, true, parsed.GetValue(page), id, cancellation).ConfigureAwait(false)).Lines;
            if (parsed.GetValue(json)) WriteJson(session, lines);
            else Show(session, lines);
        });
    }

    private static ExampleCommand Sign(Session session)
    {
        var run = new PeopleRun(session);
        var id = run.Id("任务的标识", "The work item's id");
        return run.Command("sign", session.Say("签收", "Sign for it"), "programmes work sign tongjiang-grading-2023.b1.s01-1 --as unit:s01", [id], async (services, parsed, cancellation) =>
        {
            await services.GetRequiredService<WorkOnItem>().SignForAsync(run.Person(parsed), parsed.GetValue(id)!, cancellation).ConfigureAwait(false);
            run.Say("已签收", "Signed for");
        });
    }

    private static ExampleCommand Submit(Session session)
    {
        var run = new PeopleRun(session);
        var id = run.Id("任务的标识", "The work item's id");
        var outcome = run.Text("--outcome", "结果（默认第一个）", "The outcome (default: the first)");
        var comment = run.Text("--comment", "说明", "A comment");
        var form = new Option<string?>("--form") { HelpName = session.Say("文件", "file"), Description = session.Say("填报内容，JSON 文件", "The filled-in form, a JSON file") };
        return run.Command("submit", session.Say("提交；没有审核单位的即办结", "Submit; without a reviewer this completes it"), "programmes work submit tongjiang-grading-2023.b1.s01-1 --form form.json --as unit:s01", [id, outcome, form, comment], async (services, parsed, cancellation) =>
        {
            await services.GetRequiredService<WorkOnItem>().SubmitAsync(run.Person(parsed), parsed.GetValue(id)!, parsed.GetValue(outcome), TextOf(session, parsed.GetValue(form)), parsed.GetValue(comment), cancellation).ConfigureAwait(false);
            run.Say("已提交", "Submitted");
        });
    }

    private static ExampleCommand Return(Session session)
    {
        var run = new PeopleRun(session);
        var id = run.Id("任务的标识", "The work item's id");
        var reason = run.Text("--reason", "退回理由", "The reason", required: true);
        return run.Command("return", session.Say("退回提交的任务", "Return what was submitted"), "programmes work return tongjiang-grading-2023.b1.s01-1 --reason 材料不全 --as role:bureau", [id, reason], async (services, parsed, cancellation) =>
        {
            await services.GetRequiredService<ReviewItem>().ReturnAsync(run.Person(parsed), parsed.GetValue(id)!, parsed.GetValue(reason)!, cancellation).ConfigureAwait(false);
            run.Say("已退回", "Returned");
        });
    }

    private static ExampleCommand Complete(Session session)
    {
        var run = new PeopleRun(session);
        var id = run.Id("任务的标识", "The work item's id");
        var outcome = run.Text("--outcome", "结果（默认第一个）", "The outcome (default: the first)");
        var comment = run.Text("--comment", "意见", "A comment");
        return run.Command("complete", session.Say("审核通过，办结", "Complete what was submitted"), "programmes work complete tongjiang-grading-2023.b1.s01-1 --as role:bureau", [id, outcome, comment], async (services, parsed, cancellation) =>
        {
            await services.GetRequiredService<ReviewItem>().CompleteAsync(run.Person(parsed), parsed.GetValue(id)!, parsed.GetValue(outcome), parsed.GetValue(comment), cancellation).ConfigureAwait(false);
            run.Say("已办结", "Completed");
        });
    }

    internal static string? TextOf(Session session, string? file)
    {
        if (file is null) return null;
        return SourceFile.TryReadText(Path.GetFullPath(file, session.Terminal.Folder), file, out var text, out var unreadable) ? text : throw new UsageException(unreadable.Message);
    }

    private static string StateOf(WorkState state) => state switch
    {
        WorkState.Signed => "signed",
        WorkState.Submitted => "submitted",
        WorkState.Returned => "returned",
        WorkState.Completed => "completed",
        WorkState.Waived => "waived",
        WorkState.Cancelled => "cancelled",
        _ => "open",
    };

    private static void WriteJson(Session session, Paged<WorkLine> lines) => Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("total", lines.Total);
        json.WriteNumber("page", lines.Number);
        json.WriteStartArray("workItems");
        foreach (var line in lines.Rows)
        {
            json.WriteStartObject();
            json.WriteString("id", line.Id);
            json.WriteString("title", session.Say(line.Title));
            json.Number("batch", line.Batch);
            json.WriteString("unit", line.Unit);
            json.WriteString("role", line.Role);
            json.Day("due", line.Due?.On);
            json.WriteString("state", StateOf(line.State));
            json.WriteBoolean("overdue", line.Light == WorkLight.Late);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Show(Session session, Paged<WorkLine> lines)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(session.Say("标识", "id"), session.Say("任务", "work item"), session.Say("责任单位", "responsible"), session.Say("期限", "due"), session.Say("状态", "state"));
        foreach (var line in lines.Rows)
            table.AddRow(Markup.Escape(line.Id), Markup.Escape(session.Say(line.Title)), Markup.Escape(line.Unit ?? line.Office ?? line.Role), line.Due?.On.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-",
                line.Light == WorkLight.Late ? $"[red]{session.Say("逾期", "overdue")}[/]" : Markup.Escape(StateOf(line.State)));
        session.Terminal.Screen.Write(table);
        session.Terminal.Out.WriteLine(session.Say($"共 {lines.Total} 项，第 {lines.Number} 页", $"{lines.Total} in all, page {lines.Number}"));
    }
}
