using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Mail;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.Tests.Mail;
using Programmes.Engine.Tests.Mail.Smtp;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Faults;

/// <summary>The real host, killed while a mail is with the server and not yet recorded as sent.</summary>
public class KilledSenderTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [SmtpFact]
    public async Task KilledBetweenSendingAndRecording_EachMailArrives_AndTheRepeatHasTheSameId()
    {
        using var server = SmtpServer.Start(new { hangsAt = 2 });
        var folder = Directory.CreateTempSubdirectory("programmes-sender-").FullName;
        var clockFile = Path.Combine(folder, "clock");
        await using var office = await EngineHost.StartAsync(new(2026, 3, 2), folder: folder, clockFile: clockFile);
        using var host = new HostProcess(folder, clockFile, new Dictionary<string, string>
        {
            ["Programmes__Mail__Smtp__Host"] = "127.0.0.1",
            ["Programmes__Mail__Smtp__Port"] = server.Port.ToString(CultureInfo.InvariantCulture),
            ["Programmes__Mail__Smtp__Security"] = "none",
        });
        await host.StartAsync();
        await OutboxTests.QueueAsync(office, 5);
        await UntilAsync(() => Task.FromResult(server.Taken().Count == 2));
        await host.KillAsync();
        (await OutboxTests.RowsAsync(office)).Select(row => row.Status).ShouldBe([OutboxStatus.Sent, OutboxStatus.Queued, OutboxStatus.Queued, OutboxStatus.Queued, OutboxStatus.Queued]);

        await host.StartAsync();
        office.Clock.Now += SendOutbox.Lease * 2;
        await UntilAsync(async () =>
        {
            await using var db = office.Db();
            return await db.Outbox.AllAsync(row => row.Status == OutboxStatus.Sent);
        });
        var rows = await OutboxTests.RowsAsync(office);
        server.Taken().Select(one => one.Id).ShouldBe([rows[0].MessageId, rows[1].MessageId, rows[1].MessageId, rows[2].MessageId, rows[3].MessageId, rows[4].MessageId]);
        rows[1].Attempts.ShouldBe(2);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Within);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition()) await tick.WaitForNextTickAsync(limit.Token);
    }
}
