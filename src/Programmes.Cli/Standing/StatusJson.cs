using Programmes.Cli.Output;
using Programmes.Engine.Queries;

namespace Programmes.Cli.Standing;

/// <summary>Standings as JSON; the fields are documented in docs/cli.md.</summary>
internal static class StatusJson
{
    public static void Write(Session session, IReadOnlyList<ProgrammeStanding> standings) =>
        Json.Write(session.Terminal, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("programmes");
            foreach (var (head, batches, results) in standings)
            {
                json.WriteStartObject();
                json.WriteString("id", head.Id);
                json.WriteString("name", head.Name);
                json.WriteString("status", head.State switch { ProgrammeState.Finished => "finished", ProgrammeState.Cancelled => "cancelled", _ => "running" });
                json.WriteStartObject("clock");
                json.WriteString("kind", head.IsDemonstration ? "demonstration" : "real");
                json.Day("today", head.Today);
                json.WriteEndObject();
                json.Day("suspendedOn", head.SuspendedOn);
                json.WriteString("suspendReason", head.SuspendReason);
                json.Day("startsOn", head.StartsOn);
                json.Day("backfilledUntil", head.BackfilledUntil);
                json.WriteNumber("units", head.Units);
                json.WriteStartArray("batches");
                foreach (var (batch, finished) in batches)
                {
                    json.WriteStartObject();
                    json.WriteNumber("number", batch.Number);
                    json.WriteString("name", batch.Name);
                    json.WriteBoolean("supplementary", batch.Supplementary);
                    json.WriteBoolean("started", batch.Started);
                    json.WriteNumber("units", batch.Units);
                    json.WriteNumber("finished", finished);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteNumber("openWorkItems", head.Open);
                json.WriteNumber("overdueWorkItems", head.Late);
                json.WriteNumber("incidents", head.OpenIncidents);
                json.WriteStartObject("results");
                foreach (var (result, units) in results) json.WriteNumber(result, units);
                json.WriteEndObject();
                json.WriteNumber("achieved", head.Achieved);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
}
