using System.Globalization;
using System.Text.Json;
using Programmes.Cli.Output;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Rehearsal;

namespace Programmes.Cli.DryRuns;

/// <summary>A rehearsal as JSON, written while it plays; the fields are documented in docs/cli.md.</summary>
internal sealed class ReportJson(Utf8JsonWriter json, Session session)
{
    private const int FlushAtBytes = 1 << 16;

    public void Begin()
    {
        json.WriteStartObject();
        json.WriteStartArray("events");
    }

    public void Event(RehearsalEvent what)
    {
        json.WriteStartObject();
        json.Day("on", what.On);
        json.WriteString("at", what.At.ToOffset(ChinaTime.Offset).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture));
        json.WriteString("kind", what.Kind);
        json.Number("batch", what.Batch);
        json.WriteString("unit", what.Unit);
        json.WriteString("activity", what.Activity);
        json.WriteString("title", session.Say(what.Title));
        json.Day("due", what.DueOn);
        json.WriteBoolean("provisional", what.Provisional);
        json.Lines("why", what.Why.Select(session.Say));
        json.WriteEndObject();
        if (json.BytesPending > FlushAtBytes) json.Flush();
    }

    /// <param name="report">Null: nothing was played.</param>
    public void End(RehearsalReport? report, IEnumerable<Problem> problems)
    {
        json.WriteEndArray();
        WriteMails(report?.Mails ?? new(0, 0, 0, []));
        json.Problems(session, problems);
        if (report is null) json.WriteNull("summary");
        else WriteSummary(report.Summary);
        json.WriteEndObject();
    }

    private void WriteMails(RehearsalMails mails)
    {
        json.WriteStartObject("mails");
        json.WriteNumber("total", mails.Total);
        json.WriteNumber("digests", mails.Digests);
        json.WriteNumber("direct", mails.Direct);
        json.WriteStartArray("recipients");
        foreach (var recipient in mails.Recipients)
        {
            json.WriteStartObject();
            json.WriteString("address", recipient.Address);
            json.WriteString("name", recipient.Name);
            json.WriteNumber("mails", recipient.Mails);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteSummary(RehearsalSummary summary)
    {
        json.WriteStartObject("summary");
        json.WriteString("programme", summary.Programme);
        json.WriteString("policy", summary.Policy);
        json.WriteNumber("seed", summary.Seed);
        json.Day("asKnownOn", summary.AsKnownOn);
        json.Day("startsOn", summary.StartsOn);
        json.Day("finishedOn", summary.FinishedOn);
        json.WriteNumber("units", summary.Units);
        json.WriteStartArray("batches");
        foreach (var batch in summary.Batches)
        {
            json.WriteStartObject();
            json.WriteNumber("number", batch.Number);
            json.WriteString("name", batch.Name);
            json.WriteNumber("units", batch.Units);
            json.Day("startedOn", batch.StartedOn);
            json.Day("finishedOn", batch.FinishedOn);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteCounts("results", summary.Results);
        json.WriteNumber("goalReached", summary.GoalReached);
        json.WriteNumber("goalTotal", summary.GoalTotal);
        WriteCounts("events", summary.Events);
        json.WriteNumber("provisionalDates", summary.ProvisionalDates);
        json.WriteNumber("decisions", summary.Decisions);
        json.WriteEndObject();
    }

    private void WriteCounts(string name, IReadOnlyDictionary<string, int> counts)
    {
        json.WriteStartObject(name);
        foreach (var (what, count) in counts) json.WriteNumber(what, count);
        json.WriteEndObject();
    }
}
