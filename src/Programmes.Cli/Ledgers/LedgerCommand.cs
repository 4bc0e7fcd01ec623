using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Core;
using Programmes.Core.Ledgers;
using Programmes.Engine.Ledgers;
using Programmes.Engine.Queries;

namespace Programmes.Cli.Ledgers;

/// <summary><c>programmes ledger</c>: enter, assign, submit, close, return and reopen problems; list them; compose the bulletin.</summary>
internal static class LedgerCommand
{
    private static readonly Dictionary<string, LedgerSource> Sources = new(StringComparer.Ordinal)
    {
        ["self-check"] = LedgerSource.SelfCheck, ["survey"] = LedgerSource.Survey, ["unannounced"] = LedgerSource.UnannouncedCheck,
        ["cross-county"] = LedgerSource.CrossCountyCheck, ["other"] = LedgerSource.Other,
    };

    private static readonly Dictionary<string, LedgerEntryStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["open"] = LedgerEntryStatus.Open, ["assigned"] = LedgerEntryStatus.Assigned, ["submitted"] = LedgerEntryStatus.Submitted,
        ["returned"] = LedgerEntryStatus.Returned, ["closed"] = LedgerEntryStatus.Closed,
    };

    public static Command Of(Session session) => new("ledger", session.Say("问题台账：登记、明确责任、申请销号、销号、退回、重新打开、查看、通报", "Ledgers: enter, assign, submit, close, return, reopen, list, bulletin"))
    {
        Open(session), Assign(session), Submit(session), Close(session), Return(session), Reopen(session), List(session), Bulletin(session),
    };

    private static ExampleCommand Open(Session session)
    {
        var ledger = Named(session, "ledger", "台账", "ledger");
        var area = Text(session, "--area", "检查方面", "check area", required: true);
        var problem = Text(session, "--problem", "问题", "problem", required: true);
        var source = Choice(session, "--source", "来源", "how it was found", Sources, LedgerSource.SelfCheck);
        var reference = Text(session, "--reference", "来源的名称或编号", "the source's name or number");
        var office = Text(session, "--office", "责任单位", "responsible office");
        var post = Text(session, "--post", "责任人职务", "post of the person responsible");
        var until = Day(session, "--until", "整改期限", "deadline");
        var command = new ExampleCommand("open", session.Say("登记一个问题；可同时明确责任和期限", "Enter a problem; perhaps with who answers for it, and until when"), "programmes ledger open wuhu.b1.s01-3 --area 设施设备 --problem 阅览室未开放")
        {
            ledger, area, problem, source, reference, office, post, until,
        };
        return Doing(session, command, async (services, parsed, person, cancellation) =>
        {
            var given = new object?[] { parsed.GetValue(office), parsed.GetValue(post), parsed.GetValue(until) }.Count(value => value is not null);
            if (given is not (0 or 3)) throw new UsageException(new("--office、--post、--until 须一起写", "Give --office, --post and --until together"));
            var id = await services.GetRequiredService<OpenEntry>().OpenAsync(person, parsed.GetValue(ledger)!, new(
                parsed.GetValue(area)!, parsed.GetValue(problem)!, parsed.GetValue(source), parsed.GetValue(reference),
                given == 0 ? null : new(parsed.GetValue(office)!, parsed.GetValue(post)!, parsed.GetValue(until)!.Value)), cancellation).ConfigureAwait(false);
            return new($"已登记：{id}", $"Entered: {id}");
        });
    }

    private static ExampleCommand Assign(Session session)
    {
        var entry = Named(session, "entry", "问题", "entry");
        var office = Text(session, "--office", "责任单位", "responsible office", required: true);
        var post = Text(session, "--post", "责任人职务", "post of the person responsible", required: true);
        var until = Day(session, "--until", "整改期限", "deadline", required: true);
        var command = new ExampleCommand("assign", session.Say("明确责任单位、责任人职务和整改期限", "Name the office, the post and the deadline"), "programmes ledger assign wuhu.b1.s01-3.1 --office 示例镇人民政府 --post 分管副镇长 --until 2022-12-15") { entry, office, post, until };
        return Doing(session, command, async (services, parsed, person, cancellation) =>
        {
            await services.GetRequiredService<AssignEntry>().AssignAsync(person, parsed.GetValue(entry)!, new(parsed.GetValue(office)!, parsed.GetValue(post)!, parsed.GetValue(until)!.Value), cancellation).ConfigureAwait(false);
            return new("已明确责任和期限", "Assigned");
        });
    }

    private static ExampleCommand Submit(Session session)
    {
        var entry = Named(session, "entry", "问题", "entry");
        var done = Text(session, "--done", "整改情况", "what was done", required: true);
        var command = new ExampleCommand("submit", session.Say("申请销号", "Ask for an entry to be closed"), "programmes ledger submit wuhu.b1.s01-3.1 --done 阅览室已开放 --as unit:s01") { entry, done };
        return Doing(session, command, async (services, parsed, person, cancellation) =>
        {
            await services.GetRequiredService<SubmitEntry>().SubmitAsync(person, parsed.GetValue(entry)!, parsed.GetValue(done)!, cancellation).ConfigureAwait(false);
            return new("已申请销号", "Submitted");
        });
    }

    private static ExampleCommand Close(Session session)
    {
        var entry = Named(session, "entry", "问题", "entry");
        var done = Text(session, "--done", "整改情况（代台账单位填写，尚未申请销号时）", "what was done, where the keeper has not submitted it");
        var comment = Text(session, "--comment", "意见", "comment");
        var command = new ExampleCommand("close", session.Say("销号；须有佐证材料的，先用 evidence add ledger:问题 上传", "Close an entry; hand in evidence first with evidence add ledger:entry"), "programmes ledger close wuhu.b1.s01-3.1 --as role:county") { entry, done, comment };
        return Doing(session, command, async (services, parsed, person, cancellation) =>
        {
            await services.GetRequiredService<JudgeEntry>().CloseAsync(person, parsed.GetValue(entry)!, parsed.GetValue(done), parsed.GetValue(comment), cancellation).ConfigureAwait(false);
            return new("已销号", "Closed");
        });
    }

    private static ExampleCommand Return(Session session)
    {
        var entry = Named(session, "entry", "问题", "entry");
        var reason = Text(session, "--reason", "退回理由", "reason", required: true);
        var command = new ExampleCommand("return", session.Say("退回销号申请", "Return what was submitted"), "programmes ledger return wuhu.b1.s01-3.1 --reason 材料看不出已开放") { entry, reason };
        return Doing(session, command, async (services, parsed, person, cancellation) =>
        {
            await services.GetRequiredService<JudgeEntry>().ReturnAsync(person, parsed.GetValue(entry)!, parsed.GetValue(reason)!, cancellation).ConfigureAwait(false);
            return new("已退回", "Returned");
        });
    }

    private static ExampleCommand Reopen(Session session)
    {
        var entry = Named(session, "entry", "问题", "entry");
        var reason = Text(session, "--reason", "理由", "reason", required: true);
        var until = Day(session, "--until", "新的整改期限", "the new deadline", required: true);
        var command = new ExampleCommand("reopen", session.Say("检查发现未解决，重新打开", "Reopen an entry that a check found unsolved"), "programmes ledger reopen wuhu.b1.s01-3.1 --reason 暗访时未开放 --until 2023-01-20") { entry, reason, until };
        return Doing(session, command, async (services, parsed, person, cancellation) =>
        {
            await services.GetRequiredService<ReopenEntry>().ReopenAsync(person, parsed.GetValue(entry)!, parsed.GetValue(reason)!, parsed.GetValue(until)!.Value, cancellation).ConfigureAwait(false);
            return new("已重新打开", "Reopened");
        });
    }

    private static ExampleCommand List(Session session)
    {
        var programme = Named(session, "programme", "专项工作", "programme");
        var unit = Text(session, "--unit", "参与单位", "unit");
        var superior = Text(session, "--superior", "上级单位的角色", "role of the office above the units");
        var area = Text(session, "--area", "检查方面", "check area");
        var status = Choice<LedgerEntryStatus?>(session, "--status", "状态", "status", Statuses.ToDictionary(pair => pair.Key, pair => (LedgerEntryStatus?)pair.Value), null);
        var overdue = new Option<bool>("--overdue") { Description = session.Say("只列超过期限的", "Only those overdue") };
        var page = new Option<int>("--page") { DefaultValueFactory = _ => 1, Description = session.Say("第几页", "Which page") };
        var json = Arguments.Json(session);
        var command = new ExampleCommand("list", session.Say("台账和问题", "Ledgers and their entries"), "programmes ledger list wuhu --overdue") { programme, unit, superior, area, status, overdue, page, json };
        return Doing(session, command, async (services, parsed, person, cancellation) =>
        {
            var query = services.GetRequiredService<LedgerQueries>();
            var filter = new LedgerFilter(parsed.GetValue(programme)!, parsed.GetValue(unit), parsed.GetValue(superior), parsed.GetValue(area), parsed.GetValue(status), parsed.GetValue(overdue), parsed.GetValue(page));
            var ledgers = await query.LedgersAsync(person, filter, cancellation).ConfigureAwait(false);
            var entries = await query.EntriesAsync(person, filter, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json)) LedgerOutput.WriteJson(session, ledgers, entries);
            else LedgerOutput.Show(session, ledgers, entries);
            return null;
        }, of: programme);
    }

    private static ExampleCommand Bulletin(Session session)
    {
        var programme = Named(session, "programme", "专项工作", "programme");
        var since = Day(session, "--since", "自该日（含）起的变化", "changes since that day, inclusive", required: true);
        var json = Arguments.Json(session);
        var command = new ExampleCommand("bulletin", session.Say("由台账生成通报文字；不点名到站，不排名", "Compose the bulletin's text from the ledgers; stations are not named, nobody is ranked"), "programmes ledger bulletin wuhu --since 2022-12-21") { programme, since, json };
        return Doing(session, command, async (services, parsed, person, cancellation) =>
        {
            var bulletin = await services.GetRequiredService<LedgerQueries>().BulletinAsync(person, parsed.GetValue(programme)!, parsed.GetValue(since)!.Value, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json)) LedgerOutput.WriteJson(session, bulletin);
            else session.Terminal.Out.Write(session.Say(bulletin.Words));
            return null;
        }, of: programme);
    }

    /// <summary>Runs the command on the web host's database as whom <c>--as</c> says, and shows what it answers.</summary>
    private static ExampleCommand Doing(Session session, ExampleCommand command, Func<IServiceProvider, ParseResult, Engine.People.Person, CancellationToken, Task<Text?>> work, Argument<string>? of = null)
    {
        var acting = Acting.Option(session);
        var database = EngineRun.DatabaseOption(session);
        command.Add(acting);
        command.Add(database);
        command.SetAction((parsed, cancellation) =>
        {
            var engine = new EngineRun(session, parsed.GetValue(database));
            engine.RequireDatabase();
            return engine.DoAsync(null, async services =>
            {
                if (await work(services, parsed, Acting.Person(parsed.GetValue(acting)!, of is null ? null : parsed.GetValue(of)), cancellation).ConfigureAwait(false) is { } answer)
                    session.Terminal.Out.WriteLine(session.Say(answer));
                return ExitCodes.Done;
            }, cancellation);
        });
        return command;
    }

    private static Argument<string> Named(Session session, string name, string zh, string en) => new(name)
    {
        HelpName = session.Say($"{zh}标识", $"{en} id"), Description = session.Say($"{zh}的标识", $"The {en}'s id"),
    };

    private static Option<string?> Text(Session session, string name, string zh, string en, bool required = false) => new(name)
    {
        HelpName = session.Say("文字", "text"), Description = session.Say(zh, $"{char.ToUpperInvariant(en[0])}{en[1..]}"), Required = required,
    };

    private static Option<DateOnly?> Day(Session session, string name, string zh, string en, bool required = false) => new(name)
    {
        HelpName = session.Say("日期", "date"), Description = session.Say(zh, $"{char.ToUpperInvariant(en[0])}{en[1..]}"), Required = required, CustomParser = result => Arguments.Date(session, result),
    };

    private static Option<T> Choice<T>(Session session, string name, string zh, string en, Dictionary<string, T> choices, T otherwise) => new(name)
    {
        HelpName = string.Join('|', choices.Keys), Description = session.Say(zh, $"{char.ToUpperInvariant(en[0])}{en[1..]}"), DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var typed = result.Tokens[0].Value;
            if (choices.TryGetValue(typed, out var known)) return known;
            result.AddError(session.Say($"不能是“{typed}”；可用：{string.Join("、", choices.Keys)}", $"cannot be \"{typed}\"; use {string.Join(", ", choices.Keys)}"));
            return otherwise;
        },
    };

    public static string NameOf(LedgerSource source) => Sources.First(known => known.Value == source).Key;

    public static string NameOf(LedgerEntryStatus status) => Statuses.First(known => known.Value == status).Key;
}
