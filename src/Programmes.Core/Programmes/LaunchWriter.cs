using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Programmes.Core.Programmes;

/// <summary>Writes a launch as the file that <see cref="LaunchReader"/> reads back to an equal launch.</summary>
public static class LaunchWriter
{
    // Chinese stays readable; the text is a file, never part of a page.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Launch launch)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options)) Write(json, launch);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, Launch launch)
    {
        json.WriteStartObject();
        json.WriteString("definition", launch.Definition);
        json.WriteString("id", launch.Id);
        json.WriteString("name", launch.Name);
        json.WriteStartObject("approval");
        json.WriteString("number", launch.Approval.Number);
        json.WriteString("on", Day(launch.Approval.On));
        WriteOptional(json, "title", launch.Approval.Title);
        json.WriteEndObject();
        json.WriteString("startsOn", Day(launch.StartsOn));
        WriteOptional(json, "businessClose", launch.BusinessClose?.ToString("HH:mm", CultureInfo.InvariantCulture));
        WriteMap(json, "dates", launch.Dates);
        WriteMap(json, "settings", launch.Settings);
        json.WriteStartObject("offices");
        foreach (var (role, office) in launch.Offices)
        {
            json.WriteStartObject(role);
            json.WriteString("name", office.Name);
            WriteOptional(json, "mail", office.Mail);
            WriteOptional(json, "superior", office.Superior);
            WriteOptional(json, "level", office.Level?.Key());
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("units");
        foreach (var unit in launch.Units)
        {
            json.WriteStartObject();
            json.WriteString("id", unit.Id);
            json.WriteString("name", unit.Name);
            WriteOptional(json, "mail", unit.Mail);
            WriteOptional(json, "responsible", unit.Responsible);
            WriteOptional(json, "superior", unit.Superior);
            WriteOptional(json, "level", unit.Level?.Key());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("batches");
        foreach (var batch in launch.Batches) WriteBatch(json, batch);
        json.WriteEndArray();
        WriteOptional(json, "reminders", launch.Reminders);
        WriteMap(json, "stepReminders", launch.StepReminders);
        WriteOptional(json, "supervisor", launch.Supervisor);
        if (launch.UrgeEveryWorkingDays is { } every) json.WriteNumber("urgeEveryWorkingDays", every);
        if (launch.Forms.Count > 0)
        {
            json.WriteStartObject("forms");
            foreach (var (id, form) in launch.Forms) WriteForm(json, id, form);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteBatch(Utf8JsonWriter json, Batch batch)
    {
        json.WriteStartObject();
        json.WriteNumber("number", batch.Number);
        json.WriteString("name", batch.Name);
        json.WriteString("start", batch.Start);
        WriteOptional(json, "intakeUntil", batch.IntakeUntil);
        if (batch.Supplementary) json.WriteBoolean("supplementary", true);
        WriteMap(json, "dates", batch.Dates);
        WriteMap(json, "settings", batch.Settings);
        WriteTexts(json, "units", batch.Units);
        json.WriteEndObject();
    }

    private static void WriteForm(Utf8JsonWriter json, string id, Form form)
    {
        json.WriteStartObject(id);
        json.WriteString("title", form.Title);
        json.WriteStartArray("groups");
        foreach (var group in form.Groups)
        {
            json.WriteStartObject();
            WriteOptional(json, "part", group.Part);
            json.WriteString("title", group.Title);
            json.WriteStartArray("items");
            foreach (var item in group.Items) WriteItem(json, item);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteItem(Utf8JsonWriter json, FormItem item)
    {
        json.WriteStartObject();
        json.WriteString("key", item.Key);
        json.WriteString("title", item.Title);
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(item.Kind.ToString()));
        if (item.Required) json.WriteBoolean("required", true);
        if (item.PointsMax is { } points) json.WriteNumber("pointsMax", points);
        if (item.PointsMin is { } least) json.WriteNumber("pointsMin", least);
        if (item.Choices is { } choices) WriteTexts(json, "choices", choices);
        WriteOptional(json, "ifNo", item.IfNo);
        if (item.Columns.Count > 0)
        {
            json.WriteStartArray("columns");
            foreach (var column in item.Columns) WriteColumn(json, column);
            json.WriteEndArray();
        }

        if (item.RowsMax != FormItem.RowsMaxDefault) json.WriteNumber("rowsMax", item.RowsMax);
        json.WriteEndObject();
    }

    private static void WriteColumn(Utf8JsonWriter json, FormColumn column)
    {
        json.WriteStartObject();
        json.WriteString("key", column.Key);
        json.WriteString("title", column.Title);
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(column.Kind.ToString()));
        if (column.Required) json.WriteBoolean("required", true);
        if (column.Choices is { } choices) WriteTexts(json, "choices", choices);
        json.WriteEndObject();
    }

    private static string Day(DateOnly on) => on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0) return;
        json.WriteStartObject(name);
        foreach (var (key, value) in map) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
