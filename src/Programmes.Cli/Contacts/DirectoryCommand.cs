using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Cli.Output;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Contacts;
using Programmes.Engine.Queries;

namespace Programmes.Cli.Contacts;

/// <summary><c>programmes directory</c>: who gets the mails of an office or unit, and who stands in for whom.</summary>
internal static class DirectoryCommand
{
    private static readonly Dictionary<string, ContactDuty> Duties = new(StringComparer.OrdinalIgnoreCase) { ["handler"] = ContactDuty.Handler, ["head"] = ContactDuty.Head, ["fallback"] = ContactDuty.Fallback };

    public static Command Of(Session session) => new("directory", session.Say("通讯录：各单位的收件人、代理和无法送达的单位", "Directory: who gets whose mails, substitutes, and whom no mail reaches"))
    {
        List(session), Add(session), Remove(session), Substitutes(session), Substitute(session), End(session),
    };

    private static ExampleCommand List(Session session)
    {
        var run = new PeopleRun(session);
        var programme = run.Programme();
        var unreachable = new Option<bool>("--unreachable") { Description = session.Say("只列没有邮箱或退信的单位", "Only those without an address, or whose mail bounced") };
        var page = new Option<int>("--page") { HelpName = "n", Description = session.Say("第几页，从 1 起", "The page, from 1"), DefaultValueFactory = _ => 1 };
        var json = Arguments.Json(session);
        return run.Command("list", session.Say("各单位的收件人", "Offices and units with their people"), "programmes directory list tongjiang-grading-2023 --unreachable", [programme, unreachable, page, json], async (services, parsed, cancellation) =>
        {
            var shown = await services.GetRequiredService<DirectoryQuery>().RunAsync(Acting.Person(parsed.GetValue(run.As)!, parsed.GetValue(programme)), parsed.GetValue(programme)!, parsed.GetValue(unreachable), null, parsed.GetValue(page), cancellation).ConfigureAwait(false);
            var lines = shown.Offices.Concat(shown.Units.Rows).ToList();
            if (parsed.GetValue(json)) WriteJson(session, shown, lines);
            else Show(session, shown, lines);
        });
    }

    private static ExampleCommand Add(Session session)
    {
        var run = new PeopleRun(session);
        var programme = run.Programme();
        var role = run.Text("--role", "单位的角色（启动文件 offices）", "The office's role in the launch");
        var unit = run.Text("--unit", "参与单位", "The participating unit");
        var name = run.Text("--name", "姓名或岗位", "The name or post", required: true);
        var mail = run.Text("--mail", "邮箱", "The mail address", required: true);
        var duty = new Option<ContactDuty>("--duty")
        {
            HelpName = string.Join('|', Duties.Keys), Description = session.Say("handler 经办人，收全部邮件（默认）；head 负责人，收逾期、退回、催办；fallback 备用联系人", "handler: everything (default); head: what is late, returned or urged; fallback: where nobody else is"),
            DefaultValueFactory = _ => ContactDuty.Handler,
            CustomParser = result =>
            {
                var typed = result.Tokens[0].Value;
                if (Duties.TryGetValue(typed, out var known)) return known;
                result.AddError(session.Say($"不能是“{typed}”；可用：{string.Join("、", Duties.Keys)}", $"cannot be \"{typed}\"; use {string.Join(", ", Duties.Keys)}"));
                return default;
            },
        };
        return run.Command("add", session.Say("增加联系人", "Add a contact"), "programmes directory add tongjiang-grading-2023 --unit s01 --name 经办岗 --mail s01-office@example.org", [programme, role, unit, name, mail, duty], async (services, parsed, cancellation) =>
        {
            var (office, member, id) = (parsed.GetValue(role), parsed.GetValue(unit), parsed.GetValue(programme)!);
            if (office is null == member is null) throw new UsageException(new("请写 --role 或 --unit 之一", "Give either --role or --unit"));
            var contact = await services.GetRequiredService<ManageDirectory>().AddContactAsync(
                Acting.Person(parsed.GetValue(run.As)!, id), new(id, office ?? Roles.Unit, member, parsed.GetValue(name)!, parsed.GetValue(mail)!, parsed.GetValue(duty)), cancellation).ConfigureAwait(false);
            run.Say($"已增加，序号 {contact}", $"Added as {contact}");
        });
    }

    private static ExampleCommand Remove(Session session)
    {
        var run = new PeopleRun(session);
        var id = Number(session);
        return run.Command("remove", session.Say("删去联系人", "Remove a contact"), "programmes directory remove 3", [id], async (services, parsed, cancellation) =>
        {
            await services.GetRequiredService<ManageDirectory>().RemoveContactAsync(run.Person(parsed), parsed.GetValue(id), cancellation).ConfigureAwait(false);
            run.Say("已删去", "Removed");
        });
    }

    private static ExampleCommand Substitutes(Session session)
    {
        var run = new PeopleRun(session);
        var json = Arguments.Json(session);
        return run.Command("substitutes", session.Say("现在和以后的代理", "Substitutions of today and later"), "programmes directory substitutes", [json], async (services, parsed, cancellation) =>
        {
            var lines = await services.GetRequiredService<DirectoryQuery>().SubstitutionsAsync(run.Person(parsed), cancellation).ConfigureAwait(false);
            if (!parsed.GetValue(json))
            {
                if (lines.Count == 0) run.Say("没有代理", "Nobody stands in for anybody");
                foreach (var line in lines)
                    session.Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{line.Id}  {line.From:yyyy-MM-dd} – {line.Until:yyyy-MM-dd}  {line.Mail} → {line.SubstituteName} <{line.SubstituteMail}>{(line.Reason is null ? "" : $"  {line.Reason}")}"));
                return;
            }

            Json.Write(session.Terminal, writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("substitutions");
                foreach (var line in lines)
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("id", line.Id);
                    writer.WriteString("mail", line.Mail);
                    writer.WriteString("substituteName", line.SubstituteName);
                    writer.WriteString("substituteMail", line.SubstituteMail);
                    writer.Day("from", line.From);
                    writer.Day("until", line.Until);
                    writer.WriteString("reason", line.Reason);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            });
        });
    }

    private static ExampleCommand Substitute(Session session)
    {
        var run = new PeopleRun(session);
        var mail = run.Text("--mail", "本人邮箱", "Whose mails", required: true);
        var name = run.Text("--by", "代理人姓名或岗位", "The substitute's name or post", required: true);
        var by = run.Text("--by-mail", "代理人邮箱", "The substitute's address", required: true);
        var from = run.Day("--from", "第一天", "The first day");
        var until = run.Day("--until", "最后一天（含）", "The last day, inclusive");
        (from.Required, until.Required) = (true, true);
        var reason = run.Text("--reason", "事由", "Why");
        return run.Command("substitute", session.Say("一段时间内由他人代收", "For some days the mails go to somebody else"), "programmes directory substitute --mail s01@example.org --by 代班岗 --by-mail s02@example.org --from 2026-12-01 --until 2026-12-10", [mail, name, by, from, until, reason], async (services, parsed, cancellation) =>
        {
            var id = await services.GetRequiredService<ManageDirectory>().SubstituteAsync(
                run.Person(parsed), new(parsed.GetValue(mail)!, parsed.GetValue(name)!, parsed.GetValue(by)!, parsed.GetValue(from)!.Value, parsed.GetValue(until)!.Value, parsed.GetValue(reason)), cancellation).ConfigureAwait(false);
            run.Say($"已登记代理，序号 {id}", $"Registered as {id}");
        });
    }

    private static ExampleCommand End(Session session)
    {
        var run = new PeopleRun(session);
        var id = Number(session);
        return run.Command("end", session.Say("结束代理", "End a substitution"), "programmes directory end 2", [id], async (services, parsed, cancellation) =>
        {
            await services.GetRequiredService<ManageDirectory>().EndSubstitutionAsync(run.Person(parsed), parsed.GetValue(id), cancellation).ConfigureAwait(false);
            run.Say("代理已结束", "The substitution is over");
        });
    }

    private static Argument<long> Number(Session session) => new("number") { HelpName = session.Say("序号", "number"), Description = session.Say("列表中的序号", "The number in the list") };

    private static void Show(Session session, DirectoryShown shown, List<DirectoryLine> lines)
    {
        foreach (var line in lines)
        {
            session.Terminal.Out.WriteLine($"{line.UnitId ?? line.Role}  {line.Name}  {line.Mail ?? session.Say("（无邮箱）", "(no address)")}{Mark(line.MailBounced)}{(line.State == ReachState.Unreachable ? session.Say("  无法送达", "  unreachable") : "")}");
            foreach (var contact in line.Contacts)
                session.Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {contact.Id}  {session.Say(WordsOf(contact.Duty))}  {contact.Name}  {contact.Mail}{Mark(contact.Bounced)}"));
        }

        session.Terminal.Out.WriteLine(session.Say($"单位 {shown.Units.Total} 个；无法送达 {shown.Unreachable} 个", $"{shown.Units.Total} units; {shown.Unreachable} offices or units that no mail reaches"));

        string Mark(bool bounced) => bounced ? session.Say("（退信）", " (bounced)") : "";
    }

    private static Text WordsOf(ContactDuty duty) => duty switch
    {
        ContactDuty.Head => new("负责人", "head"),
        ContactDuty.Fallback => new("备用", "fallback"),
        _ => new("经办人", "handler"),
    };

    private static void WriteJson(Session session, DirectoryShown shown, List<DirectoryLine> lines) => Json.Write(session.Terminal, writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("units", shown.Units.Total);
        writer.WriteNumber("unreachable", shown.Unreachable);
        writer.WriteStartArray("lines");
        foreach (var line in lines)
        {
            writer.WriteStartObject();
            writer.WriteString("role", line.Role);
            writer.WriteString("unit", line.UnitId);
            writer.WriteString("name", line.Name);
            writer.WriteString("mail", line.Mail);
            writer.WriteString("state", line.State switch { ReachState.Unreachable => "unreachable", ReachState.Bounced => "bounced", _ => "reachable" });
            writer.WriteStartArray("contacts");
            foreach (var contact in line.Contacts)
            {
                writer.WriteStartObject();
                writer.WriteNumber("id", contact.Id);
                writer.WriteString("name", contact.Name);
                writer.WriteString("mail", contact.Mail);
                writer.WriteString("duty", Duties.First(one => one.Value == contact.Duty).Key);
                writer.WriteBoolean("bounced", contact.Bounced);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
