using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Engine.Programmes;

namespace Programmes.Cli.Changes;

/// <summary><c>programmes programme reminders</c>.</summary>
internal static class ReminderCommands
{
    public static Command Reminders(Session session)
    {
        var policy = new Argument<string>("policy") { HelpName = session.Say("规则", "policy"), Description = session.Say("提醒规则；写成空（\"\"）则恢复步骤自己的或系统的规则", "The reminder policy; empty (\"\"): the step's own or the product's holds again") };
        var step = new Option<string?>("--step") { HelpName = session.Say("步骤", "step"), Description = session.Say("只改这一步骤；不写则改全部未另定规则的步骤", "Only this step; without it all steps that have no policy of their own") };
        return new ChangeCommand(
            session, "reminders", new("调整提醒规则，未办任务次日起适用", "Change the reminder policy; open work follows it from the next morning"),
            "programmes programme reminders tongjiang-grading-2023 提前5个工作日，当日，逾期1个工作日 --reason 减少邮件", policy, step)
            .Does((services, asked, cancellation) => services.GetRequiredService<ChangeReminders>().RunAsync(
                EngineRun.Person, asked.Programme, asked.Parsed.GetValue(step), asked.Parsed.GetValue(policy), asked.Reason, asked.Document, cancellation));
    }
}
