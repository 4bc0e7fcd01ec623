using Programmes.Core;
using Programmes.Core.Rehearsal;

namespace Programmes.Cli.DryRuns;

/// <summary>What happens in a rehearsal, in words.</summary>
internal static class EventWords
{
    public static Text Of(string kind) => kind switch
    {
        EventKinds.WorkOpened => new("开始", "opens"),
        EventKinds.WorkDue => new("到期日", "due"),
        EventKinds.WorkOverdue => new("逾期", "overdue"),
        EventKinds.WorkCompleted => new("办结", "done"),
        EventKinds.WorkCancelled => new("取消", "cancelled"),
        EventKinds.NoticeOpened => new("发布公示", "notice published"),
        EventKinds.NoticeClosed => new("公示期满", "notice closes"),
        EventKinds.NoticeWithdrawn => new("公示撤回", "notice withdrawn"),
        EventKinds.Reminder => new("提醒", "reminder"),
        EventKinds.Mail => new("通知", "mail"),
        EventKinds.ProbationOpened => new("保留资格", "probation"),
        EventKinds.ProbationEnded => new("保留期了结", "probation ends"),
        EventKinds.LedgerOpened => new("建立台账", "ledger opens"),
        EventKinds.LedgerUnresolved => new("逾期未销号", "ledger unresolved"),
        EventKinds.LedgerClosed => new("台账办结", "ledger closed"),
        EventKinds.UnitsDrawn => new("随机抽查", "units drawn"),
        EventKinds.Result => new("结论", "result"),
        EventKinds.StageOpened => new("阶段开始", "stage begins"),
        EventKinds.StageClosed => new("阶段结束", "stage ends"),
        EventKinds.CarriedOver => new("结转", "carried over"),
        EventKinds.BatchFinished => new("批次结束", "batch ends"),
        EventKinds.ProgrammeFinished => new("全部结束", "programme ends"),
        EventKinds.Goal => new("目标", "goal"),
        EventKinds.Incident => new("故障", "incident"),
        _ => Text.Same(kind),
    };
}
