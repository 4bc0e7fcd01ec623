using System.CommandLine;

namespace Programmes.Cli.Changes;

/// <summary><c>programmes programme</c>: changes of a running programme, each with its reason and history.</summary>
internal static class ProgrammeCommand
{
    public static Command Of(Session session) =>
        new("programme", session.Say("变更进行中的专项工作：单位、职责、提醒规则、暂停和恢复", "Change a running programme: units, duties, reminders, suspension"))
        {
            UnitCommands.Admit(session),
            AdmitListCommand.Of(session),
            UnitCommands.Withdraw(session),
            UnitCommands.Merge(session),
            OfficeCommands.Office(session),
            OfficeCommands.HandOver(session),
            ReminderCommands.Reminders(session),
            SuspensionCommands.Suspend(session),
            SuspensionCommands.Resume(session),
        };
}
