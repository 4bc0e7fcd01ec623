using System.Globalization;
using Programmes.Cli.Output;
using Programmes.Core.Reminders;
using Programmes.Engine.Queries;
using Spectre.Console;

namespace Programmes.Cli.Urging;

/// <summary>Urgings as tables and as JSON.</summary>
internal static class UrgingOutput
{
    public static void Show(Session session, Paged<UrgingLine> lines)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(session.Say("日期", "day"), session.Say("任务", "work item"), session.Say("责任单位", "responsible"), session.Say("方式", "how"), session.Say("结果", "what became of it"), session.Say("内容", "words"));
        foreach (var line in lines.Rows)
            table.AddRow(Day(line.On), Markup.Escape(line.WorkItemId), Markup.Escape(line.Owner), session.Say(UrgingWords.Of(line.Channel)), session.Say(UrgingWords.Of(line.State)), Markup.Escape(line.Words));
        session.Terminal.Screen.Write(table);
        session.Terminal.Out.WriteLine(session.Say($"共 {lines.Total} 项，第 {lines.Number} 页", $"{lines.Total} in all, page {lines.Number}"));
    }

    public static void WriteJson(Session session, Paged<UrgingLine> lines) => Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("total", lines.Total);
        json.WriteNumber("page", lines.Number);
        json.WriteStartArray("urgings");
        foreach (var line in lines.Rows)
        {
            json.WriteStartObject();
            json.WriteString("act", line.Act);
            json.WriteString("workItem", line.WorkItemId);
            json.WriteString("title", session.Say(line.Title));
            json.WriteString("role", line.Role);
            json.WriteString("unit", line.UnitId);
            json.WriteString("owner", line.Owner);
            json.Day("due", line.DueOn);
            json.Day("on", line.On);
            json.WriteString("by", line.By);
            json.WriteString("channel", UrgeCommand.NameOf(line.Channel));
            json.WriteString("text", line.Words);
            json.WriteString("state", StateOf(line.State.Delivery));
            json.WriteNumber("sent", line.State.Sent);
            json.WriteNumber("notReached", line.State.Missed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static void WriteJson(Session session, UrgingBulletin bulletin) => Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.Day("from", bulletin.From);
        json.Day("until", bulletin.Until);
        json.Day("on", bulletin.On);
        json.WriteString("text", session.Say(bulletin.Words));
        json.WriteNumber("workItems", bulletin.Items);
        json.WriteNumber("owners", bulletin.Owners);
        json.WriteNumber("acts", bulletin.Acts);
        json.WriteNumber("mails", bulletin.Mails);
        json.WriteNumber("notDelivered", bulletin.NotDelivered);
        json.WriteStartObject("others");
        foreach (var (channel, count) in bulletin.Others) json.WriteNumber(UrgeCommand.NameOf(channel), count);
        json.WriteEndObject();
        json.WriteNumber("done", bulletin.Done);
        json.WriteNumber("underReview", bulletin.UnderReview);
        json.WriteNumber("dropped", bulletin.Dropped);
        json.WriteNumber("open", bulletin.Open.Count);
        json.WriteNumber("overdue", bulletin.Overdue);
        json.WriteEndObject();
    });

    private static string StateOf(UrgingDelivery delivery) => delivery switch
    {
        UrgingDelivery.Logged => "logged",
        UrgingDelivery.Waiting => "waiting",
        UrgingDelivery.Sent => "sent",
        UrgingDelivery.Failed => "failed",
        UrgingDelivery.Bounced => "bounced",
        UrgingDelivery.NoAddress => "no-address",
        _ => "withdrawn",
    };

    private static string Day(DateOnly on) => on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
