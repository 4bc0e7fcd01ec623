using System.Globalization;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Dates;
using Programmes.Core.Reminders;

namespace Programmes.Engine.Mail;

/// <summary>What templates can name. Every value is a string, a yes or no, or a list of such; a missing one is null, so that <c>#if</c> decides.</summary>
internal static class MailModel
{
    public const string Digest = "digest";
    public const string Returned = "returned";
    public const string Notify = "notify";
    public const string Paper = "paper";
    public const string Objection = "objection";
    public const string Urging = "urging";
    public const string Invitation = "invitation";
    public const string PasswordReset = "password-reset";

    private const int ParagraphsMax = 100;
    private const int ParagraphCharactersMax = 1000;

    public static Dictionary<string, object?> Of(DigestMail mail, MailSettings settings, Uri? choices = null) => new(Common(mail.To, mail.On, settings))
    {
        ["summary"] = string.Join('、', mail.Groups.Select(group => $"{ShortTitle(group.Urgency)}{Number(group.Total)}项")),
        ["total"] = Number(mail.Total),
        ["overdue"] = mail.CountOf(Urgency.Overdue) > 0,
        ["listLink"] = settings.Link(mail.ListPath),
        ["choices"] = choices?.AbsoluteUri,
        ["groups"] = mail.Groups.Select(group => new Dictionary<string, object?>
        {
            ["title"] = group.Title.Zh,
            ["total"] = Number(group.Total),
            ["more"] = group.More == 0 ? null : Number(group.More),
            ["lines"] = group.Lines.Select((line, index) => Line(line, index + 1, mail.ListPath, settings)).ToList(),
        }).ToList(),
    };

    public static Dictionary<string, object?> Of(ReturnedMail mail, MailSettings settings) => new(Common(mail.To, mail.ReturnedOn, settings))
    {
        ["title"] = mail.Title.Zh,
        ["programme"] = mail.Programme,
        ["unit"] = mail.Unit,
        ["clause"] = mail.Clause,
        ["returnedBy"] = mail.ReturnedBy,
        ["returnedOn"] = Day(mail.ReturnedOn),
        ["round"] = Number(mail.Round),
        ["due"] = mail.DueOn is { } due ? Day(due) : null,
        ["paragraphs"] = Paragraphs(mail.Reason),
        ["link"] = settings.Link(mail.Path),
    };

    public static Dictionary<string, object?> Of(NotifyMail mail, MailSettings settings) => new(Common(mail.To, mail.On, settings))
    {
        ["subject"] = string.IsNullOrWhiteSpace(mail.Subject) ? $"【通知】{mail.Programme}" : mail.Subject,
        ["programme"] = mail.Programme,
        ["unit"] = mail.Unit,
        ["paragraphs"] = Paragraphs(mail.Body),
        ["link"] = mail.Path is null ? null : settings.Link(mail.Path),
    };

    public static Dictionary<string, object?> Of(ObjectionMail mail, MailSettings settings) => new(Common(mail.To, mail.On, settings))
    {
        ["what"] = mail.What.Zh,
        ["notice"] = mail.Notice.Zh,
        ["programme"] = mail.Programme,
        ["unit"] = mail.Unit,
        ["closes"] = Day(mail.ClosesOn),
        ["paragraphs"] = Paragraphs(mail.Words),
        ["link"] = settings.Link(mail.Path),
    };

    public static Dictionary<string, object?> Of(PaperMail mail, MailSettings settings) => new(Common(mail.To, mail.On, settings))
    {
        ["heading"] = mail.Heading,
        ["programme"] = mail.Programme,
        ["number"] = mail.Number,
        ["title"] = mail.Title,
        ["remarks"] = Paragraphs(mail.Remark ?? ""),
        ["paragraphs"] = Paragraphs(mail.Body),
        ["issuer"] = mail.Issuer,
        ["issued"] = Day(mail.IssuedOn),
        ["recipients"] = mail.MainRecipients,
        ["copies"] = mail.Copies,
        ["replyBy"] = mail.ReplyBy is { } due ? Day(due) : null,
        ["reopens"] = mail.ReopensOn is { } reopens ? Day(reopens) : null,
        ["link"] = mail.Path is null ? null : settings.Link(mail.Path),
    };

    public static Dictionary<string, object?> Of(UrgingMail mail, MailSettings settings) => new(Common(mail.To, mail.On, settings))
    {
        ["programme"] = mail.Programme,
        ["urgedBy"] = mail.UrgedBy,
        ["paragraphs"] = Paragraphs(mail.Words),
        ["first"] = mail.Lines.Count == 0 ? "" : mail.Lines[0].Item.Title.Zh,
        ["total"] = Number(mail.Total),
        ["several"] = mail.Total > 1,
        ["lines"] = mail.Lines.Select((line, index) => Line(line, index + 1, mail.ListPath, settings)).ToList(),
        ["more"] = mail.More == 0 ? null : Number(mail.More),
        ["listLink"] = settings.Link(mail.ListPath),
    };

    /// <summary>A mail in which everything occurs that a template can name, or only what is never missing.</summary>
    public static Dictionary<string, object?> Sample(string name, bool sparse)
    {
        var settings = sparse ? MailSettings.SampleWithoutLinks : MailSettings.Sample;
        var to = new Addressee("station@example.org", "示例镇综合文化站");
        var on = new DateOnly(2023, 9, 28);
        var words = new Text("报送自查自评情况", "Self-assessment");
        var unit = sparse ? null : "示例镇综合文化站";
        var clause = sparse ? null : "三（一）";
        DateOnly? due = sparse ? null : on;
        var item = new DigestItem("w1", words, "示例专项工作", unit, clause, due, sparse ? [] : [new("方案规定：2023年9月28日前报送。", "By 28 September 2023, says the plan.")], false, "/work/w1", !sparse);
        var line = new DigestLine(item, sparse ? null : new("2023年9月28日（周四）", "Thu 28 September 2023"), sparse ? null : new("今日到期", "due today"), [item]);
        return name switch
        {
            Digest => Of(new DigestMail(to, on, [new(Urgency.DueToday, new("今日到期", "Due today"), [line], sparse ? 0 : 1)], "/work"), settings, sparse ? null : new("https://example.org/mail/choices?a=x")),
            Returned => Of(new ReturnedMail(to, "w1", 1, words, item.Programme, unit, clause, "示例县文化局", on, sparse ? "" : "缺少附件。\n请补盖公章后重新报送。", due, item.Path), settings),
            Objection => Of(new ObjectionMail(to, "o1", new("收到异议", "Objection received"), new("关于拟定等级的公示", "Public notice of the grades"), item.Programme, unit, on, on, "请在公示期内核查并登记处理意见。", item.Path), settings),
            Paper => Of(new PaperMail(to, item.Programme, on, "通知", sparse ? null : "请按要求办理。", "示例〔2023〕1号", "关于开展自查自评的通知", sparse ? "" : "请各单位对照标准开展自查，按期报送情况。", "示例办公室", on, unit, unit, due, due, sparse ? null : item.Path), settings),
            Invitation or PasswordReset => Of(new AccountMail(to, on, "station@example.org", "https://example.org/invitation?token=x", new(2023, 10, 5, 8, 0, 0, TimeSpan.Zero)), settings),
            Urging => Of(new UrgingMail(to, "a1", item.Programme, on, "示例督查室", sparse ? "" : "请于10月9日前报送。\n确有困难的请说明原因。", [line], sparse ? 0 : 1, "/work"), settings),
            _ => Of(new NotifyMail(to, "n1", item.Programme, unit, on, "自查自评工作已启动", sparse ? "" : "请登录系统签收任务，按期报送。", sparse ? null : item.Path), settings),
        };
    }

    /// <summary>A link to an account of one's own.</summary>
    public static Dictionary<string, object?> Of(AccountMail mail, MailSettings settings)
    {
        var until = mail.Until.ToOffset(ChinaTime.Offset);
        var model = Common(mail.To, mail.On, settings);
        model["account"] = mail.Account;
        model["link"] = mail.Link;
        model["until"] = string.Create(CultureInfo.InvariantCulture, $"{until.Year}年{until.Month}月{until.Day}日 {until:HH:mm}（北京时间）");
        return model;
    }

    private static Dictionary<string, object?> Common(Addressee to, DateOnly on, MailSettings settings) => new()
    {
        ["to"] = to.Name,
        ["date"] = Day(on),
        ["sender"] = settings.From.Name ?? settings.From.Address,
    };

    private static Dictionary<string, object?> Line(DigestLine line, int number, string listPath, MailSettings settings) => new()
    {
        ["number"] = Number(number),
        ["title"] = line.Item.Title.Zh,
        ["programme"] = line.Item.Programme,
        ["unit"] = line.Units,
        ["clause"] = line.Item.Clause,
        ["due"] = line.Due?.Zh,
        ["left"] = line.Left?.Zh,
        ["supervision"] = line.Item.ForSupervision,
        ["why"] = ShortReason.Of(line.Item.Why).Select(why => why.Zh).ToList(),
        ["link"] = settings.Link(line.Same.Count == 1 ? line.Item.Path : listPath),
    };

    private static string ShortTitle(Urgency urgency) => urgency switch
    {
        Urgency.Overdue => "逾期",
        Urgency.DueToday => "今日到期",
        Urgency.DueSoon => "即将到期",
        Urgency.Review => "待审核",
        _ => "新任务",
    };

    // A value is one line in a template, so that words with several lines are a list.
    private static List<string> Paragraphs(string text) =>
        [.. text.ReplaceLineEndings("\n").Split('\n').Select(line => HeaderText.OneLine(line, ParagraphCharactersMax)).Where(line => line.Length > 0).Take(ParagraphsMax)];

    private static string Day(DateOnly on) => string.Create(CultureInfo.InvariantCulture, $"{on.Year}年{on.Month}月{on.Day}日");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
