using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Core;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Queries;

namespace Programmes.Cli.Mails;

/// <summary><c>programmes mail</c>: what was sent, waits or failed; sending failed mails again; trying the transport.</summary>
internal static class MailCommand
{
    public static readonly IReadOnlyDictionary<string, MailState> States = new Dictionary<string, MailState>(StringComparer.Ordinal)
    {
        ["queued"] = MailState.Queued, ["sent"] = MailState.Sent, ["dead"] = MailState.Dead, ["no-address"] = MailState.NoAddress, ["bounced"] = MailState.Bounced, ["withdrawn"] = MailState.Withdrawn, ["held"] = MailState.Held,
    };

    public static Command Of(Session session) => new("mail", session.Say("邮件：列出、查看、重发、测试", "Mails: list, show, send again, test"))
    {
        List(session), Show(session), Retry(session), Held(session), Test(session),
    };

    private static ExampleCommand List(Session session)
    {
        var run = new PeopleRun(session);
        var state = new Option<MailState?>("--state")
        {
            HelpName = string.Join('|', States.Keys), Description = session.Say("状态", "The state"),
            CustomParser = result =>
            {
                if (States.TryGetValue(result.Tokens[0].Value, out var known)) return known;
                result.AddError(session.Say($"不能是“{result.Tokens[0].Value}”；可用：{string.Join("、", States.Keys)}", $"cannot be \"{result.Tokens[0].Value}\"; use {string.Join(", ", States.Keys)}"));
                return null;
            },
        };
        var programme = run.Text("--programme", "专项工作的标识", "The programme's id");
        var page = new Option<int>("--page") { DefaultValueFactory = _ => 1, Description = session.Say("第几页", "Which page") };
        var json = Arguments.Json(session);
        return run.Command("list", session.Say("列出邮件，最近的在前", "List mails, the latest first"), "programmes mail list --state dead", [state, programme, page, json], async (services, parsed, cancellation) =>
        {
            var (mails, _) = await services.GetRequiredService<MailQueries>().ListAsync(run.Person(parsed), parsed.GetValue(state), parsed.GetValue(programme), null, parsed.GetValue(page), cancellation).ConfigureAwait(false);
            MailOutput.List(session, mails, parsed.GetValue(json));
        });
    }

    private static ExampleCommand Show(Session session)
    {
        var run = new PeopleRun(session);
        var id = new Argument<long>("mail") { HelpName = session.Say("序号", "number"), Description = session.Say("邮件序号", "The mail's number in the list") };
        var json = Arguments.Json(session);
        return run.Command("show", session.Say("查看一封邮件", "Show a mail"), "programmes mail show 12", [id, json], async (services, parsed, cancellation) =>
        {
            var mail = await services.GetRequiredService<MailQueries>().FindAsync(run.Person(parsed), parsed.GetValue(id), cancellation).ConfigureAwait(false)
                ?? throw new UsageException(new($"没有邮件 {parsed.GetValue(id)}", $"There is no mail {parsed.GetValue(id)}"));
            MailOutput.Show(session, mail, parsed.GetValue(json));
        });
    }

    private static ExampleCommand Retry(Session session)
    {
        var run = new PeopleRun(session);
        var ids = new Argument<long[]>("mail") { HelpName = session.Say("序号", "number"), Description = session.Say("发送失败或被退回的邮件", "Mails that failed or came back"), Arity = ArgumentArity.ZeroOrMore };
        var dead = new Option<bool>("--dead") { Description = session.Say("全部发送失败的邮件", "All mails that failed") };
        return run.Command("retry", session.Say("重新发送失败或被退回的邮件（由网站发送，Message-ID 不变）", "Send mails again that failed or came back (the web host sends them, with the same Message-ID)"), "programmes mail retry 12 13", [ids, dead], async (services, parsed, cancellation) =>
        {
            var named = parsed.GetValue(ids) ?? [];
            if (named.Length > 0 == parsed.GetValue(dead)) throw new UsageException(new("请写邮件序号，或用 --dead", "Name mails, or use --dead"));
            var retry = services.GetRequiredService<RetryMails>();
            var count = named.Length;
            if (count == 0) count = await retry.RetryDeadAsync(run.Person(parsed), cancellation).ConfigureAwait(false);
            else await retry.RetryAsync(run.Person(parsed), named, cancellation).ConfigureAwait(false);
            run.Say($"已重新排队 {count} 封", $"{count} mails are queued again");
        });
    }

    private static Command Held(Session session) => new("held", session.Say("恢复备份后暂不发送的邮件：发送或不再发送", "Mails held after a restore: send or drop them"))
    {
        HeldAct(session, "send", "发送暂不发送的邮件（由网站发送，Message-ID 不变）", "Send held mails after all (the web host sends them, with the same Message-ID)", "已排队 {0} 封", "{0} mails are queued", (held, person, ids, cancellation) => held.SendAsync(person, ids, cancellation)),
        HeldAct(session, "drop", "不再发送，邮件记为已撤回", "Drop held mails: they are recorded as withdrawn", "{0} 封不再发送", "{0} mails are dropped", (held, person, ids, cancellation) => held.DropAsync(person, ids, cancellation)),
    };

    private static ExampleCommand HeldAct(Session session, string name, string zh, string en, string doneZh, string doneEn, Func<HeldMails, Person, IReadOnlyCollection<long>?, CancellationToken, Task<int>> act)
    {
        var run = new PeopleRun(session);
        var ids = new Argument<long[]>("mail") { HelpName = session.Say("序号", "number"), Description = session.Say("暂不发送的邮件", "Held mails"), Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = session.Say("全部暂不发送的邮件", "All held mails") };
        return run.Command(name, session.Say(zh, en), $"programmes mail held {name} --all", [ids, all], async (services, parsed, cancellation) =>
        {
            var named = parsed.GetValue(ids) ?? [];
            if (named.Length > 0 == parsed.GetValue(all)) throw new UsageException(new("请写邮件序号，或用 --all", "Name mails, or use --all"));
            var count = await act(services.GetRequiredService<HeldMails>(), run.Person(parsed), named.Length > 0 ? named : null, cancellation).ConfigureAwait(false);
            run.Say(string.Format(CultureInfo.InvariantCulture, doneZh, count), string.Format(CultureInfo.InvariantCulture, doneEn, count));
        });
    }

    private static ExampleCommand Test(Session session)
    {
        var run = new PeopleRun(session);
        var address = new Argument<string>("address") { HelpName = session.Say("邮箱", "address"), Description = session.Say("收件地址", "Where to send it") };
        return run.Command("test", session.Say("立即发一封测试邮件，并说明结果", "Send a test mail at once, and say what happened"), "programmes mail test office@example.org", [address], async (services, parsed, cancellation) =>
        {
            var transport = services.GetRequiredService<IMailTransport>().Description;
            run.Say($"发送方式：{transport.Zh}", $"Transport: {transport.En}");
            var delivery = await services.GetRequiredService<SendTestMail>().SendAsync(run.Person(parsed), parsed.GetValue(address)!, cancellation).ConfigureAwait(false);
            if (delivery.Reason is { } reason) throw new UsageException(new($"测试邮件没有发出。{reason.Zh}", $"The test mail did not go. {reason.En}"));
            run.Say("测试邮件已发出，请到收件箱查看", "The test mail went; look into the inbox");
        });
    }

    public static string NameOf(MailState state) => States.First(known => known.Value == state).Key;

    public static Text Words(MailState state) => state switch
    {
        MailState.Queued => new("待发送", "queued"),
        MailState.Sent => new("已发送", "sent"),
        MailState.Dead => new("发送失败", "failed"),
        MailState.NoAddress => new("无邮箱，需打印", "no address"),
        MailState.Bounced => new("被退回", "bounced"),
        MailState.Kept => new("演示，不发送", "demonstration: not sent"),
        MailState.Held => new("恢复后暂不发送", "held after a restore"),
        _ => new("已撤回", "withdrawn"),
    };
}
