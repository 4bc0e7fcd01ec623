using System.Text;
using System.Text.RegularExpressions;

namespace Programmes.Engine.Mail.Bounces;

/// <summary>A delivery status notification (RFC 3464) about one mail.</summary>
/// <param name="MessageId">Of the mail, with its brackets.</param>
/// <param name="Failure">Why it will never arrive: status and diagnostic code on one line, as the server wrote them. Null: it is only late, or arrived.</param>
public sealed partial record DeliveryReport(string MessageId, string? Failure)
{
    private const int PartsMax = 50;
    private const int DepthMax = 5;
    private const int HeadersMax = 200;
    private const int ReasonMax = 300;

    /// <summary>Null: it is no report, or it does not say about which mail.</summary>
    /// <param name="message">As it came, or its beginning.</param>
    public static DeliveryReport? Read(ReadOnlySpan<byte> message)
    {
        var parts = new List<Part>();
        Collect(Encoding.Latin1.GetString(message).ReplaceLineEndings("\n"), parts, 0);
        if (parts.Find(part => part.Type is "message/delivery-status" or "message/global-delivery-status") is not { } status) return null;
        // What came back: the whole mail, or its headers.
        foreach (var part in parts)
            if (part.Type is "message/rfc822" or "text/rfc822-headers" or "message/global" or "message/global-headers" && Headers(part.Body).GetValueOrDefault("message-id") is { } found && FrozenMail.IsMessageId(found))
                return new(found, FailureIn(status.Body));
        return null;
    }

    /// <summary>The first recipient for whom it failed for good.</summary>
    private static string? FailureIn(string body)
    {
        foreach (var group in BlankLines().Split(body).Take(PartsMax))
        {
            var fields = Headers(group);
            var status = fields.GetValueOrDefault("status", "");
            if (!fields.GetValueOrDefault("action", "").Equals("failed", StringComparison.OrdinalIgnoreCase) || !status.StartsWith("5.", StringComparison.Ordinal)) continue;
            return HeaderText.OneLine($"{status} {fields.GetValueOrDefault("diagnostic-code")}", ReasonMax);
        }

        return null;
    }

    private static void Collect(string entity, List<Part> parts, int depth)
    {
        if (parts.Count >= PartsMax || depth > DepthMax) return;
        var end = entity.IndexOf("\n\n", StringComparison.Ordinal);
        var (head, body) = entity.StartsWith('\n') ? ("", entity[1..]) : end < 0 ? (entity, "") : (entity[..end], entity[(end + 2)..]);
        var headers = Headers(head);
        var type = headers.GetValueOrDefault("content-type", "text/plain");
        var name = type.Split(';')[0].Trim().ToLowerInvariant();
        if (name.StartsWith("multipart/", StringComparison.Ordinal))
        {
            if (Boundary().Match(type) is not { Success: true } boundary) return;
            var marker = $"\n--{(boundary.Groups[1].Success ? boundary.Groups[1] : boundary.Groups[2]).Value}";
            foreach (var part in $"\n{body}".Split(marker, PartsMax).Skip(1))
            {
                if (part.StartsWith("--", StringComparison.Ordinal)) break;
                Collect(part[Math.Min(part.Length, part.IndexOf('\n', StringComparison.Ordinal) + 1)..], parts, depth + 1);
            }

            return;
        }

        parts.Add(new(name, Decoded(body, headers.GetValueOrDefault("content-transfer-encoding", ""))));
    }

    private static string Decoded(string body, string encoding)
    {
        if (encoding.Equals("base64", StringComparison.OrdinalIgnoreCase))
        {
            var bytes = new byte[body.Length];
            return Convert.TryFromBase64String(body, bytes, out var count) ? Encoding.Latin1.GetString(bytes, 0, count).ReplaceLineEndings("\n") : "";
        }

        return encoding.Equals("quoted-printable", StringComparison.OrdinalIgnoreCase)
            ? Quoted().Replace(body, found => found.Groups[1].Success ? ((char)Convert.ToByte(found.Groups[1].Value, 16)).ToString() : "")
            : body;
    }

    /// <summary>By lower-case name; the first of a name counts. Folded lines are joined; what is no header is left out.</summary>
    private static Dictionary<string, string> Headers(string text)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        string? last = null;
        foreach (var line in text.Split('\n', HeadersMax))
        {
            if (line.Length == 0)
            {
                if (headers.Count > 0) break;
            }
            else if (line[0] is ' ' or '\t')
            {
                if (last is not null) headers[last] = $"{headers[last]} {line.Trim()}".TrimStart();
            }
            else
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                last = colon > 0 ? line[..colon].Trim().ToLowerInvariant() : null;
                if (last is not null && !headers.TryAdd(last, line[(colon + 1)..].Trim())) last = null;
            }
        }

        return headers;
    }

    private sealed record Part(string Type, string Body);

    [GeneratedRegex(@"\n\s*\n")]
    private static partial Regex BlankLines();

    [GeneratedRegex(@"boundary\s*=\s*(?:""([^""]{1,200})""|([^\s;""]{1,200}))", RegexOptions.IgnoreCase)]
    private static partial Regex Boundary();

    [GeneratedRegex(@"=(?:([0-9A-Fa-f]{2})|[ \t]*\n)")]
    private static partial Regex Quoted();
}
