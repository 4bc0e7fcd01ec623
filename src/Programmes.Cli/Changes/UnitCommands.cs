using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Engine.Programmes;

namespace Programmes.Cli.Changes;

/// <summary><c>programmes programme admit</c>, <c>withdraw</c> and <c>merge</c>.</summary>
internal static class UnitCommands
{
    public static Command Admit(Session session)
    {
        var unit = Unit(session, "unit", session.Say("单位的标识：新单位，或名单中不在进行批次的单位", "The unit's id: a new one, or one of the launch that is in no running batch"));
        var batch = new Option<int>("--batch") { HelpName = session.Say("批次序号", "number"), Description = session.Say("加入的批次", "The batch to join"), Required = true };
        var name = Text(session, "--name", "名称", "name", "新单位的名称", "A new unit's name");
        var mail = Text(session, "--mail", "邮箱", "address", "单位的邮箱", "Its mail address");
        var responsible = Text(session, "--responsible", "主体", "body", "责任主体", "Who answers for it");
        var superior = Text(session, "--superior", "角色", "role", "上级单位在启动文件 offices 中的角色", "The role in the launch's offices of the office above it");
        return new ChangeCommand(
            session, "admit", new("单位中途加入；最晚加入日期以后须写明批准文号", "A unit joins late; after the intake's last day the approving document is needed"),
            "programmes programme admit tongjiang-grading-2023 s34 --batch 2 --name 新设乡镇综合文化站 --mail s34@example.org --reason 新设乡镇", unit, batch, name, mail, responsible, superior)
            .Does((services, asked, cancellation) => services.GetRequiredService<AdmitUnit>().RunAsync(
                EngineRun.Person, asked.Programme, asked.Parsed.GetValue(batch),
                new(asked.Parsed.GetValue(unit)!, asked.Parsed.GetValue(name), asked.Parsed.GetValue(mail), asked.Parsed.GetValue(responsible), asked.Parsed.GetValue(superior)),
                asked.Reason, asked.Document, cancellation));
    }

    public static Command Withdraw(Session session)
    {
        var unit = Unit(session, "unit", session.Say("退出的单位", "The unit that withdraws"));
        return new ChangeCommand(
            session, "withdraw", new("单位退出：未办任务收回，记录保留，不再计入目标", "A unit withdraws: open work is taken back, records stay, the goal no longer counts it"),
            "programmes programme withdraw tongjiang-grading-2023 s02 --reason 场馆改建，暂不参评", unit)
            .Does((services, asked, cancellation) => services.GetRequiredService<WithdrawUnit>().RunAsync(EngineRun.Person, asked.Programme, asked.Parsed.GetValue(unit)!, asked.Reason, asked.Document, cancellation));
    }

    public static Command Merge(Session session)
    {
        var unit = Unit(session, "unit", session.Say("被并入的单位", "The unit that ends"));
        var into = new Option<string>("--into") { HelpName = session.Say("单位", "unit"), Description = session.Say("并入的单位；新设的先用 admit 加入", "The unit that goes on; a new one is admitted first"), Required = true };
        return new ChangeCommand(
            session, "merge", new("单位合并：一个单位并入另一个，记录各自保留", "One unit is merged into another; each keeps its records"),
            "programmes programme merge tongjiang-grading-2023 s03 --into s04 --reason 乡镇区划调整", unit, into)
            .Does((services, asked, cancellation) => services.GetRequiredService<MergeUnits>().RunAsync(EngineRun.Person, asked.Programme, asked.Parsed.GetValue(unit)!, asked.Parsed.GetValue(into)!, asked.Reason, asked.Document, cancellation));
    }

    private static Argument<string> Unit(Session session, string name, string description) => new(name) { HelpName = session.Say("单位", "unit"), Description = description };

    private static Option<string?> Text(Session session, string option, string zh, string en, string zhMore, string enMore) => new(option) { HelpName = session.Say(zh, en), Description = session.Say(zhMore, enMore) };
}
