namespace Programmes.Core.Ledgers;

/// <summary><see cref="Reopened"/>: its workflow went on long ago, and a check found an entry unsolved; it closes again with its last entry.</summary>
public enum LedgerStatus { Open, Cleared, Cancelled, Reopened }

public enum LedgerEntryStatus { Open, Assigned, Submitted, Returned, Closed }

/// <summary>How a problem was found.</summary>
public enum LedgerSource { SelfCheck, Survey, UnannouncedCheck, CrossCountyCheck, Other }

public enum LedgerEventKind { Opened, Assigned, Submitted, FiledForKeeper, Returned, Closed, Reopened, LedgerReopened, LedgerClosed }

/// <summary>What people call them.</summary>
public static class LedgerWords
{
    public static Text Of(LedgerStatus status) => status switch
    {
        LedgerStatus.Open => new("进行中", "open"),
        LedgerStatus.Cleared => new("全部销号", "cleared"),
        LedgerStatus.Reopened => new("重新打开", "reopened"),
        _ => new("已取消", "cancelled"),
    };

    public static Text Of(LedgerEntryStatus status) => status switch
    {
        LedgerEntryStatus.Open => new("待明确责任", "to be assigned"),
        LedgerEntryStatus.Assigned => new("整改中", "assigned"),
        LedgerEntryStatus.Submitted => new("申请销号", "submitted"),
        LedgerEntryStatus.Returned => new("退回", "returned"),
        _ => new("已销号", "closed"),
    };

    public static Text Of(LedgerEventKind kind) => kind switch
    {
        LedgerEventKind.Opened => new("登记", "Opened"),
        LedgerEventKind.Assigned => new("明确责任和期限", "Assigned"),
        LedgerEventKind.Submitted => new("申请销号", "Submitted for closing"),
        LedgerEventKind.FiledForKeeper => new("代为申请销号", "Submitted for the keeper"),
        LedgerEventKind.Returned => new("退回", "Returned"),
        LedgerEventKind.Closed => new("销号", "Closed"),
        LedgerEventKind.Reopened => new("重新打开", "Reopened"),
        LedgerEventKind.LedgerReopened => new("台账重新打开", "Ledger reopened"),
        _ => new("台账办结", "Ledger closed"),
    };

    public static Text Of(LedgerSource source) => source switch
    {
        LedgerSource.SelfCheck => new("自查", "self-check"),
        LedgerSource.Survey => new("摸底调查", "survey"),
        LedgerSource.UnannouncedCheck => new("暗访抽查", "unannounced check"),
        LedgerSource.CrossCountyCheck => new("县际互查", "cross-county check"),
        _ => new("其他", "other"),
    };
}
