using System.Text;
using System.Text.RegularExpressions;

namespace Programmes.Engine.Tests.Mail;

/// <summary>Reads a message back by the RFCs, sharing nothing with the writer, and complains about whatever they forbid.</summary>
internal sealed partial class ParsedMail
{
    public List<(string Name, string Value)> Headers { get; } = [];
    public Dictionary<string, string> Bodies { get; } = [];

    public string this[string name] => Headers.Single(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public static ParsedMail Read(byte[] bytes)
    {
        bytes.ShouldAllBe(b => b < 128);
        var message = Encoding.ASCII.GetString(bytes);
        message.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain('\r');
        message.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain('\n');
        message.Split("\r\n").ShouldAllBe(line => line.Length <= 998);
        var mail = new ParsedMail();
        var rest = ReadHeaders(message, mail.Headers);
        mail.Headers.Select(header => header.Name).ShouldBeUnique();
        mail.ReadBody(mail.Headers, rest);
        return mail;
    }

    public static string Decode(string value)
    {
        // Between two encoded words white space is nothing (RFC 2047, section 6.2).
        foreach (Match word in EncodedWord().Matches(value)) word.Length.ShouldBeLessThanOrEqualTo(75);
        var joined = BetweenWords().Replace(value, "$1$2");
        return EncodedWord().Replace(joined, word => new UTF8Encoding(false, true).GetString(Convert.FromBase64String(word.Groups[1].Value)));
    }

    private static string ReadHeaders(string message, List<(string, string)> headers)
    {
        var end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        end.ShouldBeGreaterThan(0);
        foreach (var line in message[..end].Split("\r\n"))
        {
            if (line.StartsWith(' '))
            {
                line.Trim().ShouldNotBeEmpty();
                var (name, value) = headers[^1];
                headers[^1] = (name, value + line);
                continue;
            }
            HeaderLine().IsMatch(line).ShouldBeTrue(line);
            headers.Add((line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].TrimStart(' ')));
        }
        return message[(end + 4)..];
    }

    private void ReadBody(List<(string Name, string Value)> headers, string body)
    {
        var type = headers.Single(header => header.Name == "Content-Type").Value;
        if (Boundary().Match(type) is { Success: true } boundary)
        {
            type.ShouldStartWith("multipart/alternative");
            var marked = ("\r\n" + body).Split($"\r\n--{boundary.Groups[1].Value}");
            marked[0].Trim().ShouldBeEmpty();
            marked[^1].ShouldBe("--\r\n");
            foreach (var part in marked[1..^1])
            {
                var partHeaders = new List<(string, string)>();
                ReadBody(partHeaders, ReadHeaders(part[2..], partHeaders));
            }
            return;
        }
        headers.Single(header => header.Name == "Content-Transfer-Encoding").Value.ShouldBe("base64");
        body.Split("\r\n").ShouldAllBe(line => line.Length <= 76);
        Bodies.Add(type, new UTF8Encoding(false, true).GetString(Convert.FromBase64String(body.Replace("\r\n", "", StringComparison.Ordinal))));
    }

    [GeneratedRegex(@"\A[A-Z][A-Za-z-]*: ?[ -~]*\z")]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"=\?UTF-8\?B\?([A-Za-z0-9+/=]+)\?=")]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"(\?=)\s+(?==\?)()")]
    private static partial Regex BetweenWords();

    [GeneratedRegex("boundary=\"([^\"]+)\"")]
    private static partial Regex Boundary();
}
