using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>The product's own activities.</summary>
internal static class ProgrammesActivities
{
    private static readonly Text Work = new("办理", "Work");
    private static readonly Text Batches = new("批次", "Batches");

    private static readonly InputDescriptor Title = ActivityCatalog.Input("title", "标题", "Title", required: true);
    private static readonly InputDescriptor TitleEn = ActivityCatalog.Input("titleEn", "英文标题", "English title");
    private static readonly InputDescriptor Clause = ActivityCatalog.Input("clause", "依据条款", "Clause", zhMore: "方案中的段落，例如 三（二）", enMore: "The plan's paragraph, such as 三（二）");
    private static readonly InputDescriptor Units = ActivityCatalog.Input("units", "涉及单位", "Units", zhMore: "all 表示本批全部；或“步骤:结果”，例如 verify:Pass", enMore: "all for the whole batch, or step:Outcome, such as verify:Pass");

    public static IEnumerable<ActivityDescriptor> All =>
    [
        new()
        {
            Type = "Programmes.WorkItem", DisplayName = new("任务", "Work item"), Category = Work, Waits = true, Behaviour = new WorkItemBehaviour(),
            Description = new("一项有责任单位、期限和反馈的任务", "A duty of a role, with a date and an outcome"),
            Inputs =
            [
                Title, TitleEn, ActivityCatalog.Input("instructions", "要求", "Instructions", hint: InputHint.MultiLine),
                ActivityCatalog.Input("role", "责任角色", "Role", required: true, zhMore: "unit 为参与单位本身，unit.superior 为其上级，其余为启动时指定的单位", enMore: "unit is the unit itself, unit.superior the office above it; other roles are offices named by the launch"),
                ActivityCatalog.Input("reviewer", "审核角色", "Reviewer", zhMore: "为空则提交即办结", enMore: "Empty: submission completes"),
                ActivityCatalog.Input("opens", "开始日期", "Opens", hint: InputHint.DateRule, zhMore: "为空则到此即开始", enMore: "Empty: when it is reached"),
                ActivityCatalog.Input("due", "期限", "Due", hint: InputHint.DateRule),
                ActivityCatalog.Input("form", "表单", "Form"),
                ActivityCatalog.Choice("evidence", "佐证材料", "Evidence", "Optional", ("None", new("不需要", "None")), ("Optional", new("可附", "Optional")), ("Required", new("必附", "Required"))),
                ActivityCatalog.Input("outcomes", "结果", "Outcomes", "List<String>", InputHint.List, @default: ActivityDescriptor.DoneOutcome),
                Units, ActivityCatalog.Input("rowOutcomes", "每个单位的结果", "Row outcomes", "List<String>", InputHint.List, @default: "Pass,Fail", zhMore: "逐个单位评定时可选的结果", enMore: "What each unit can get"),
                ActivityCatalog.Input("reminders", "提醒规则", "Reminders"),
                ActivityCatalog.Choice("onOverdue", "逾期时", "When overdue", "stay", ("stay", new("继续等待", "Stay open")), ("interrupt", new("中止并转出", "Interrupt")), ("branch", new("另走一路", "Second branch"))),
                Clause,
            ],
            Outcomes = [WorkItemBehaviour.OverdueOutcome], OutcomesFrom = "outcomes", Outputs = ["outcome"],
        },
        new()
        {
            Type = "Programmes.Stage", DisplayName = new("阶段", "Stage"), Category = Work, Behaviour = new StageBehaviour(), Waits = true,
            Description = new("有起止日期的一段工作，显示在时间轴上", "A stretch of work between two dates, shown on the timeline"),
            Inputs = [Title, TitleEn, ActivityCatalog.Input("start", "开始", "Start", hint: InputHint.DateRule), ActivityCatalog.Input("end", "结束", "End", hint: InputHint.DateRule), Clause],
            Slots = [new("body", new("内容", "Body"))],
        },
        new()
        {
            Type = "Programmes.PublicNotice", DisplayName = new("公示", "Public notice"), Category = Work, Waits = true, Behaviour = new PublicNoticeBehaviour(),
            Description = new("发布当日为第 0 日，其后满若干个工作日；异议只中止所涉单位", "Open for full working days after the day of publication; an objection suspends its unit only"),
            Inputs =
            [
                Title, TitleEn, ActivityCatalog.Input("content", "正文", "Content", hint: InputHint.MultiLine), ActivityCatalog.Input("role", "公示单位", "Role", required: true),
                ActivityCatalog.Input("workingDays", "公示工作日数", "Working days", "Int32", @default: 5L),
                ActivityCatalog.Input("countPublicationDay", "发布当日计入", "Count the publication day", "Boolean", InputHint.Checkbox, @default: false), Units,
                ActivityCatalog.Input("mustCloseBy", "最迟结束", "Must close by", hint: InputHint.DateRule), Clause,
            ],
            Outcomes = [PublicNoticeBehaviour.NoObjection],
        },
        new()
        {
            Type = "Programmes.RecordResult", DisplayName = new("记录结论", "Record result"), Category = Work, Behaviour = new InstantBehaviour(ProgrammeSteps.RecordResult),
            Description = new("记下参与单位的结论", "Records a unit's result"),
            Inputs =
            [
                ActivityCatalog.Input("result", "结论", "Result", required: true), ActivityCatalog.Input("grade", "等级", "Grade"), ActivityCatalog.Input("reason", "理由", "Reason"),
                ActivityCatalog.Input("final", "最终结论", "Final", "Boolean", InputHint.Checkbox, @default: false), ActivityCatalog.Input("achieved", "计入目标", "Counts for the goal", "Boolean", InputHint.Checkbox, @default: false), Clause,
            ],
        },
        new()
        {
            Type = "Programmes.CarryOver", DisplayName = new("结转", "Carry over"), Category = Batches, Waits = true, Behaviour = new CarryOverBehaviour(),
            Description = new("转入下一个仍可加入的批次，否则转入补评，再否则结论为最终", "Into the next batch whose intake is open, else a supplementary round, else the result is final"),
            Outcomes = ["CarriedOver", "Final"], Inputs = [Clause],
        },
        new()
        {
            Type = "Programmes.Notify", DisplayName = new("通知", "Notify"), Category = Work, Behaviour = new InstantBehaviour(ProgrammeSteps.Notify),
            Description = new("立即发送邮件", "Sends a mail now"),
            Inputs = [ActivityCatalog.Input("roles", "收件角色", "Roles", "List<String>", InputHint.List, required: true), ActivityCatalog.Input("subject", "主题", "Subject", required: true), ActivityCatalog.Input("body", "正文", "Body", hint: InputHint.MultiLine), Clause],
        },
        new()
        {
            Type = "Programmes.WaitUntil", DisplayName = new("等到某日", "Wait until"), Category = Work, Waits = true, Behaviour = new TimerBehaviour(TimerBehaviour.Until),
            Description = new("等到当日 0 时，或当日结束", "Waits for the day to begin, or to end"),
            Inputs = [ActivityCatalog.Input("on", "日期", "On", hint: InputHint.DateRule, required: true), ActivityCatalog.Input("untilEnd", "到当日结束", "Until its end", "Boolean", InputHint.Checkbox, @default: false), Clause],
        },
        new()
        {
            Type = "Programmes.EvaluateGoal", DisplayName = new("目标评估", "Evaluate goal"), Category = Work, Behaviour = new InstantBehaviour(ProgrammeSteps.EvaluateGoal),
            Description = new("统计已达标与全部单位", "Counts the units that reached the goal, and all"),
            Inputs = [Title, TitleEn, Clause], Outputs = ["reached", "total"], Outcomes = ["Reached", "NotReached"],
        },
        new()
        {
            Type = "Programmes.DispatchBatches", DisplayName = new("启动各批次", "Dispatch batches"), Category = Batches, Waits = true, Behaviour = new DispatchBatchesBehaviour(),
            Description = new("为每个批次启动流程并等待全部结束", "Starts a workflow for each batch and waits for all"),
            Inputs = [ActivityCatalog.Input("workflowDefinitionId", "批次流程", "Batch workflow", required: true), Clause],
        },
        new()
        {
            Type = "Programmes.DispatchUnits", DisplayName = new("启动各参与单位", "Dispatch units"), Category = Batches, Waits = true, Behaviour = new DispatchUnitsBehaviour(),
            Description = new("为本批每个单位启动流程并等待全部结束", "Starts a workflow for each unit of the batch and waits for all"),
            Inputs = [ActivityCatalog.Input("workflowDefinitionId", "单位流程", "Unit workflow", required: true), Clause],
        },
        new()
        {
            Type = "Programmes.AwaitBatchStep", DisplayName = new("等待批次步骤", "Await batch step"), Category = Batches, Waits = true, Behaviour = new AwaitBatchStepBehaviour(),
            Description = new("等待批次中某步骤对本单位的结果", "Waits for what a step of the batch decides about this unit"),
            Inputs = [ActivityCatalog.Input("step", "步骤", "Step", required: true), ActivityCatalog.Input("outcomes", "结果", "Outcomes", "List<String>", InputHint.List, required: true), Clause],
            Outcomes = [], OutcomesFrom = "outcomes", Outputs = ["grade", "reason"],
        },
    ];
}
