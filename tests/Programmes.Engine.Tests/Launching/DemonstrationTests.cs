using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Programmes;
using Programmes.Engine.Launching;
using Programmes.Engine.Mail;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Launching;

/// <summary>Demonstrations tell nobody, and can be removed as if they had never been.</summary>
public sealed class DemonstrationTests : IAsyncLifetime
{
    private EngineHost host = null!;

    public async Task InitializeAsync() => host = await EngineHost.StartAsync(new(2026, 11, 2), more: services => services.AddSingleton(new DemonstrationMails()));

    public async Task DisposeAsync() => await host.DisposeAsync();

    private static string Json(string plan) => File.ReadAllText(Path.Combine(EngineHost.Workflows, plan, "launch.example.json"));

    private async Task<string> SampleAsync(string plan)
    {
        var id = await host.Get<LoadSample>().LoadAsync(EngineHost.Office, Json(plan), "zh");
        await host.Get<Pump>().RunAsync();
        return id;
    }

    [Fact]
    public async Task Mails_AreComposedAndKept_AndNoneIsHandedOver()
    {
        var id = await SampleAsync("tongjiang-grading");
        var start = (await ProgrammeAsync(id)).StartsOn;
        await host.Get<ControlProgramme>().AdvanceClockAsync(EngineHost.Office, id, start.AddDays(21));
        await host.Get<Pump>().RunAsync();

        await host.MailAsync();

        await using var db = host.Db();
        var mails = await db.Outbox.AsNoTracking().Where(row => row.ProgrammeId == id).ToListAsync();
        mails.ShouldNotBeEmpty();
        mails.ShouldAllBe(row => row.Status == OutboxStatus.Kept || row.Status == OutboxStatus.NoAddress);
        (Directory.Exists(host.MailFolder) ? Directory.GetFiles(host.MailFolder, "*.eml") : []).ShouldBeEmpty();
    }

    [Fact]
    public async Task Remove_LeavesNoRowOfIt_AndOthersAlone()
    {
        var other = await SampleAsync("tongjiang-grading");
        host.Clock.Now = host.Clock.Now.AddMinutes(1);
        var id = await SampleAsync("wuhu-rectification");
        await host.Get<ControlProgramme>().AdvanceClockAsync(EngineHost.Office, id, (await ProgrammeAsync(id)).StartsOn.AddDays(60));
        await host.Get<Pump>().RunAsync();
        await host.Get<IssuePaper>().IssueAsync(EngineHost.Office, new(PaperKind.Circular, "示例〔2026〕9号", "通知") { Programme = id, Issuer = "cityBureau", To = ["county01"] });
        await host.MailAsync();
        var before = await CountsAsync(other);

        await host.Get<RemoveDemonstration>().RunAsync(EngineHost.Office, id);

        (await CountsAsync(id)).ShouldAllBe(count => count.Value == 0);
        (await CountsAsync(other)).ShouldBe(before);
        await using var db = host.Db();
        (await db.Audit.SingleAsync(row => row.Action == RemoveDemonstration.Action)).Actor.ShouldBe("office");
        (await db.Instances.CountAsync(row => row.Id.StartsWith(id))).ShouldBe(0);
        (await db.Bookmarks.CountAsync(row => row.InstanceId.StartsWith(id))).ShouldBe(0);
        (await db.ActivityExecutions.CountAsync(row => row.InstanceId.StartsWith(id))).ShouldBe(0);
        (await db.Stimuli.CountAsync(row => row.Target.StartsWith(id))).ShouldBe(0);
        await host.Get<Pump>().RunAsync();
        await host.MailAsync();
    }

    [Fact]
    public async Task Remove_OfARealProgramme_IsRefused_AndAnIdIsNotGivenTwice()
    {
        var id = await SampleAsync("wuhu-rectification");
        var real = await host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, Json("tongjiang-grading"), "launch.json", LaunchMode.Shifted, warningsConfirmed: true);

        (await Should.ThrowAsync<RefusedException>(() => host.Get<RemoveDemonstration>().RunAsync(EngineHost.Office, real))).Words.Zh.ShouldContain("只有演示可以移除");
        (await Should.ThrowAsync<RefusedException>(() => host.Get<RemoveDemonstration>().RunAsync(new("unit") { UnitId = "s01" }, id))).IsForbidden.ShouldBeTrue();
        await host.Get<RemoveDemonstration>().RunAsync(EngineHost.Office, id);
        var again = LaunchReader.Read(Json("wuhu-rectification"), "").Launch! with { Id = id };
        (await Should.ThrowAsync<LaunchRefusedException>(() => host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, LaunchWriter.Write(again), "launch.json", LaunchMode.Demonstration, warningsConfirmed: true)))
            .Problems.ShouldHaveSingleItem().Code.ShouldBe("id-taken");
    }

    private async Task<Storage.Programmes.ProgrammeRow> ProgrammeAsync(string id)
    {
        await using var db = host.Db();
        return await db.Programmes.AsNoTracking().SingleAsync(row => row.Id == id);
    }

    /// <summary>Rows of a programme in every table that has its id, whatever tables there are.</summary>
    private async Task<Dictionary<string, long>> CountsAsync(string programme)
    {
        await using var db = host.Db();
        await db.Database.OpenConnectionAsync();
        var counts = new Dictionary<string, long>();
        foreach (var entity in db.Model.GetEntityTypes().Where(entity => entity.FindProperty("ProgrammeId") is not null && entity.GetTableName() is not ("audit" or "account_places")))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT COUNT(*) FROM {entity.GetTableName()} WHERE programme_id = @id";
            var id = command.CreateParameter();
            (id.ParameterName, id.Value) = ("@id", programme);
            command.Parameters.Add(id);
            counts[entity.GetTableName()!] = (long)(await command.ExecuteScalarAsync())!;
        }

        return counts;
    }
}
