using Programmes.Core.Programmes;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>The product's own activities.</summary>
internal static class ProgrammesActivities
{
    private static readonly Text Work = new("办理", "Work");
    private static readonly Text Batches = new("批次", "Batches");

    private static readonly InputDescriptor Title = ActivityCatalog.Input("title", "标题", "Title", required: true);
    private static readonly InputDescriptor TitleEn = ActivityCatalog.Input("titleEn", "英文标题", "English title");
    private static readonly InputDescriptor About = ActivityCatalog.Input("about", "所指事项", "About", zhMore: "写在标题之后，例如同一流程办理的九项标准之一", enMore: "Stands after the title, such as which of nine standards the same workflow is about");
    private static readonly InputDescriptor AboutEn = ActivityCatalog.Input("aboutEn", "所指事项（英文）", "About, in English");
    private static readonly InputDescriptor Clause = ActivityCatalog.Input("clause", "依据条款", "Clause", zhMore: "方案中的段落，例如 三（二）", enMore: "The plan's paragraph, such as 三（二）");
    private static readonly InputDescriptor Instructions = ActivityCatalog.Input("instructions", "要求", "Instructions", hint: InputHint.MultiLine);
    private static readonly InputDescriptor Role = ActivityCatalog.Input("role", "责任角色", "Role", required: true, zhMore: "unit 为参与单位本身，unit.superior 为其上级，其余为启动时指定的单位", enMore: "unit is the unit itself, unit.superior the office above it; other roles are offices named by the launch");
    private static readonly InputDescriptor Reviewer = ActivityCatalog.Input("reviewer", "审核角色", "Reviewer", zhMore: "为空则提交即办结", enMore: "Empty: submission completes");
    private static readonly InputDescriptor Opens = ActivityCatalog.Input("opens", "开始日期", "Opens", hint: InputHint.DateRule, zhMore: "为空则到此即开始", enMore: "Empty: when it is reached");
    private static readonly InputDescriptor Due = ActivityCatalog.Input("due", "期限", "Due", hint: InputHint.DateRule);
    private static readonly InputDescriptor Form = ActivityCatalog.Input("form", "表单", "Form");
    private static readonly InputDescriptor Evidence = ActivityCatalog.Choice("evidence", "佐证材料", "Evidence", nameof(EvidenceRule.Optional), (nameof(EvidenceRule.None), new("不需要", "None")), (nameof(EvidenceRule.Optional), new("可附", "Optional")), (nameof(EvidenceRule.Required), new("必附", "Required")));
    private static readonly InputDescriptor Paper = ActivityCatalog.Choice("paper", "须有公文", "Paper", PaperRule.None, [(PaperRule.None, new("不需要", "None")), .. Enum.GetValues<PaperKind>().Select(kind => (kind.ToString(), kind.Words()))]);
    private static readonly InputDescriptor PaperTo = ActivityCatalog.Input("paperTo", "主送", "Paper to", "List<String>", InputHint.List, zhMore: "公文主送的角色；all 为全部参与单位", enMore: "Roles that the paper is for; all: every participating unit");
    private static readonly InputDescriptor PaperCc = ActivityCatalog.Input("paperCc", "抄送", "Paper copies", "List<String>", InputHint.List, zhMore: "公文抄送、抄报的角色；all 为全部参与单位", enMore: "Roles that get a copy of the paper; all: every participating unit");
    private static readonly InputDescriptor Outcomes = ActivityCatalog.Input("outcomes", "结果", "Outcomes", "List<String>", InputHint.List, @default: ActivityDescriptor.DoneOutcome);
    private static readonly InputDescriptor Reminders = ActivityCatalog.Input("reminders", "提醒规则", "Reminders");
    private static readonly InputDescriptor Units = ActivityCatalog.Input("units", "涉及单位", "Units", zhMore: "all 表示本批全部；或“步骤:结果”，例如 verify:Pass", enMore: "all for the whole batch, or step:Outcome, such as verify:Pass");

    public static IEnumerable<ActivityDescriptor> All =>
    [
        new()
        {
            Type = "Programmes.WorkItem", DisplayName = new("任务", "Work item"), Category = Work, Waits = true, Behaviour = new WorkItemBehaviour(),
            Description = new("一项有责任单位、期限和反馈的任务", "A duty of a role, with a date and an outcome"),
            Inputs =
            [
                Title, TitleEn, About, AboutEn, Instructions, Role, Reviewer, Opens, Due, Form, Evidence, Paper, PaperTo, PaperCc, Outcomes,
                Units, ActivityCatalog.Input("rowOutcomes", "每个单位的结果", "Row outcomes", "List<String>", InputHint.List, @default: "Pass,Fail", zhMore: "逐个单位评定时可选的结果", enMore: "What each unit can get"),
                ActivityCatalog.Input("unannounced", "不预先告知", "Unannounced", "Boolean", InputHint.Checkbox, @default: false, zhMore: "逐个单位检查时，参与单位在得出结果之前看不到这一步", enMore: "Units do not see a step that judges them before it has"),
                Reminders,
                ActivityCatalog.Choice("onOverdue", "逾期时", "When overdue", "stay", ("stay", new("继续等待", "Stay open")), ("interrupt", new("中止并转出", "Interrupt")), ("branch", new("另走一路", "Second branch"))),
                Clause,
            ],
            Outcomes = [WorkItemBehaviour.OverdueOutcome], OutcomesFrom = "outcomes", Outputs = ["outcome", "values"],
        },
        new()
        {
            Type = "Programmes.RecurringWork", DisplayName = new("定期任务", "Recurring work"), Category = Work, Waits = true, Behaviour = new RecurringWorkBehaviour(),
            Description = new("在起止日期之间按月、按季、按半年或按年开出任务，与主线并行", "A work item every month, quarter, half-year or year between two days, beside the main line"),
            Inputs =
            [
                Title, TitleEn, Instructions, Role, Reviewer,
                ActivityCatalog.Choice("every", "周期", "Every", "Month", ("Month", new("每月", "Month")), ("Quarter", new("每季度", "Quarter")), ("HalfYear", new("每半年", "Half-year")), ("Year", new("每年", "Year"))),
                ActivityCatalog.Input("from", "自", "From", hint: InputHint.DateRule, required: true, zhMore: "所在的一期为第一期", enMore: "The period that it falls in is the first"),
                ActivityCatalog.Input("until", "至", "Until", hint: InputHint.DateRule, required: true, zhMore: "所在的一期为最后一期", enMore: "The period that it falls in is the last"),
                ActivityCatalog.Input("opens", "每期开始日期", "Opens", hint: InputHint.DateRule, zhMore: "可用 period.start、period.end；为空则为期初", enMore: "May count from period.start and period.end; empty: the period's first day"),
                ActivityCatalog.Input("due", "每期期限", "Due", hint: InputHint.DateRule, required: true, zhMore: "例如 period.end + 10 working days", enMore: "Such as period.end + 10 working days"),
                ActivityCatalog.Input("closes", "每期截止", "Closes", hint: InputHint.DateRule, zhMore: "过后不再受理，记为未报；为空则一直可以补报", enMore: "Afterwards the period is missed and takes nothing; empty: it can always be filed late"),
                ActivityCatalog.Input("tasks", "各期任务", "Tasks", "Object", InputHint.Json, zhMore: "按年月（如 2020-06）列出的任务，例如计划表单的内容；开出当期任务时写入要求", enMore: "By year and month (2020-06), such as the values of a plan's form; a period's own goes into its instructions"),
                Form, Evidence, Paper, PaperTo, PaperCc, Outcomes, Reminders, Clause,
            ],
            Outcomes = [ActivityDescriptor.DoneOutcome, RecurringWorkBehaviour.MissedOutcome], OutcomesFrom = "outcomes", Outputs = ["outcome"],
            Anchors = [RecurringWorkBehaviour.PeriodStart, RecurringWorkBehaviour.PeriodEnd],
        },
        new()
        {
            Type = "Programmes.SelectUnits", DisplayName = new("遴选", "Select units"), Category = Work, Waits = true, Behaviour = new SelectUnitsBehaviour(),
            Description = new("在名额内逐个决定入选单位，写明理由；超过名额的不能入选", "Chooses units one by one under a quota, with reasons; more than the quota cannot be chosen"),
            Inputs =
            [
                Title, TitleEn, Instructions, Role, Reviewer, Opens, Due, Form, Evidence, Paper, PaperTo, PaperCc, Outcomes,
                ActivityCatalog.Input("units", "候选单位", "Candidates", required: true, zhMore: "all 表示本批全部；或“步骤:结果”", enMore: "all for the whole batch, or step:Outcome"),
                ActivityCatalog.Input("most", "本批名额", "Most in this batch", "Int32"),
                ActivityCatalog.Input("share", "各批合计不超过（%）", "Most over all batches (%)", "Decimal"),
                ActivityCatalog.Input("shareOf", "比例的基数", "Of how many", "Int32", zhMore: "例如全省县级行政区总数", enMore: "Such as the number of the province's counties"),
                Reminders, Clause,
            ],
            Outcomes = [], OutcomesFrom = "outcomes", Outputs = ["outcome"],
        },
        new()
        {
            Type = "Programmes.Probation", DisplayName = new("保留资格", "Probation"), Category = Work, Waits = true, Behaviour = new ProbationBehaviour(),
            Description = new("不合格的单位可申请保留一段时间，整改后申请复查", "A unit that failed may apply to be kept for a while, rectifies, and asks for a re-check"),
            Inputs =
            [
                Title, TitleEn, Instructions, Role with { Default = Roles.Unit, Required = false },
                ActivityCatalog.Input("approver", "批准角色", "Approver", zhMore: "批准保留申请；为空则申请即保留", enMore: "Approves the application; empty: applying is enough"),
                ActivityCatalog.Input("checker", "复查角色", "Checker", required: true),
                ActivityCatalog.Input("from", "起算日", "From", hint: InputHint.DateRule, zhMore: "为空则为通知结果之日", enMore: "Empty: the day on which it is reached"),
                ActivityCatalog.Input("period", "保留期", "Period", hint: InputHint.Period, @default: "6 months"),
                ActivityCatalog.Input("applyWithin", "申请期限", "Apply within", hint: InputHint.Period, @default: "15 working days"),
                ActivityCatalog.Input("recheckWithin", "复查期限", "Re-check within", hint: InputHint.Period, @default: "20 working days", zhMore: "自申请复查之日起", enMore: "From the request on"),
                ActivityCatalog.Input("rechecks", "复查次数", "Re-checks", "Int32", @default: 1L),
                Form, Evidence, Reminders, Clause,
            ],
            Outcomes = [nameof(ProbationStatus.Passed), nameof(ProbationStatus.Failed), nameof(ProbationStatus.NotApplied)],
        },
        new()
        {
            Type = "Programmes.DrawSample", DisplayName = new("随机抽查", "Draw sample"), Category = Batches, Behaviour = new InstantBehaviour(DrawSampleStep.Draw),
            Description = new("按记录的随机种子从本批抽取单位，任何人都可复核；不通知被抽中的单位", "Draws units of the batch by a recorded seed that anybody can check; those drawn are not told"),
            Inputs =
            [
                Title, TitleEn, Units with { DisplayName = new("抽查范围", "Candidates") },
                ActivityCatalog.Input("count", "抽取数", "Count", "Int32", zhMore: "与比例二选一", enMore: "Or the share"),
                ActivityCatalog.Input("share", "抽取比例（%）", "Share (%)", "Decimal", zhMore: "有小数的进一", enMore: "Rounded up"),
                ActivityCatalog.Input("perSuperior", "按上级分别抽取", "Per superior", "Boolean", InputHint.Checkbox, @default: false, zhMore: "抽取数或比例用于每个上级的单位，至少各抽一个", enMore: "Count or share holds for each superior's units, at least one each"),
                ActivityCatalog.Input("crossCheck", "互查", "Cross-check", "Boolean", InputHint.Checkbox, @default: false, zhMore: "为抽中的单位指定其上级以外的检查单位", enMore: "Names a checking office other than the unit's own superior"),
                ActivityCatalog.Input("seed", "随机种子", "Seed", zhMore: "为空则由步骤和日期推出", enMore: "Empty: it follows from the step and the day"),
                Clause,
            ],
        },
        new()
        {
            Type = "Programmes.Ledger", DisplayName = new("问题台账", "Ledger"), Category = Work, Waits = true, Behaviour = new LedgerBehaviour(),
            Description = new("登记问题、明确责任和期限、逐一销号；到期仍有未销号的另走一路，全部销号后结束", "Problems are entered, assigned with a deadline, and closed one by one; unresolved ones fire a branch at the end, and it ends when all are closed"),
            Inputs =
            [
                Title, TitleEn, Role with { DisplayName = new("台账单位", "Keeper"), Default = Roles.Unit, Required = false },
                Reviewer with { DisplayName = new("销号角色", "Closes entries"), Description = new("审核销号申请；为空则由牵头单位销号", "Closes what is submitted; empty: the leading office does") },
                ActivityCatalog.Input("areas", "检查方面", "Check areas", "List<String>", InputHint.List, zhMore: "登记的问题须属其一；为空则自行填写", enMore: "Entries belong to one of them; empty: they name their own"),
                ActivityCatalog.Input("until", "销号期限", "Until", hint: InputHint.DateRule, required: true),
                Evidence with { Default = nameof(EvidenceRule.Required), Description = new("销号时的佐证材料", "When an entry is closed") },
                Clause,
            ],
            Outcomes = [LedgerBehaviour.ClearedOutcome, LedgerBehaviour.UnresolvedOutcome],
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
            Type = "Programmes.WaitUntil", DisplayName = new("等到某日", "Wait until"), Category = Work, Waits = true, Behaviour = new TimerBehaviour(TimerBehaviour.Until, "on"),
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
