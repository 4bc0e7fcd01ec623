using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Programmes.Engine.People;
using Programmes.Engine.WorkItems;

namespace Programmes.Web.Tests.Pages;

/// <summary>From the page on which one makes a calendar to what a calendar program reads.</summary>
public sealed class CalendarFeedTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private const string Page = "/settings/calendar";

    [Fact]
    public async Task Feed_OfAUnit_IsMadeReadMovedAndRevoked()
    {
        var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s02", acceptLanguage: "zh");
        (await unit.GetStringAsync(Page)).ShouldContain("还没有订阅");
        var address = await MakeAsync(unit, "");
        address.ShouldStartWith("http://localhost/calendar/feeds/");
        (await unit.GetStringAsync(Page)).ShouldNotContain(address);

        // A calendar program: no cookie, no sign-in.
        var program = plan.App.Browser();
        var answer = await program.GetAsync(address);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/calendar; charset=utf-8");
        answer.Headers.CacheControl!.ToString().ShouldBe("no-cache, private");
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        var calendar = await answer.Content.ReadAsStringAsync();
        var work = await plan.WorkOfAsync("s02");
        var before = EntryOf(calendar, work);
        before.ShouldContain("SUMMARY:〔演示〕");
        (await unit.GetStringAsync(Page)).ShouldNotContain("尚未读取");

        var again = new HttpRequestMessage(HttpMethod.Get, address);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        (await program.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);

        var due = DateOnly.ParseExact(Regex.Match(before, @"DTSTART;VALUE=DATE:(\d{8})").Groups[1].Value, "yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);
        await plan.App.Services.GetRequiredService<ReviewItem>().AnswerExtensionAsync(new("test-office") { IsLeadingOffice = true }, work, due.AddDays(20), "防汛");
        await plan.PumpAsync();
        var after = EntryOf(await program.GetStringAsync(address), work);
        after.ShouldContain($"DTSTART;VALUE=DATE:{due.AddDays(20):yyyyMMdd}");
        SequenceOf(after).ShouldBeGreaterThan(SequenceOf(before));

        var id = Regex.Match(await unit.GetStringAsync(Page), "name=\"id\" value=\"(\\d+)\"").Groups[1].Value;
        // Somebody else cannot revoke it.
        (await plan.Administrator.SubmitAsync(Page, new() { ["id"] = id }, $"{Page}?handler=Revoke")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await program.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await unit.SubmitAsync(Page, new() { ["id"] = id }, $"{Page}?handler=Revoke")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var gone = await program.GetAsync(address);
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        // Unknown and revoked cannot be told apart.
        var unknown = await program.GetAsync($"/calendar/feeds/{new string('A', 43)}.ics");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await unknown.Content.ReadAsStringAsync()).ShouldBe(await gone.Content.ReadAsStringAsync());
        unknown.Headers.ToString().ShouldBe(gone.Headers.ToString());
    }

    [Fact]
    public async Task Feed_DisabledAccount_IsGone()
    {
        var account = await plan.App.AddAccountAsync(new($"reader-{Guid.NewGuid():N}", null, PersonRole.Reader));
        var browser = plan.App.Browser("zh");
        await browser.SignInAsync(account.Name, account.Password);
        var address = await MakeAsync(browser, PlanApp.Programme);
        (await plan.App.Browser().GetStringAsync(address)).ShouldContain("个单位");

        await plan.App.Services.GetRequiredService<ManageAccounts>().DisableAsync(Person.Engine, account.Id);
        (await plan.App.Browser().GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await plan.App.Services.GetRequiredService<ManageAccounts>().EnableAsync(Person.Engine, account.Id);
        (await plan.App.Browser().GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Page_ProgrammeOfSomebodyElse_IsRefused()
    {
        var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s03", acceptLanguage: "zh");
        var answer = await unit.SubmitAsync(Page, new() { ["programme"] = "another" }, $"{Page}?handler=Create");
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("没有找到此专项工作");
        (await plan.App.Browser().GetAsync(Page)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    /// <summary>Even where everything else is logged, and somebody asked for the log of requests.</summary>
    [Fact]
    public async Task Feed_Secret_IsInNoLog()
    {
        var log = new Log();
        using var app = plan.App.WithWebHostBuilder(builder =>
        {
            builder.UseSetting("Logging:LogLevel:Default", "Information");
            builder.UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "Information");
            builder.UseSetting("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Information");
            builder.ConfigureLogging(logging => logging.AddProvider(log));
        });
        var browser = await app.SignedInAsync("zh");
        var address = await MakeAsync(browser, PlanApp.Programme);
        (await app.NewBrowser().GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await app.NewBrowser().GetAsync($"/calendar/feeds/{new string('B', 43)}.ics");

        log.Lines.ShouldNotBeEmpty();
        var secret = address[^47..^4];
        log.Lines.ShouldNotContain(line => line.Contains(secret, StringComparison.Ordinal) || line.Contains("BBBBBBBB", StringComparison.Ordinal));
    }

    private static string EntryOf(string calendar, string work) =>
        calendar.Replace("\r\n ", "", StringComparison.Ordinal).Split("BEGIN:VEVENT").Single(block => block.Contains($"UID:work-{work}@programmes\r\n", StringComparison.Ordinal));

    private static int SequenceOf(string entry) => int.Parse(Regex.Match(entry, @"SEQUENCE:(\d+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> MakeAsync(HttpClient browser, string programme)
    {
        var answer = await browser.SubmitAsync(Page, new() { ["programme"] = programme }, $"{Page}?handler=Create");
        var html = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, html);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var address = Regex.Match(html, "id=\"address\" readonly value=\"([^\"]+)\"").Groups[1].Value;
        Regex.IsMatch(address, "/calendar/feeds/[A-Za-z0-9_-]{43}\\.ics$").ShouldBeTrue(html);
        html.ShouldContain($"href=\"webcal://{address[7..]}\"");
        return address;
    }

    private sealed class Log : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Writer(categoryName, Lines);

        public void Dispose()
        {
        }

        private sealed class Writer(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{category} {formatter(state, exception)} {exception}");
        }
    }
}
