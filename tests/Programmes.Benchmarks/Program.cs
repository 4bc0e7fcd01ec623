using System.Globalization;
using Programmes.Benchmarks;

// dotnet run -c Release --project tests/Programmes.Benchmarks -- [decide] [days] [dry-run] [timers] [pages] [waiting] [nodes] [national] [work] [safekeeping] [--postgres "Host=…"] [--units 38600]
const string all = "decide, days, dry-run, timers, pages, waiting, nodes, national, work, safekeeping";
var sample = Path.Combine(AppContext.BaseDirectory, "workflows", "tongjiang-grading", "launch.example.json");
var wanted = args.ToList();
string? postgres = null;
if (wanted.IndexOf("--postgres") is >= 0 and var option)
{
    if (option + 1 == wanted.Count)
    {
        Console.Error.WriteLine("--postgres needs a connection string, \"Host=…\"");
        return 2;
    }

    postgres = wanted[option + 1];
    wanted.RemoveRange(option, 2);
}

if (wanted.IndexOf("--units") is >= 0 and var count)
{
    if (count + 1 == wanted.Count || !int.TryParse(wanted[count + 1], CultureInfo.InvariantCulture, out var units) || units < 1)
    {
        Console.Error.WriteLine("--units needs a number of stations");
        return 2;
    }

    NationalData.Units = units;
    wanted.RemoveRange(count, 2);
}

if (wanted.Count == 0) wanted = [.. all.Split(", ")];
foreach (var name in wanted)
{
    switch (name)
    {
        case "decide": CoreBenchmarks.Decide(); break;
        case "days": CoreBenchmarks.Days(); break;
        case "dry-run": CoreBenchmarks.Rehearse(sample, 38_600); break;
        case "timers":
            await StoreBenchmarks.SqliteAsync();
            if (postgres is not null) await StoreBenchmarks.PostgresAsync(postgres);
            break;
        case "pages":
            await PageBenchmarks.SqliteAsync(Path.GetDirectoryName(sample)!);
            if (postgres is not null) await PageBenchmarks.PostgresAsync(postgres, Path.GetDirectoryName(sample)!);
            break;
        case "waiting":
            await WaitingBenchmarks.SqliteAsync();
            if (postgres is not null) await WaitingBenchmarks.PostgresAsync(postgres);
            break;
        case "nodes":
            if (postgres is null) Console.WriteLine("nodes: on PostgreSQL alone, give --postgres");
            else await NodeBenchmarks.PostgresAsync(postgres);
            break;
        case "national":
        case "work":
            await NationalBenchmarks.SqliteAsync(Path.GetDirectoryName(sample)!, completionsOnly: name == "work");
            if (postgres is not null) await NationalBenchmarks.PostgresAsync(postgres, Path.GetDirectoryName(sample)!, completionsOnly: name == "work");
            break;
        case "safekeeping":
            await SafekeepingBenchmarks.RunAsync(Path.GetDirectoryName(sample)!, postgres);
            break;
        default:
            Console.Error.WriteLine($"Unknown benchmark \"{name}\"; use {all}");
            return 2;
    }
}

return 0;
