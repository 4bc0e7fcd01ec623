using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Engine.Programmes;

namespace Programmes.Cli.Changes;

/// <summary><c>programmes programme office</c> and <c>hand-over</c>.</summary>
internal static class OfficeCommands
{
    private const string MailExample = "culture@example.org";

    public static Command Office(Session session)
    {
        var role = Role(session);
        var name = new Option<string?>("--name") { HelpName = session.Say("名称", "name"), Description = session.Say("新名称", "The new name") };
        var mail = new Option<string?>("--mail") { HelpName = session.Say("邮箱", "address"), Description = session.Say("新邮箱；写成空（--mail \"\"）则不再有邮箱", "The new address; empty (--mail \"\"): none any more") };
        return new ChangeCommand(
            session, "office", new("单位更名或更换邮箱", "An office is renamed, or has a new address"),
            $"programmes programme office tongjiang-grading-2023 departments --mail {MailExample} --reason 邮箱更换", role, name, mail)
            .Does((services, asked, cancellation) => services.GetRequiredService<ChangeOffice>().RenameAsync(
                EngineRun.Person, asked.Programme, asked.Parsed.GetValue(role)!, asked.Parsed.GetValue(name), asked.Parsed.GetValue(mail), asked.Reason, asked.Document, cancellation));
    }

    public static Command HandOver(Session session)
    {
        var role = Role(session);
        var name = new Option<string>("--to") { HelpName = session.Say("名称", "name"), Description = session.Say("接手的单位", "The office that takes over"), Required = true };
        var mail = new Option<string?>("--mail") { HelpName = session.Say("邮箱", "address"), Description = session.Say("接手单位的邮箱", "Its mail address") };
        var leaving = Accounts("--account-leaves", session.Say("原单位不再承担此职责的账号，可写多个", "An account of the old office that loses the role; may be repeated"));
        var joining = Accounts("--account-joins", session.Say("接手单位承担此职责的账号，可写多个", "An account of the new office that gains the role; may be repeated"));
        return new ChangeCommand(
            session, "hand-over", new("职责移交另一单位，未办任务随职责移交", "A duty goes to another office, with its open work"),
            $"programmes programme hand-over tongjiang-grading-2023 departments --to 县文化和旅游局 --mail {MailExample} --reason 机构改革", role, name, mail, leaving, joining)
            .Does((services, asked, cancellation) => services.GetRequiredService<ChangeOffice>().HandOverAsync(
                EngineRun.Person, asked.Programme, asked.Parsed.GetValue(role)!,
                new(asked.Parsed.GetValue(name)!, asked.Parsed.GetValue(mail), asked.Parsed.GetValue(leaving) ?? [], asked.Parsed.GetValue(joining) ?? []), asked.Reason, asked.Document, cancellation));

        Option<string[]> Accounts(string option, string description) => new(option) { HelpName = session.Say("账号", "account"), Description = description };
    }

    private static Argument<string> Role(Session session) =>
        new("role") { HelpName = session.Say("角色", "role"), Description = session.Say("启动文件 offices 中的角色", "A role of the launch's offices") };
}
