using Programmes.Core;
using Programmes.Core.Ledgers;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Ledgers;

/// <summary>States of problems as light and words.</summary>
public static class LedgerLook
{
    public static Light LightOf(LedgerEntryLine line) => line switch
    {
        { Status: LedgerEntryStatus.Closed } => Light.Done,
        { IsOverdue: true } => Light.Late,
        { Status: LedgerEntryStatus.Open } => Light.Waiting,
        _ => Light.Open,
    };

    public static Text Word(LedgerEntryLine line)
    {
        var state = LedgerWords.Of(line.Status);
        return line.IsOverdue ? new($"逾期：{state.Zh}", $"Late: {state.En}") : state;
    }

    public static Text Name(EntriesShown shown) => shown switch
    {
        EntriesShown.All => new("查出问题", "Found"),
        EntriesShown.Open => new("未销号", "Open"),
        EntriesShown.Soon => new("五个工作日内到期", "Due within five working days"),
        EntriesShown.Late => new("超期", "Late"),
        EntriesShown.Submitted => new("申请销号", "To be judged"),
        EntriesShown.Closed => new("已销号", "Closed"),
        _ => new("重新打开过", "Reopened"),
    };

    public static int Of(EntryCounts counts, EntriesShown shown) => shown switch
    {
        EntriesShown.All => counts.All,
        EntriesShown.Open => counts.Open,
        EntriesShown.Soon => counts.Soon,
        EntriesShown.Late => counts.Late,
        EntriesShown.Submitted => counts.Submitted,
        EntriesShown.Closed => counts.Closed,
        _ => counts.Reopened,
    };
}
