namespace Programmes.Core.Programmes;

/// <param name="Words">What an office calls it.</param>
internal sealed record LaunchField(string Name, Text Words, bool Required = false);

/// <summary>
/// The fields of each object in a launch file. Reader, writer and <c>workflows/launch.schema.json</c> agree on them,
/// which a test checks.
/// </summary>
/// <param name="Name">As in the schema's <c>$defs</c>; <c>launch</c> is the file itself.</param>
internal sealed record LaunchShape(string Name, Text Words, IReadOnlyList<LaunchField> Fields)
{
    public static readonly LaunchShape Launch = new("launch", new("启动文件", "the launch file"),
    [
        new("$schema", new("格式说明", "the schema")),
        new("definition", new("流程定义的标识", "the id of the workflow definition"), true),
        new("id", new("专项工作的标识", "the programme's id"), true),
        new("name", new("专项工作的名称", "the programme's name"), true),
        new("approval", new("批准文件", "the approving document"), true),
        new("startsOn", new("启动日期", "the first day"), true),
        new("businessClose", new("下班时间", "the close of business")),
        new("dates", new("日期参数", "the dates")),
        new("settings", new("其他参数", "the settings")),
        new("offices", new("各角色对应的单位", "the offices by role"), true),
        new("units", new("参与单位", "the units"), true),
        new("batches", new("批次", "the batches"), true),
        new("reminders", new("提醒规则", "the reminder policy")),
        new("stepReminders", new("各步骤的提醒规则", "the steps' reminder policies")),
        new("supervisor", new("督办单位的角色", "the supervisor's role")),
        new("urgeEveryWorkingDays", new("催办的最短间隔", "the interval of urgings")),
        new("forms", new("表单", "the forms")),
    ]);

    public static readonly LaunchShape Approval = new("approval", new("批准文件", "the approving document"),
    [
        new("number", new("文号", "the document number"), true),
        new("on", new("印发日期", "the date of the document"), true),
        new("title", new("标题", "the title")),
    ]);

    public static readonly LaunchShape Office = new("office", new("单位", "the office"),
    [
        new("name", new("单位名称", "the office's name"), true),
        new("mail", new("邮箱", "the mail address")),
        new("superior", new("上级单位的角色", "the role of the office above")),
        new("level", new("层级", "the level")),
    ]);

    public static readonly LaunchShape Unit = new("unit", new("参与单位", "the unit"),
    [
        new("id", new("单位标识", "the unit's id"), true),
        new("name", new("单位名称", "the unit's name"), true),
        new("mail", new("邮箱", "the mail address")),
        new("responsible", new("责任主体", "who answers for the unit")),
        new("superior", new("上级单位的角色", "the role of the office above the unit")),
        new("level", new("层级", "the level")),
    ]);

    public static readonly LaunchShape Batch = new("batch", new("批次", "the batch"),
    [
        new("number", new("批次序号", "the batch's number"), true),
        new("name", new("批次名称", "the batch's name"), true),
        new("start", new("批次开始日期", "the batch's start"), true),
        new("intakeUntil", new("最晚加入日期", "the last day of intake")),
        new("supplementary", new("是否补评", "whether it is a supplementary round")),
        new("dates", new("本批日期参数", "the batch's dates")),
        new("settings", new("本批其他参数", "the batch's settings")),
        new("units", new("本批单位", "the batch's units")),
    ]);

    public static readonly LaunchShape Form = new("form", new("表单", "the form"),
    [
        new("title", new("表单标题", "the form's title"), true),
        new("groups", new("各组", "the groups"), true),
    ]);

    public static readonly LaunchShape FormGroup = new("formGroup", new("表单的一组", "the group of the form"),
    [
        new("title", new("组的标题", "the group's title"), true),
        new("part", new("所属大项", "the part that the group belongs to")),
        new("items", new("各项", "the items"), true),
    ]);

    public static readonly LaunchShape FormItem = new("formItem", new("表单的一项", "the item of the form"),
    [
        new("key", new("项的标识", "the item's key"), true),
        new("title", new("项的标题", "the item's title"), true),
        new("kind", new("项的类型", "the item's kind"), true),
        new("required", new("是否必填", "whether it must be filled in")),
        new("pointsMax", new("满分", "the highest points")),
        new("pointsMin", new("最低分", "the lowest points")),
        new("ifNo", new("必备条件不符合的后果", "what a no means")),
        new("columns", new("表格的列", "the table's columns")),
        new("rowsMax", new("表格最多行数", "the most rows of the table")),
        new("choices", new("可选项", "the choices")),
    ]);

    public static readonly LaunchShape FormColumn = new("formColumn", new("表格的一列", "the column of the table"),
    [
        new("key", new("列的标识", "the column's key"), true),
        new("title", new("列的标题", "the column's title"), true),
        new("kind", new("列的类型", "the column's kind"), true),
        new("required", new("是否必填", "whether it must be filled in")),
        new("choices", new("可选项", "the choices")),
    ]);

    public static readonly IReadOnlyList<LaunchShape> All = [Launch, Approval, Office, Unit, Batch, Form, FormGroup, FormItem, FormColumn];
}
