using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Mail;

/// <summary>After a backup was restored: what waited then goes only when a person says so.</summary>
public sealed class HeldMailsTests : IAsyncLifetime
{
    private EngineHost host = null!;

    public async Task InitializeAsync()
    {
        host = await OfficePlan.LaunchAsync([], [OfficePlan.Work("report", "unit")]);
        host.Clock.Now += TimeSpan.FromHours(2);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    private async Task RequestAsync(string key, DateTimeOffset at)
    {
        await using var db = host.Db();
        db.MailRequests.Add(new()
        {
            Key = key, ProgrammeId = OfficePlan.Programme, Role = "unit", UnitId = "a", Kind = MailModel.Notify, Payload = $$"""{"subject":"{{key}}","body":"请办理。"}""", RequestedAt = at, NotBefore = at,
        });
        await db.SaveChangesAsync();
    }

    [Fact]
    public async Task WhatWasToBeToldBeforeTheRestore_BecomesHeldMails_AndWhatComesAfterGoes()
    {
        await using (var db = host.Db())
        {
            await db.MailRequests.ExecuteDeleteAsync();
            db.Settings.Add(new() { Key = DatabaseMarks.HeldUntil, Value = Instants.ToMicroseconds(host.Clock.Now).ToString(CultureInfo.InvariantCulture) });
            await db.SaveChangesAsync();
        }

        await RequestAsync("before", host.Clock.Now.AddHours(-1));
        await RequestAsync("at", host.Clock.Now);
        host.Clock.Now += TimeSpan.FromHours(1);
        await RequestAsync("after", host.Clock.Now);
        await host.Get<ComposeMails>().RunAsync();
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(1);
        (await OutboxTests.RowsAsync(host)).Select(row => $"{row.Subject} {row.Status}").ShouldBe(["before Held", "at Held", "after Sent"], ignoreOrder: true);

        (await host.Get<HeldMails>().SendAsync(EngineHost.Office, null)).ShouldBe(2);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(2);
        (await host.Get<HeldMails>().DropAsync(EngineHost.Office, null)).ShouldBe(0);
        await using var after = host.Db();
        (await after.Audit.Where(row => row.Action.StartsWith("mail.held")).Select(row => row.Action + " " + row.Subject + " " + row.Details).ToListAsync()).ShouldBe(["mail.held-sent held 2"]);
    }

    [Fact]
    public async Task AHeldMailWithoutWords_IsNotSent_ButCanBeDropped()
    {
        await OutboxTests.QueueAsync(host, 3, (row, i) => (row.Status, row.Text) = (i == 2 ? OutboxStatus.Queued : OutboxStatus.Held, i == 1 ? "" : "t"));
        var ids = (await OutboxTests.RowsAsync(host)).ConvertAll(row => row.Id);
        var held = host.Get<HeldMails>();
        (await Should.ThrowAsync<RefusedException>(() => held.SendAsync(EngineHost.Office, [ids[0], ids[1]]))).Words.Zh.ShouldContain($"邮件 {ids[1]} 的正文已不再保存");
        (await Should.ThrowAsync<RefusedException>(() => held.DropAsync(EngineHost.Office, [ids[0], ids[2]]))).Words.Zh.ShouldContain($"邮件 {ids[2]} 不是暂不发送的邮件");
        await Should.ThrowAsync<RefusedException>(() => held.DropAsync(OfficePlan.UnitA, null));
        (await OutboxTests.RowsAsync(host)).Select(row => row.Status).ShouldBe([OutboxStatus.Held, OutboxStatus.Held, OutboxStatus.Queued]);
        (await held.SendAsync(EngineHost.Office, null)).ShouldBe(1, "only the one with words");
        (await held.DropAsync(EngineHost.Office, [ids[1]])).ShouldBe(1);
        (await OutboxTests.RowsAsync(host)).Select(row => row.Status).ShouldBe([OutboxStatus.Queued, OutboxStatus.Withdrawn, OutboxStatus.Queued]);
    }
}
