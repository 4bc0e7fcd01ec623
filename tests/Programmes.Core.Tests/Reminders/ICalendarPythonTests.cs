using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Programmes.Core.Reminders;
using Xunit.Abstractions;

namespace Programmes.Core.Tests.Reminders;

/// <summary>
/// A second reader of calendars, by the grammar of RFC 5545 and strict: it shares no code with the writer.
/// Skipped where there is no python3, except in CI.
/// </summary>
public class ICalendarPythonTests(ITestOutputHelper output)
{
    private const string Script = """
        import sys, json, re
        raw = sys.stdin.buffer.read()
        assert raw.endswith(b"\r\n"), "the last line has no end"
        lines = raw[:-2].split(b"\r\n")
        for line in lines:
            assert len(line) <= 75, ("longer than 75 octets", line)
            assert b"\r" not in line and b"\n" not in line, ("a bare line break", line)
            line.decode("utf-8")  # Each physical line by itself: nothing is cut in two.
        unfolded = []
        for line in lines:
            if line[:1] in (b" ", b"\t"): unfolded[-1] += line[1:]
            else: unfolded.append(line)
        def parse(line):
            match = re.fullmatch(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"\x00-\x1f\x7f]*"|[^";:,\x00-\x1f\x7f]*))*):([^\x00-\x08\x0a-\x1f\x7f]*)', line)
            assert match, ("no content line", line)
            return match[1], dict(p.split("=", 1) for p in match[2].split(";")[1:]), match[3]
        def text(value):
            assert not re.search(r'(?<!\\)(?:\\\\)*[;,]', value), ("not escaped", value)
            assert not re.search(r'(?<!\\)(?:\\\\)*\\[^\\;,nN]', value), ("unknown escape", value)
            return re.sub(r'\\(.)', lambda m: "\n" if m[1] in "nN" else m[1], value)
        stack, events, calendar = [], [], {}
        for name, parameters, value in map(parse, (l.decode("utf-8") for l in unfolded)):
            if name == "BEGIN":
                stack.append(value)
                if value == "VEVENT": event = {}
                continue
            if name == "END":
                assert stack.pop() == value, ("ends what did not begin", value)
                if value == "VEVENT":
                    assert {"UID", "DTSTAMP", "DTSTART"} <= set(event), ("a part is missing", event)
                    events.append(event)
                continue
            assert stack, ("outside of any component", name)
            into = event if stack[-1] == "VEVENT" else calendar if stack == ["VCALENDAR"] else {}
            assert name not in into, ("twice", name)
            if name in ("DTSTART", "DTEND") and stack[-1] == "VEVENT":
                assert parameters == {"VALUE": "DATE"} and re.fullmatch(r"\d{8}", value), (name, value)
            elif name == "DTSTAMP": assert re.fullmatch(r"\d{8}T\d{6}Z", value), value
            elif name in ("UID", "SUMMARY", "DESCRIPTION", "NAME", "X-WR-CALNAME"): value = text(value)
            elif name == "CATEGORIES": value = [text(one) for one in re.split(r'(?<!\\)(?:\\\\)*,', value)]
            into[name] = value
        assert not stack, ("did not end", stack)
        assert unfolded[0] == b"BEGIN:VCALENDAR" and {"VERSION", "PRODID"} <= set(calendar), "no calendar"
        assert unfolded.count(b"BEGIN:VCALENDAR") == 1
        print(json.dumps({"calendar": calendar, "events": events}))
        """;

    private static readonly DateTimeOffset Stamp = new(2023, 9, 28, 0, 30, 0, TimeSpan.Zero);

    [PythonFact]
    public async Task Of_ManyEntries_AreReadBackAsTheyAre()
    {
        string[] titles = ["开展自查", "a;b,c\\d:e\"f", "整改" + new string('文', 150), "𠮷🏛️ é", "\\n", "\\\\,;"];
        CalendarEntry[] entries =
        [
            .. titles.Select((title, i) => new CalendarEntry(CalendarEntry.UidOf("work", $"w{i}"), i, title, $"{title}\n第二行；\n", new(2023, 9, 30), new(2023, 10, 9), "https://example.org/work/w;1,2")
            {
                Cancelled = i % 2 == 1,
            }),
        ];

        var read = await Read(ICalendarText.Of("我的待办", entries, Stamp));

        read.GetProperty("calendar").GetProperty("X-WR-CALNAME").GetString().ShouldBe("我的待办");
        read.GetProperty("calendar").GetProperty("METHOD").GetString().ShouldBe("PUBLISH");
        var events = read.GetProperty("events").EnumerateArray().ToList();
        events.Count.ShouldBe(entries.Length);
        foreach (var (one, entry) in events.Zip(entries))
        {
            string Of(string name) => one.GetProperty(name).GetString()!;
            Of("UID").ShouldBe(entry.Uid);
            Of("SUMMARY").ShouldBe(entry.Title);
            Of("DESCRIPTION").ShouldBe(entry.Description);
            (Of("DTSTART"), Of("DTEND"), Of("SEQUENCE")).ShouldBe(("20230930", "20231010", $"{entry.Sequence}"));
            Of("STATUS").ShouldBe(entry.Cancelled ? "CANCELLED" : "CONFIRMED");
            Of("URL").ShouldBe(entry.Url);
        }
    }

    [PythonFact]
    public async Task Of_HostileWords_AreReadAsOneEntry()
    {
        foreach (var hostile in new[] { "a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR", "a\n b\r\n\tc", "\\", "a\\\r\n", "\u2028\u0085\u000b\0", new string(';', 500), "\ud83d\r" })
        {
            var entry = new CalendarEntry(hostile, 0, hostile, hostile, new(2023, 9, 30), new(2023, 9, 30), hostile) { Categories = [hostile, hostile] };
            var read = await Read(ICalendarText.Of(hostile, [entry], Stamp, hostile));
            var one = read.GetProperty("events").EnumerateArray().ShouldHaveSingleItem();
            one.EnumerateObject().Select(property => property.Name).Except(
                ["UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "CATEGORIES", "STATUS", "TRANSP"]).ShouldBeEmpty();
        }
    }

    [PythonFact]
    public async Task Of_NoEntries_IsReadAsAnEmptyCalendar() =>
        (await Read(ICalendarText.Of("n", [], Stamp))).GetProperty("events").GetArrayLength().ShouldBe(0);

    private async Task<JsonElement> Read(string calendar)
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
            await python.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(calendar));
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
                Skip = "Skipped: python3 is not on this machine, so nobody else read the calendar back.";
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
