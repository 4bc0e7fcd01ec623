using System.Text.Encodings.Web;
using System.Text.Json;
using Programmes.Core.Reminders;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Mail;

/// <summary>Things to be told at once, on their way to <see cref="ComposeMails"/> in the transaction of what happened.</summary>
internal static class MailRequests
{
    /// <summary>Stands in a request for the people whom the directory names when the mail is written.</summary>
    public static readonly Addressee ToWhoever = new("", "");

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="key">Unique: the same thing is told once.</param>
    /// <param name="kind">The template.</param>
    /// <param name="mail">The mail to <see cref="ToWhoever"/>.</param>
    /// <param name="now">Real time.</param>
    /// <param name="workItem">It is not told any more once this work is closed.</param>
    public static MailRequestRow Of<T>(string key, string programme, string role, string? unit, string kind, T mail, DateTimeOffset now, string? workItem = null) => new()
    {
        Key = key, ProgrammeId = programme, Role = role, UnitId = unit, Kind = kind, Payload = JsonSerializer.Serialize(mail, Json), WorkItemId = workItem, RequestedAt = now, NotBefore = now,
    };

    public static T Read<T>(MailRequestRow request) => JsonSerializer.Deserialize<T>(request.Payload, Json) ?? throw new JsonException($"Mail request {request.Id} is empty.");
}

/// <summary>What a workflow's <c>Notify</c> says.</summary>
internal sealed record NotifyWords(string Subject, string Body);
