using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Cli.Work;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Papers;
using Programmes.Engine.Queries;

namespace Programmes.Cli.Papers;

/// <summary><c>programmes paper</c>: official papers, their answers and who has not signed for them.</summary>
internal static class PaperCommand
{
    public static Command Of(Session session) => new("paper", session.Say("公文：登记、签收、答复、确认、退回、撤回、列出", "Official papers: issue, sign for, reply, accept, return, withdraw, list"))
    {
        Issue(session), List(session),
        OnPaper(session, "sign", "签收", "Sign for it", null, (services, person, paper, _, recipient, cancellation) => services.GetRequiredService<ReplyToPaper>().SignAsync(person, paper, recipient, cancellation)),
        OnPaper(session, "reply", "答复", "Reply", ("--text", "答复内容", "The answer"), (services, person, paper, text, recipient, cancellation) => services.GetRequiredService<ReplyToPaper>().ReplyAsync(person, paper, text!, recipient, cancellation)),
        OnPaper(session, "accept", "确认答复", "Accept answers", null, (services, person, paper, _, recipient, cancellation) => services.GetRequiredService<ReplyToPaper>().AcceptAsync(person, paper, recipient, cancellation)),
        OnPaper(session, "return", "退回答复", "Return answers", ("--reason", "退回理由", "The reason"), (services, person, paper, text, recipient, cancellation) => services.GetRequiredService<ReplyToPaper>().ReturnAsync(person, paper, text!, recipient, cancellation)),
        OnPaper(session, "withdraw", "撤回公文", "Withdraw the paper", ("--reason", "撤回理由", "The reason"), (services, person, paper, text, _, cancellation) => services.GetRequiredService<WithdrawPaper>().WithdrawAsync(person, paper, text!, cancellation)),
    };

    private static ExampleCommand Issue(Session session)
    {
        var run = new PeopleRun(session);
        var kind = new Option<PaperKind>("--kind")
        {
            Required = true, HelpName = string.Join('|', Enum.GetNames<PaperKind>()), Description = session.Say("公文种类", "The kind of paper"),
            CustomParser = result =>
            {
                if (PaperKinds.Parse(result.Tokens[0].Value) is { } known) return known;
                result.AddError(session.Say($"不能是“{result.Tokens[0].Value}”；可用：{string.Join("、", Enum.GetValues<PaperKind>().Select(one => $"{one} {one.Words().Zh}"))}", $"cannot be \"{result.Tokens[0].Value}\"; use {string.Join(", ", Enum.GetNames<PaperKind>())}"));
                return default;
            },
        };
        var number = run.Text("--number", "文号", "The number", required: true);
        var title = run.Text("--title", "标题", "The title", required: true);
        var body = new Option<string?>("--body") { HelpName = session.Say("文件", "file"), Description = session.Say("正文，文本文件", "The body, a text file") };
        var programme = run.Text("--programme", "专项工作的标识（有 --work 时可不写）", "The programme's id (not needed with --work)");
        var work = run.Text("--work", "所办或所涉任务的标识", "The id of the work item that needs it, or that it is about");
        var issuer = run.Text("--issuer", "发文单位的角色", "The role of the issuing office");
        var to = run.Keys("--to", "主送，角色", "Main recipients, roles");
        var toUnits = run.Keys("--to-unit", $"主送，参与单位；{NewPaper.AllUnits} 为全部", $"Main recipients, units; {NewPaper.AllUnits} for every one");
        var cc = run.Keys("--cc", "抄送、抄报，角色", "Copies, roles");
        var unit = run.Text("--unit", "所涉参与单位", "The unit that it concerns");
        var on = run.Day("--on", "印发日期（默认今天）", "The day of issue (default: today)");
        var replyBy = run.Day("--reply-by", "答复期限", "The last day for the answer");
        var reopens = run.Day("--reopens", "计划恢复开放日期", "The planned day of reopening");
        var answers = new Option<long?>("--answers") { HelpName = session.Say("序号", "number"), Description = session.Say("所批复的请示", "The request that it approves") };
        var scan = new Option<string?>("--scan") { HelpName = session.Say("文件", "file"), Description = session.Say("盖章扫描件", "The stamped scan") };
        return run.Command("issue", session.Say("登记公文并发出", "Register a paper and send it"), "programmes paper issue --programme tongjiang-grading-2023 --kind SupervisionOrder --number 示例督〔2023〕1号 --title 关于限期整改的督办单 --to-unit s01 --reply-by 2023-09-15 --issuer office",
            [kind, number, title, body, programme, work, issuer, to, toUnits, cc, unit, on, replyBy, reopens, answers, scan], async (services, parsed, cancellation) =>
        {
            var person = run.Person(parsed);
            var file = parsed.GetValue(scan) is { } typed ? Path.GetFullPath(typed, session.Terminal.Folder) : null;
            if (file is not null && !File.Exists(file)) throw new UsageException(new($"文件“{parsed.GetValue(scan)}”不存在", $"The file \"{parsed.GetValue(scan)}\" does not exist"));
            var id = await services.GetRequiredService<IssuePaper>().IssueAsync(person, new(parsed.GetValue(kind), parsed.GetValue(number)!, parsed.GetValue(title)!, WorkCommand.TextOf(session, parsed.GetValue(body)) ?? "")
            {
                Programme = parsed.GetValue(programme), WorkItem = parsed.GetValue(work), Issuer = parsed.GetValue(issuer), To = parsed.GetValue(to) is { Length: > 0 } roles ? roles : parsed.GetValue(toUnits) is { Length: > 0 } ? [] : null, ToUnits = parsed.GetValue(toUnits) ?? [],
                Cc = parsed.GetValue(cc) is { Length: > 0 } copies ? copies : null, Unit = parsed.GetValue(unit), IssuedOn = parsed.GetValue(on), ReplyBy = parsed.GetValue(replyBy), ReopensOn = parsed.GetValue(reopens), Answers = parsed.GetValue(answers),
            }, cancellation).ConfigureAwait(false);
            run.Say($"已登记，序号 {id}", $"Registered, number {id}");
            if (file is null) return;
            await using var content = File.OpenRead(file);
            await services.GetRequiredService<AttachEvidence>().AttachAsync(person, new(EvidenceSubjectKind.Paper, $"{id}"), content, Path.GetFileName(file), null, cancellation).ConfigureAwait(false);
        });
    }

    private static ExampleCommand List(Session session)
    {
        var run = new PeopleRun(session);
        var programme = run.Programme();
        var unsigned = new Option<bool>("--unsigned") { Description = session.Say("没有签收的收文单位", "Recipients who have not signed") };
        var overdue = new Option<bool>("--overdue") { Description = session.Say("逾期未答复的收文单位", "Recipients whose answer is overdue") };
        var page = new Option<int>("--page") { HelpName = "n", Description = session.Say("第几页，从 1 起", "The page, from 1"), DefaultValueFactory = _ => 1 };
        var json = Arguments.Json(session);
        return run.Command("list", session.Say("专项工作的公文", "A programme's papers"), "programmes paper list tongjiang-grading-2023 --overdue", [programme, unsigned, overdue, page, json], async (services, parsed, cancellation) =>
        {
            var (query, person, id, number) = (services.GetRequiredService<PaperQueries>(), run.Person(parsed), parsed.GetValue(programme)!, parsed.GetValue(page));
            if (parsed.GetValue(unsigned) || parsed.GetValue(overdue))
            {
                var debts = parsed.GetValue(overdue)
                    ? await query.OverdueRepliesAsync(person, id, number, cancellation).ConfigureAwait(false)
                    : await query.UnsignedAsync(person, id, number, cancellation).ConfigureAwait(false);
                PaperOutput.Debts(session, debts, parsed.GetValue(json));
                return;
            }

            PaperOutput.Papers(session, await query.ListAsync(person, id, number, null, cancellation).ConfigureAwait(false), parsed.GetValue(json));
        });
    }

    private static ExampleCommand OnPaper(
        Session session, string name, string zh, string en, (string Name, string Zh, string En)? words, Func<IServiceProvider, Engine.People.Person, long, string?, string?, CancellationToken, Task> act)
    {
        var run = new PeopleRun(session);
        var paper = run.Paper();
        var text = words is { } asked ? run.Text(asked.Name, asked.Zh, asked.En, required: true) : null;
        var recipient = run.Text("--for", "收文单位：角色或参与单位", "The recipient: a role or a unit");
        var example = $"programmes paper {name} 1{(words is { } shown ? $" {shown.Name} …" : "")} --as {(name is "sign" or "reply" ? "unit:s01" : "office")}";
        return run.Command(name, session.Say(zh, en), example, text is null ? [paper, recipient] : [paper, text, recipient], async (services, parsed, cancellation) =>
        {
            await act(services, run.Person(parsed), parsed.GetValue(paper), text is null ? null : parsed.GetValue(text), parsed.GetValue(recipient), cancellation).ConfigureAwait(false);
            run.Say($"已办：{zh}", $"Done: {en}");
        });
    }
}
