using Programmes.Storage.Databases;
using Programmes.Storage.Mail;

namespace Programmes.Cli.Tests.Mails;

public sealed class MailTests : IDisposable
{
    private const string Password = "s3cret-password";
    private readonly TempFolder folder = TempFolder.WithPlan();
    private readonly Dictionary<string, string> variables = [];

    public void Dispose() => folder.Dispose();

    private string? Variable(string name) => name switch
    {
        "Programmes__Database" => $"Data Source={folder["test.db"]};Pooling=False",
        "Programmes__Mail__Pickup" => folder["mail"],
        _ => variables.GetValueOrDefault(name),
    };

    private Task<Cli> RunAsync(params string[] args) => Cli.RunAsync(Variable, args);

    private async Task<Cli> DoneAsync(params string[] args)
    {
        var cli = await RunAsync(args);
        cli.ExitCode.ShouldBe(0, cli.Error + cli.Output);
        return cli;
    }

    private async Task LaunchAsync() => await DoneAsync("launch", folder["launch.json"], "--workflows", folder.Path, "--mode", "demonstration", "--confirm");

    [Fact]
    public async Task Mails_AreListedShownAndSentAgain()
    {
        await LaunchAsync();
        (await DoneAsync("mail", "list")).Output.ShouldContain("没有邮件");
        await QueueAsync(OutboxStatus.Dead, OutboxStatus.Queued);
        var listed = (await DoneAsync("mail", "list", "--programme", "small-plan-2023", "--json")).Json;
        listed.GetProperty("total").GetInt32().ShouldBe(2);
        var mail = listed.GetProperty("mails")[1];
        mail.EnumerateObject().Select(property => property.Name).ShouldBe(["id", "programme", "toName", "toAddress", "subject", "kind", "state", "queuedAt", "sentAt", "attempts", "lastError"]);
        mail.GetProperty("state").GetString().ShouldBe("dead");
        var id = $"{mail.GetProperty("id").GetInt64()}";

        (await DoneAsync("mail", "list", "--state", "dead")).Output.ShouldContain("服务器答复 550");
        var shown = (await DoneAsync("mail", "show", id, "--json")).Json;
        shown.GetProperty("messageId").GetString()!.ShouldStartWith("<");
        (await DoneAsync("mail", "show", id)).Output.ShouldContain("状态：发送失败，已尝试 17 次");
        (await RunAsync("mail", "show", "4711")).Error.ShouldContain("没有邮件 4711");
        (await RunAsync("mail", "retry", id, "4711")).ExitCode.ShouldBe(2);
        (await RunAsync("mail", "retry")).Error.ShouldContain("--dead");
        (await RunAsync("mail", "retry", id, "--dead")).ExitCode.ShouldBe(2);
        (await RunAsync("mail", "retry", id, "--as", "unit:u1")).Error.ShouldContain("没有办理此事的权限");
        (await DoneAsync("mail", "retry", id)).Output.ShouldContain("已重新排队 1 封");
        (await RunAsync("mail", "retry", id)).Error.ShouldContain("没有发送失败");
        (await DoneAsync("mail", "retry", "--dead", "--lang", "en")).Output.ShouldContain("0 mails are queued again");
        (await DoneAsync("mail", "list", "--state", "dead", "--json")).Json.GetProperty("total").GetInt32().ShouldBe(0);
        (await RunAsync("mail", "list", "--state", "lost")).Error.ShouldContain("bounced");
    }

    [Fact]
    public async Task Test_WritesIntoThePickupFolder_OrSaysWhyTheServerTookNothing()
    {
        await LaunchAsync();
        var done = await DoneAsync("mail", "test", "a@example.org");
        done.Output.ShouldContain("投递目录");
        Directory.GetFiles(folder["mail"], "*.eml").ShouldHaveSingleItem();
        (await RunAsync("mail", "test", "nonsense")).Error.ShouldContain("不是邮件地址");

        variables["Programmes__Mail__Smtp__Host"] = "127.0.0.1";
        variables["Programmes__Mail__Smtp__Port"] = "9";
        variables["Programmes__Mail__Smtp__Security"] = "none";
        variables["Programmes__Mail__Smtp__User"] = "office";
        variables["Programmes__Mail__Smtp__Password"] = Password;
        var failed = await RunAsync("mail", "test", "a@example.org", "--lang", "en");
        failed.ExitCode.ShouldBe(2);
        failed.Output.ShouldContain("Transport: The mail server 127.0.0.1:9, not encrypted, signed in as office");
        failed.Error.ShouldContain("No connection to the mail server 127.0.0.1:9: connection refused");

        variables["Programmes__Mail__Smtp__Port"] = "465";
        var wrong = await RunAsync("mail", "test", "a@example.org");
        wrong.Error.ShouldContain("Programmes:Mail:Smtp 有误：465 端口从一开始就加密");
        (await DoneAsync("mail", "list")).Output.ShouldNotBeEmpty("what sends nothing does not ask for the server");
        foreach (var cli in new[] { failed, wrong }) (cli.Output + cli.Error).ShouldNotContain(Password);
    }

    /// <summary>What the host's jobs would have queued, and given up.</summary>
    private async Task QueueAsync(params OutboxStatus[] statuses)
    {
        await using var database = Database.Open(DatabaseOptions.Parse(Variable("Programmes__Database")!));
        await using var db = database.CreateContext();
        var now = TimeProvider.System.GetUtcNow();
        db.Outbox.AddRange(statuses.Select((status, i) => new OutboxRow
        {
            MessageId = $"<m{i}@example.org>", ProgrammeId = "small-plan-2023", ToName = "单位", ToAddress = "u@example.org", Subject = "提醒", Text = "t", Kind = "notify", QueuedAt = now, NotBefore = now,
            Status = status, Attempts = status == OutboxStatus.Dead ? OutboxStore.AttemptsMax : 0, LastError = status == OutboxStatus.Dead ? "服务器答复 550" : null,
        }));
        await db.SaveChangesAsync();
    }
}
