using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Core.Reminders;
using Programmes.Engine.Queries;
using Programmes.Engine.Urging;

namespace Programmes.Cli.Urging;

/// <summary><c>programmes urge</c>: urge work items, see what became of it, compose the bulletin.</summary>
internal static class UrgeCommand
{
    private static readonly Dictionary<string, UrgingChannel> Channels = new(StringComparer.Ordinal)
    {
        ["mail"] = UrgingChannel.Mail, ["call"] = UrgingChannel.Call, ["message"] = UrgingChannel.Message, ["visit"] = UrgingChannel.Visit,
    };

    public static Command Of(Session session) => new("urge", session.Say("催办：催办任务、查看结果、通报", "Urging: urge work items, see what became of it, bulletin")) { Send(session), List(session), Bulletin(session) };

    public static string NameOf(UrgingChannel channel) => Channels.First(known => known.Value == channel).Key;

    private static ExampleCommand Send(Session session)
    {
        var run = new PeopleRun(session);
        var items = new Argument<string[]>("work-items") { HelpName = session.Say("任务的标识", "work item ids"), Description = session.Say("任务的标识，一个或多个", "Ids of work items, one or many"), Arity = ArgumentArity.ZeroOrMore };
        items.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.StartsWith("--", StringComparison.Ordinal))) result.AddError(session.Say($"不认识选项“{token.Value}”", $"The option \"{token.Value}\" is not known"));
        });
        var overdue = new Option<bool>("--overdue") { Description = session.Say("全部逾期任务（须写 --programme）", "All that is overdue (with --programme)") };
        var programme = run.Text("--programme", "专项工作的标识", "The programme's id");
        var office = run.Text("--office", "只限此责任角色（与 --overdue 同用）", "Only what this role owes (with --overdue)");
        var unit = run.Text("--unit", "只限此参与单位（与 --overdue 同用）", "Only this unit's (with --overdue)");
        var text = run.Text("--text", "催办内容", "What is said", required: true);
        var channel = new Option<UrgingChannel>("--channel")
        {
            HelpName = string.Join('|', Channels.Keys), Description = session.Say("方式：mail 发邮件（默认）；call 电话、message 即时消息、visit 上门只登记", "How: mail is sent (default); call, message and visit are put on record"), DefaultValueFactory = _ => UrgingChannel.Mail,
            CustomParser = result => Channel(session, result),
        };
        var skip = new Option<bool>("--skip-refused") { Description = session.Say("不能催办的跳过，其余照常", "Leave out what cannot be urged, and urge the rest") };
        return run.Command("send", session.Say("催办一项或多项任务", "Urge one or many work items"), "programmes urge send --overdue --programme wuhu --text 请抓紧办理",
            [items, overdue, programme, office, unit, text, channel, skip], async (services, parsed, cancellation) =>
        {
            var person = run.Person(parsed);
            IReadOnlyList<string> ids = parsed.GetValue(items) ?? [];
            var all = parsed.GetValue(overdue);
            if (all == ids.Count > 0) throw new UsageException(new("请写明任务的标识，或写 --overdue，二者选一", "Name work items, or write --overdue: one of the two"));
            if (!all && (parsed.GetValue(office) ?? parsed.GetValue(unit)) is not null) throw new UsageException(new("--office、--unit 与 --overdue 同用", "--office and --unit go with --overdue"));
            if (all) ids = await OverdueAsync(services, person, parsed.GetValue(programme), parsed.GetValue(office), parsed.GetValue(unit), cancellation).ConfigureAwait(false);
            var outcome = await services.GetRequiredService<UrgeWork>().UrgeAsync(person, new(ids, parsed.GetValue(text)!)
            {
                Programme = parsed.GetValue(programme), Channel = parsed.GetValue(channel), SkipRefused = parsed.GetValue(skip),
            }, cancellation).ConfigureAwait(false);
            run.Say($"已催办 {outcome.Urged.Count} 项{(parsed.GetValue(channel) == UrgingChannel.Mail ? $"，邮件发往 {outcome.Mails} 个单位" : "（已登记）")}：{outcome.Act}",
                $"{outcome.Urged.Count} urged{(parsed.GetValue(channel) == UrgingChannel.Mail ? $", mails to {outcome.Mails} units and offices" : ", on record")}: {outcome.Act}");
            foreach (var one in outcome.Refused) run.Say($"跳过：{one.Words.Zh}", $"Left out: {one.Words.En}");
        });
    }

    private static async Task<IReadOnlyList<string>> OverdueAsync(IServiceProvider services, Engine.People.Person person, string? programme, string? office, string? unit, CancellationToken cancellation)
    {
        if (programme is null) throw new UsageException(new("--overdue 须写明 --programme", "--overdue needs --programme"));
        var found = await services.GetRequiredService<UrgingQuery>().OverdueAsync(person, programme, office, unit, cancellation).ConfigureAwait(false);
        if (found.Total == 0) throw new UsageException(new("没有可以催办的逾期任务", "Nothing that could be urged is overdue"));
        return found.Total <= UrgeWork.ItemsMax ? found.Ids
            : throw new UsageException(new($"逾期任务有 {found.Total} 项，一次最多催办 {UrgeWork.ItemsMax} 项；请用 --office 或 --unit 分批", $"{found.Total} are overdue and {UrgeWork.ItemsMax} are urged at once at most; divide them by --office or --unit"));
    }

    private static ExampleCommand List(Session session)
    {
        var run = new PeopleRun(session);
        var programme = run.Text("--programme", "专项工作的标识", "The programme's id", required: true);
        var unit = run.Text("--unit", "只限此参与单位", "Only this unit's");
        var work = run.Text("--work", "只限此任务", "Only this work item's");
        var act = run.Text("--act", "只限这一次催办", "Only this act of urging");
        var page = new Option<int>("--page") { HelpName = "n", Description = session.Say("第几页，从 1 起", "The page, from 1"), DefaultValueFactory = _ => 1 };
        var json = Arguments.Json(session);
        return run.Command("list", session.Say("催办记录和结果，最近的在前", "Urgings and what became of them, the latest first"), "programmes urge list --programme wuhu", [programme, unit, work, act, page, json], async (services, parsed, cancellation) =>
        {
            var lines = await services.GetRequiredService<UrgingQuery>().ListAsync(
                run.Person(parsed), new(parsed.GetValue(programme), parsed.GetValue(unit), parsed.GetValue(work), parsed.GetValue(act), parsed.GetValue(page)), cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json)) UrgingOutput.WriteJson(session, lines);
            else UrgingOutput.Show(session, lines);
        });
    }

    private static ExampleCommand Bulletin(Session session)
    {
        var run = new PeopleRun(session);
        var programme = run.Programme();
        var from = run.Day("--from", "起始日期（含）", "The first day, inclusive");
        from.Required = true;
        var until = run.Day("--until", "截止日期（含，默认今天）", "The last day, inclusive (default: today)");
        var json = Arguments.Json(session);
        return run.Command("bulletin", session.Say("生成催办情况通报文字，可作公文正文（paper issue --body）；不排名", "Compose the bulletin's text, for a paper's body (paper issue --body); nobody is ranked"),
            "programmes urge bulletin wuhu --from 2023-09-01 --until 2023-09-28", [programme, from, until, json], async (services, parsed, cancellation) =>
        {
            var bulletin = await services.GetRequiredService<UrgingQuery>().BulletinAsync(run.Person(parsed), parsed.GetValue(programme)!, parsed.GetValue(from)!.Value, parsed.GetValue(until), cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json)) UrgingOutput.WriteJson(session, bulletin);
            else session.Terminal.Out.Write(session.Say(bulletin.Words));
        });
    }

    private static UrgingChannel Channel(Session session, ArgumentResult result)
    {
        var typed = result.Tokens[0].Value;
        if (Channels.TryGetValue(typed, out var known)) return known;
        result.AddError(session.Say($"不能是“{typed}”；可用：{string.Join("、", Channels.Keys)}", $"cannot be \"{typed}\"; use {string.Join(", ", Channels.Keys)}"));
        return default;
    }
}
