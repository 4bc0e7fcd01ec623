using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Programmes;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Pumping;
using Programmes.Engine.Queries;

namespace Programmes.Web.Tests.Pages;

/// <summary>The shipped sample plan, launched on a demonstration clock, in an application of its own.</summary>
public sealed class PlanApp : IAsyncLifetime
{
    public const string Programme = "tongjiang-grading-2023";
    private const int RoundsMax = 60;

    private static readonly Person Office = new("test-office") { IsLeadingOffice = true };

    public WebApp App { get; } = new() { Settings = { ["Programmes:Workflows"] = WorkflowFolder() } };

    public HttpClient Administrator { get; private set; } = null!;

    /// <summary>Changes the sample's launch file before it is launched; null: as it ships.</summary>
    public Func<string, string>? Amend { get; init; }

    public async Task InitializeAsync()
    {
        Administrator = await App.AdministratorAsync("zh");
        var json = LaunchWriter.Write(LaunchReader.Read(await File.ReadAllTextAsync(SampleFile("tongjiang-grading")), "launch.json").Launch!);
        await App.Services.GetRequiredService<LaunchProgramme>().LaunchAsync(Office, Amend is null ? json : Amend(json), "launch.json", LaunchMode.Demonstration, warningsConfirmed: true);
        await PumpAsync();
    }

    public Task DisposeAsync()
    {
        Administrator.Dispose();
        App.Dispose();
        return Task.CompletedTask;
    }

    public Task PumpAsync() => App.Services.GetRequiredService<Pump>().RunAsync();

    public async Task AdvanceAsync(DateOnly to)
    {
        await App.Services.GetRequiredService<ControlProgramme>().AdvanceClockAsync(Office, Programme, to);
        await PumpAsync();
    }

    /// <summary>The launch file that ships with a plan.</summary>
    public static string SampleFile(string plan) => Path.Combine(WorkflowFolder(), plan, "launch.example.json");

    /// <summary>Everybody does all that is open, week after week, until a notice is open. Returns its id.</summary>
    public async Task<string> UntilNoticeAsync()
    {
        var notices = App.Services.GetRequiredService<NoticeQueries>();
        for (var round = 0; round < RoundsMax; round++)
        {
            if ((await notices.ListAsync(Office, Programme, NoticeState.Open, 1)).Rows is { Count: > 0 } open) return open[0].Id;
            await Everybody.DoesAllAsync(App.Services, Office);
            var head = await App.Services.GetRequiredService<ProgrammeQueries>().HeadAsync(Office, Programme);
            if ((await notices.ListAsync(Office, Programme, NoticeState.Open, 1)).Rows.Count == 0) await AdvanceAsync(head!.Today.AddDays(7));
        }

        throw new InvalidOperationException("No notice was opened.");
    }

    /// <summary>An open work item of a unit.</summary>
    public async Task<string> WorkOfAsync(string unit) =>
        (await App.Services.GetRequiredService<WorkListQuery>().RunAsync(new("x") { ProgrammeId = Programme, UnitId = unit }, WorkShown.All, false, 1)).Lines.Rows[0].Id;

    private static string WorkflowFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Programmes.sln"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "workflows");
    }
}
