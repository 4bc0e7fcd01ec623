using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Engine.Definitions;
using Programmes.Engine.Hosting;
using Programmes.Engine.Launching;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.Databases;
using Programmes.Storage.Mail;

namespace Programmes.Benchmarks;

/// <summary>
/// A country's programme from its launch to the morning after its first deadline: 31 provinces, 2,800 counties and 38,600 stations, all in
/// one batch, none of which does anything in time. The clock is set; what is measured is work.
/// </summary>
internal sealed class NationalBenchmarks(string database, string connectionString, ServiceProvider services, StandingClock clock)
{
    private const int Completed = 500;
    private const int DigestsPerRound = 2_000;
    private const int Rounds = 3;

    /// <summary>Rounds before those that count: a host is not compiled anew every morning.</summary>
    private const int RoundsBefore = 2;

    /// <summary>A mail is a file, and a commit of its own that says so; a sample of them tells the rate.</summary>
    private const int MailPages = 100;

    private static readonly DateOnly DeadlineOn = new(2023, 8, 31);

    public static async Task SqliteAsync(string workflows, bool completionsOnly = false)
    {
        var folder = Directory.CreateTempSubdirectory("programmes-national-");
        try
        {
            await RunAsync("SQLite", $"Data Source={Path.Combine(folder.FullName, "programmes.db")}", folder.FullName, workflows, completionsOnly);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    public static async Task PostgresAsync(string connectionString, string workflows, bool completionsOnly = false)
    {
        await using var databases = await PostgresCopies.CreateAsync(connectionString);
        var folder = Directory.CreateTempSubdirectory("programmes-national-");
        try
        {
            await RunAsync("PostgreSQL", databases.Product, folder.FullName, workflows, completionsOnly);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string name, string connectionString, string folder, string workflows, bool completionsOnly)
    {
        var clock = new StandingClock { Now = ChinaTime.StartOf(new DateOnly(2023, 7, 3)) };
        if (!MailSettings.TryCreate("office@example.org", "示例", "https://programmes.example.org", out var settings, out var error)) throw new InvalidOperationException(error.En);
        var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)).AddSingleton<TimeProvider>(clock)
            .AddProgrammesEngine(DatabaseOptions.Parse(connectionString)).AddProgrammesMail(settings!, Path.Combine(folder, "mail")).BuildServiceProvider();
        await using (services)
        {
            await services.GetRequiredService<Database>().MigrateAsync();
            await services.GetRequiredService<PublishDefinitions>().PublishAsync(NationalData.WithDeadline(workflows), null);
            await new NationalBenchmarks(name, connectionString, services, clock).RunAsync(workflows, completionsOnly);
        }
    }

    private async Task RunAsync(string workflows, bool completionsOnly)
    {
        var sample = LaunchReader.Read(File.ReadAllText(Path.Combine(workflows, "launch.example.json")), "launch").Launch!;
        var launch = LaunchWriter.Write(NationalData.InOneBatch(sample));
        await StepAsync("launch: read, checked, rehearsed, written", async () =>
        {
            try
            {
                await Get<LaunchProgramme>().LaunchAsync(Person.Engine, launch, "launch", LaunchMode.AsPlanned, warningsConfirmed: true);
            }
            catch (LaunchRefusedException refused)
            {
                throw new InvalidOperationException(string.Join('\n', refused.Problems.Take(5).Select(problem => $"{problem.Property}: {problem.Message.En}")), refused);
            }

            return NationalData.Units;
        });
        await StepAsync("dispatch: stations started, their work open", () => Get<Pump>().RunAsync());
        if (!completionsOnly) await MorningAsync("first day", new DateOnly(2023, 7, 3));
        await CompleteAsync();
        if (completionsOnly) return;
        var deadline = Stopwatch.GetTimestamp();
        var reminded = await MorningAsync("deadline's morning", DeadlineOn);
        clock.Now = ChinaTime.StartOf(DeadlineOn.AddDays(1)).AddSeconds(1);
        await StepAsync("deadline, all at once: instances decided", () => Get<Pump>().RunAsync());
        await MorningAsync("morning after", DeadlineOn.AddDays(1));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{database}: deadline day, from its morning to the last reminder queued {Stopwatch.GetElapsedTime(deadline).TotalSeconds,41:N1} s"));
        await RemindAsync(reminded);
        await StepAsync("mails handed to a folder", () => Get<SendOutbox>().RunAsync(MailPages));
        await using var db = await Get<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        Console.WriteLine($"{database}: {await db.Outbox.CountAsync():N0} mails, {await db.Outbox.CountAsync(row => row.Status == OutboxStatus.Sent):N0} of them handed over, {await db.Instances.CountAsync():N0} instances, {await db.WorkItems.CountAsync():N0} work items");
    }

    /// <returns>Digests a second.</returns>
    private async Task<double> MorningAsync(string name, DateOnly on)
    {
        clock.Now = ChinaTime.StartOf(on).AddHours(8.6);
        await StepAsync($"{name}: what fell due", () => Get<Pump>().RunAsync());
        var rate = await StepAsync($"{name}: digests queued", async () =>
        {
            var queued = 0;
            for (var more = -1; more != 0; queued += more) more = await Get<SendDigests>().RunAsync();
            return queued;
        });
        await StepAsync($"{name}: other mails composed", () => Get<ComposeMails>().RunAsync());
        return rate;
    }

    /// <summary>Stations that complete what they owe, one after the other: each is a transaction of its own. In turns with the floor, on other stations.</summary>
    private async Task CompleteAsync()
    {
        await using var db = await Get<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        var items = await db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == NationalData.Programme && row.Batch == 1 && row.ClosedOn == null && row.Activity == "selfCheck")
            .OrderBy(row => row.Id).Select(row => new { row.Id, row.InstanceId, row.UnitId }).Take(2 * (RoundsBefore + Rounds) * Completed).ToListAsync();
        await using var floor = await RowsFloor.OpenAsync(connectionString);
        List<double> product = [], sql = [];
        foreach (var pair in items.Chunk(2 * Completed))
        {
            product.Add(await RateAsync(pair.Take(Completed), item => Get<WorkOnItem>().SubmitAsync(new Person($"station-{item.UnitId}") { ProgrammeId = NationalData.Programme, UnitId = item.UnitId }, item.Id, null, """{"problems":"无"}""")));
            sql.Add(await RateAsync(pair.Skip(Completed), item => floor.CompleteAsync(item.Id, item.InstanceId, $"station-{item.UnitId}", Instants.ToMicroseconds(clock.Now))));
        }

        PrintRatio("work items completed, one by one", product[RoundsBefore..], sql[RoundsBefore..]);
    }

    /// <summary>Digests of a morning, beside their rows written for other stations.</summary>
    private async Task RemindAsync(double perSecond)
    {
        await using var db = await Get<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        var items = await db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == NationalData.Programme && row.Batch == 1 && row.Activity == "selfCheck")
            .OrderByDescending(row => row.Id).Select(row => row.Id).Take(Rounds * DigestsPerRound).ToListAsync();
        var mail = await db.Outbox.AsNoTracking().Where(row => row.Kind == "digest" && row.ToAddress == "n100@example.org").OrderByDescending(row => row.Id).FirstAsync();
        await using var floor = await RowsFloor.OpenAsync(connectionString);
        List<double> sql = [];
        foreach (var round in items.Chunk(DigestsPerRound))
            sql.Add(SendDigests.AddressesMax * await RateAsync(round.Chunk(SendDigests.AddressesMax), page => floor.RemindAsync(page, mail.Text, mail.Html!, mail.Calendar ?? "", Instants.ToMicroseconds(clock.Now))));
        PrintRatio("digests queued, all steps of it", [perSecond], sql);
        await db.Outbox.Where(row => row.DedupeKey!.EndsWith(".floor@example.org")).ExecuteDeleteAsync();
    }

    private static async Task<double> RateAsync<T>(IEnumerable<T> things, Func<T, Task> work)
    {
        var count = 0;
        var started = Stopwatch.GetTimestamp();
        foreach (var thing in things)
        {
            await work(thing);
            count++;
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private void PrintRatio(string name, List<double> product, List<double> floor)
    {
        product.Sort();
        floor.Sort();
        var (ours, sql) = (product[product.Count / 2], floor[floor.Count / 2]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{database}: {name,-52} {ours,10:N0}/s, floor {sql,10:N0}/s, ratio {ours / sql:N2}"));
    }

    private async Task<double> StepAsync(string name, Func<Task<int>> step)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        var count = await step();
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        process.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{database}: {name,-52} {count,9:N0} in {took,8:N1} s {count / took,10:N0}/s  processor {(process.TotalProcessorTime - cpu).TotalSeconds,7:N1} s  heap {GC.GetTotalMemory(false) >> 20,6:N0} MiB"));
        return count / took;
    }

    private T Get<T>() where T : notnull => services.GetRequiredService<T>();
}
