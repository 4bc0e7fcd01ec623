using System.Globalization;
using Programmes.Cli.Output;
using Programmes.Core.Programmes;
using Programmes.Engine.Queries;
using Spectre.Console;

namespace Programmes.Cli.Papers;

/// <summary>Papers, and who owes what to them, as JSON and for people; the fields are documented in docs/cli.md.</summary>
internal static class PaperOutput
{
    public static void Papers(Session session, Paged<PaperLine> papers, bool asJson)
    {
        if (asJson)
        {
            Json.Write(session.Terminal, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("total", papers.Total);
                json.WriteStartArray("papers");
                foreach (var paper in papers.Rows)
                {
                    json.WriteStartObject();
                    json.WriteNumber("id", paper.Id);
                    json.WriteString("kind", paper.Kind.ToString());
                    json.WriteString("number", paper.Number);
                    json.WriteString("title", paper.Title);
                    json.WriteString("issuer", paper.Issuer);
                    json.Day("issuedOn", paper.IssuedOn);
                    json.WriteString("unit", paper.UnitId);
                    json.WriteString("workItem", paper.WorkItemId);
                    json.Day("replyBy", paper.ReplyByOn);
                    json.Day("reopensOn", paper.ReopensOn);
                    json.WriteString("state", StateOf(paper.State));
                    json.WriteNumber("unsigned", paper.Unsigned);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(session.Say("序号", "number"), session.Say("种类", "kind"), session.Say("文号", "paper number"), session.Say("标题", "title"), session.Say("印发日期", "issued"), session.Say("答复期限", "reply by"), session.Say("状态", "state"), session.Say("未签收", "unsigned"));
        foreach (var paper in papers.Rows)
            table.AddRow(Number(paper.Id), session.Say(paper.Kind.Words()), Markup.Escape(paper.Number), Markup.Escape(paper.Title), Day(paper.IssuedOn), Day(paper.ReplyByOn), StateOf(paper.State), Number(paper.Unsigned));
        session.Terminal.Screen.Write(table);
    }

    public static void Debts(Session session, Paged<PaperDebt> debts, bool asJson)
    {
        if (asJson)
        {
            Json.Write(session.Terminal, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("total", debts.Total);
                json.WriteStartArray("recipients");
                foreach (var debt in debts.Rows)
                {
                    json.WriteStartObject();
                    json.WriteNumber("paper", debt.Paper);
                    json.WriteString("number", debt.Number);
                    json.WriteString("role", debt.Role);
                    json.WriteString("unit", debt.UnitId);
                    json.WriteString("name", debt.Name);
                    json.WriteBoolean("copy", debt.IsCopy);
                    json.Day("replyBy", debt.ReplyByOn);
                    json.WriteNumber("workingDaysLate", debt.WorkingDaysLate);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(session.Say("序号", "number"), session.Say("文号", "paper number"), session.Say("收文单位", "recipient"), session.Say("答复期限", "reply by"), session.Say("逾期工作日", "working days late"));
        foreach (var debt in debts.Rows) table.AddRow(Number(debt.Paper), Markup.Escape(debt.Number), Markup.Escape(debt.Name), Day(debt.ReplyByOn), Number(debt.WorkingDaysLate));
        session.Terminal.Screen.Write(table);
    }

    private static string StateOf(PaperState state) => state switch { PaperState.Replied => "replied", PaperState.Closed => "closed", PaperState.Withdrawn => "withdrawn", _ => "issued" };

    private static string Day(DateOnly? on) => on?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
