using System.Globalization;
using System.Text.Json;
using Programmes.Cli.Output;
using Programmes.Core.Ledgers;
using Programmes.Engine.Queries;
using Spectre.Console;

namespace Programmes.Cli.Ledgers;

/// <summary>Ledgers as tables and as JSON.</summary>
internal static class LedgerOutput
{
    public static void Show(Session session, Paged<LedgerLine> ledgers, Paged<LedgerEntryLine> entries)
    {
        if (ledgers.Total == 0)
        {
            session.Terminal.Out.WriteLine(session.Say("没有台账", "There are no ledgers"));
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(session.Say("台账", "ledger"), session.Say("单位", "unit"), session.Say("上级", "superior"), session.Say("期限", "until"), session.Say("状态", "status"), session.Say("问题", "entries"), session.Say("未销号", "open"));
        foreach (var one in ledgers.Rows)
            table.AddRow(Markup.Escape(one.Id), Markup.Escape(one.Unit ?? "-"), Markup.Escape(one.Superior ?? "-"), Day(one.UntilOn), session.Say(LedgerWords.Of(one.Status)), Number(one.Entries), Number(one.Open));
        session.Terminal.Screen.Write(table);
        if (entries.Total == 0) return;
        table = new Table { Border = TableBorder.Simple };
        table.AddColumns(session.Say("问题", "entry"), session.Say("方面", "area"), session.Say("内容", "problem"), session.Say("责任单位", "office"), session.Say("期限", "deadline"), session.Say("状态", "status"));
        foreach (var one in entries.Rows)
            table.AddRow(Markup.Escape(one.Id), Markup.Escape(one.Area), Markup.Escape(one.Problem), Markup.Escape(one.Office ?? "-"), one.DeadlineOn is { } on ? Day(on) : "-",
                Markup.Escape(session.Say(LedgerWords.Of(one.Status)) + (one.IsOverdue ? session.Say("，超期", ", overdue") : "")));
        session.Terminal.Screen.Write(table);
        if (entries.Total > entries.Rows.Count)
            session.Terminal.Out.WriteLine(session.Say($"第 {entries.Number} 页，共 {entries.Total} 个问题；用 --page 翻页", $"Page {entries.Number} of {entries.Total} entries; turn with --page"));
    }

    public static void WriteJson(Session session, Paged<LedgerLine> ledgers, Paged<LedgerEntryLine> entries) => Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("ledgers");
        foreach (var one in ledgers.Rows)
        {
            json.WriteStartObject();
            json.WriteString("id", one.Id);
            json.WriteString("title", session.Say(one.Title));
            json.WriteString("unit", one.UnitId);
            json.WriteString("unitName", one.Unit);
            json.WriteString("superior", one.Superior);
            json.WriteString("status", one.Status.ToString().ToLowerInvariant());
            json.Day("openedOn", one.OpenedOn);
            json.Day("untilOn", one.UntilOn);
            json.WriteNumber("entries", one.Entries);
            json.WriteNumber("open", one.Open);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("ledgersInAll", ledgers.Total);
        json.WriteStartArray("entries");
        foreach (var one in entries.Rows) Write(json, one);
        json.WriteEndArray();
        json.WriteNumber("entriesInAll", entries.Total);
        json.WriteEndObject();
    });

    public static void WriteJson(Session session, LedgerBulletin bulletin) => Json.Write(session.Terminal, json =>
    {
        json.WriteStartObject();
        json.Day("since", bulletin.Since);
        json.Day("on", bulletin.On);
        json.WriteString("text", session.Say(bulletin.Words));
        json.WritePropertyName("total");
        Write(json, bulletin.Total);
        foreach (var (name, counts) in new[] { ("areas", bulletin.ByArea), ("superiors", bulletin.BySuperior) })
        {
            json.WriteStartArray(name);
            foreach (var count in counts) Write(json, count);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, LedgerEntryLine one)
    {
        json.WriteStartObject();
        json.WriteString("id", one.Id);
        json.WriteString("ledger", one.Ledger);
        json.WriteString("unit", one.UnitId);
        json.WriteNumber("number", one.Number);
        json.WriteString("area", one.Area);
        json.WriteString("problem", one.Problem);
        json.WriteString("source", LedgerCommand.NameOf(one.Source));
        json.WriteString("reference", one.SourceReference);
        json.WriteString("status", LedgerCommand.NameOf(one.Status));
        json.WriteString("office", one.Office);
        json.WriteString("post", one.Post);
        json.Day("openedOn", one.OpenedOn);
        json.Day("deadlineOn", one.DeadlineOn);
        json.WriteString("done", one.Done);
        json.Day("closedOn", one.ClosedOn);
        json.WriteNumber("reopened", one.Reopened);
        json.WriteBoolean("overdue", one.IsOverdue);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BulletinCount count)
    {
        json.WriteStartObject();
        if (count.Name.Length > 0) json.WriteString("name", count.Name);
        json.WriteNumber("entries", count.All);
        json.WriteNumber("closed", count.Closed);
        json.WriteNumber("open", count.Open);
        json.WriteNumber("overdue", count.Overdue);
        json.WriteNumber("openedSince", count.OpenedSince);
        json.WriteNumber("closedSince", count.ClosedSince);
        json.WriteNumber("reopenedSince", count.ReopenedSince);
        json.WriteEndObject();
    }

    private static string Day(DateOnly on) => on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
