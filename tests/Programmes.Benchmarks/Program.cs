using Programmes.Benchmarks;

// dotnet run -c Release --project tests/Programmes.Benchmarks -- [decide] [days] [dry-run]
var wanted = args.Length == 0 ? ["decide", "days", "dry-run"] : args;
var sample = Path.Combine(AppContext.BaseDirectory, "workflows", "tongjiang-grading", "launch.example.json");
foreach (var name in wanted)
{
    switch (name)
    {
        case "decide": CoreBenchmarks.Decide(); break;
        case "days": CoreBenchmarks.Days(); break;
        case "dry-run": CoreBenchmarks.Rehearse(sample, 38_600); break;
        default:
            Console.Error.WriteLine($"Unknown benchmark \"{name}\"; use decide, days, dry-run");
            return 2;
    }
}

return 0;
