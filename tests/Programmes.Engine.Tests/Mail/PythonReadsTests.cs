using System.Diagnostics;
using System.Text.Json;
using Programmes.Engine.Mail;
using Xunit.Abstractions;

namespace Programmes.Engine.Tests.Mail;

/// <summary>A second reader, which others wrote: Python's email package. Skipped where there is no python3, except in CI.</summary>
public class PythonReadsTests(ITestOutputHelper output)
{
    private const string Script = """
        import sys, json
        from email import policy
        from email.header import decode_header, make_header
        from email.parser import BytesParser
        from email.utils import parseaddr
        raw = sys.stdin.buffer.read()
        mail = BytesParser(policy=policy.default).parsebytes(raw)
        # Until 3.13 the newer parser puts a space between the encoded words of a name, so names are read by the older one.
        old = BytesParser(policy=policy.compat32).parsebytes(raw)
        name = lambda header: str(make_header(decode_header(parseaddr(old[header])[0])))
        parts = list(mail.walk())
        print(json.dumps({
            "subject": mail["Subject"],
            "to": [a.addr_spec for a in mail["To"].addresses],
            "toName": name("To"),
            "fromName": name("From"),
            "date": mail["Date"].datetime.isoformat(),
            "id": mail["Message-ID"],
            "headers": mail.keys(),
            "text": mail.get_body(("plain",)).get_content(),
            "html": mail.get_body(("html",)).get_content(),
            "defects": [str(d) for p in parts for d in p.defects] + [str(d) for v in mail.values() for d in v.defects],
        }))
        """;

    [PythonFact]
    public async Task Write_Digest_IsReadByPythonWithoutDefects()
    {
        var digest = Mails.Freeze(Mails.Digest(Mails.Item("w1", new(2023, 9, 25)), Mails.Item("w2", new(2023, 9, 30), "提交整改方案 <b>&\"𠮷\"")));
        var mail = digest with { ListUnsubscribe = new("https://programmes.example.org/mail/choices") };
        var read = await Read(EmlWriter.Write(mail));
        Compare(read, mail);
        Strings(read, "headers").ShouldContain("List-Unsubscribe");
    }

    [PythonFact]
    public async Task Write_HostileNames_AreReadByPythonAsOneAddressee()
    {
        foreach (var hostile in new[] { "a\r\nBcc: b@example.org", "\"x\" <y@example.org>, z", "=?UTF-8?B?DQpCY2M6IGI=?=", new string('文', 99) })
        {
            var mail = Mails.Plain(subject: $"提醒 {hostile}", toName: hostile);
            var read = await Read(EmlWriter.Write(mail));
            Strings(read, "headers").ShouldNotContain("Bcc");
            Strings(read, "to").ShouldBe([mail.To.Address]);
            read.GetProperty("toName").GetString().ShouldBe(mail.To.Name);
        }
    }

    private static void Compare(JsonElement read, FrozenMail mail)
    {
        Strings(read, "defects").ShouldBeEmpty();
        read.GetProperty("subject").GetString().ShouldBe(mail.Subject);
        read.GetProperty("fromName").GetString().ShouldBe(mail.From.Name);
        Strings(read, "to").ShouldBe([mail.To.Address]);
        read.GetProperty("date").GetString().ShouldBe("2023-09-28T07:30:00+08:00");
        read.GetProperty("id").GetString()!.Trim().ShouldBe(mail.MessageId);
        read.GetProperty("text").GetString()!.ReplaceLineEndings("\n").ShouldBe(mail.Text);
        read.GetProperty("html").GetString()!.ReplaceLineEndings("\n").ShouldBe(mail.Html);
    }

    private static IEnumerable<string> Strings(JsonElement read, string name) =>
        read.GetProperty(name).EnumerateArray().Select(value => value.GetString()!);

    private async Task<JsonElement> Read(byte[] bytes)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script);
            using var python = Process.Start(new ProcessStartInfo("python3", [script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["PYTHONIOENCODING"] = "utf-8" },
            }) ?? throw new InvalidOperationException("python3 did not start.");
            await python.StandardInput.BaseStream.WriteAsync(bytes);
            python.StandardInput.Close();
            var answer = await python.StandardOutput.ReadToEndAsync();
            output.WriteLine(await python.StandardError.ReadToEndAsync());
            await python.WaitForExitAsync();
            python.ExitCode.ShouldBe(0);
            return JsonDocument.Parse(answer).RootElement.Clone();
        }
        finally
        {
            File.Delete(script);
        }
    }

    /// <summary>Skips in plain words without python3; with CI=true it runs, and so fails.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PythonFactAttribute : FactAttribute
    {
        public PythonFactAttribute()
        {
            if (Environment.GetEnvironmentVariable("CI") != "true" && !IsThere())
                Skip = "Skipped: python3 is not on this machine, so nobody else read the message back.";
        }

        private static bool IsThere()
        {
            try
            {
                using var python = Process.Start(new ProcessStartInfo("python3", ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true });
                python?.WaitForExit();
                return python?.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
