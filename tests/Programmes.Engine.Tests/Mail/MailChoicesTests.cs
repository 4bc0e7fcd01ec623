using System.Web;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Reminders;
using Programmes.Engine.Mail;
using Programmes.Engine.Tests.Fixture;

namespace Programmes.Engine.Tests.Mail;

public sealed class MailChoicesTests : IAsyncLifetime
{
    private EngineHost host = null!;

    private MailChoices Choices => host.Get<MailChoices>();

    public async Task InitializeAsync() => host = await EngineHost.StartAsync(Mails.Thursday);

    public Task DisposeAsync() => host.DisposeAsync().AsTask();

    [Fact]
    public async Task Choose_OwnLink_IsStoredUnderTheLowerCaseAddress()
    {
        var (address, code) = await LinkAsync("Zhan@Example.org");
        (await Choices.FindAsync(address, code)).ShouldBe(new("z***@example.org", DigestChoice.Daily));

        (await Choices.ChooseAsync(address, code, DigestChoice.Pressing)).ShouldBe(new("z***@example.org", DigestChoice.Pressing));
        (await Choices.ChooseAsync(address, code, DigestChoice.None)).ShouldNotBeNull();
        (await Choices.ChooseAsync(address, code, DigestChoice.None)).ShouldNotBeNull();

        (await Choices.FindAsync(address, code))!.Digest.ShouldBe(DigestChoice.None);
        (await LinkAsync("zhan@example.ORG")).ShouldBe((address, code));
        await using var db = host.Db();
        var row = await db.MailChoices.SingleAsync();
        (row.Mail, row.Digest).ShouldBe(("zhan@example.org", DigestChoice.None));
        // What did not change is not audited, and nothing shows the address.
        var audit = await db.Audit.Where(one => one.Action == "mail.choice").OrderBy(one => one.Id).ToListAsync();
        audit.Select(one => (one.Actor, one.Subject, one.Details)).ShouldBe([("z***@example.org", "z***@example.org", "Pressing"), ("z***@example.org", "z***@example.org", "None")]);
    }

    [Fact]
    public async Task Choose_LinkOfSomebodyElse_ChangesNothing()
    {
        var (address, code) = await LinkAsync("a@example.org");
        var (other, othersCode) = await LinkAsync("b@example.org");
        var broken = (code[0] == 'A' ? 'B' : 'A') + code[1..];
        foreach (var (wrongAddress, wrongCode) in new[] { (address, othersCode), (other, code), (address, broken), (address, code[..^2]), (address, ""), ("", code), (null, null), ("%%%", "%%%"), (new string('A', 5_000), code), (address, new string('A', 5_000)) })
        {
            (await Choices.FindAsync(wrongAddress, wrongCode)).ShouldBeNull();
            (await Choices.ChooseAsync(wrongAddress, wrongCode, DigestChoice.None)).ShouldBeNull();
        }

        (await Choices.ChooseAsync(address, code, (DigestChoice)9)).ShouldBeNull();
        await using var db = host.Db();
        (await db.MailChoices.AnyAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task LinkFor_TwoInstallations_MakeDifferentCodes()
    {
        await using var another = await EngineHost.StartAsync(Mails.Thursday);
        var here = await Choices.LinkForAsync("a@example.org");
        (await another.Get<MailChoices>().LinkForAsync("a@example.org")).ShouldNotBe(here);
        // The key outlives the process.
        var later = new MailChoices(host.Get<IDbContextFactory<Storage.ProgrammesDb>>(), host.Get<MailSettings>(), host.Clock);
        (await later.LinkForAsync("a@example.org")).ShouldBe(here);
    }

    [Fact]
    public async Task LinkFor_ManyAtOnce_MakeOneKey()
    {
        var factory = host.Get<IDbContextFactory<Storage.ProgrammesDb>>();
        var links = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new MailChoices(factory, host.Get<MailSettings>(), host.Clock).LinkForAsync("a@example.org"))));
        links.Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
    }

    [Fact]
    public async Task LinkFor_NoBaseAddressOrNoAddress_IsNone()
    {
        var without = new MailChoices(host.Get<IDbContextFactory<Storage.ProgrammesDb>>(), Mails.Settings(baseUrl: null), host.Clock);
        (await without.LinkForAsync("a@example.org")).ShouldBeNull();
        (await Choices.LinkForAsync(" ")).ShouldBeNull();
    }

    [Fact]
    public async Task SendOutbox_Digest_CarriesTheLinkOfItsRecipient()
    {
        await using (var db = host.Db())
        {
            foreach (var (kind, to) in new[] { ("digest", "a@example.org"), ("digest", "b@example.org"), ("returned", "c@example.org") })
                db.Outbox.Add(new() { MessageId = FrozenMail.MessageIdOf(to, "example.org"), ToAddress = to, ToName = to, Subject = to, Text = to, Kind = kind, QueuedAt = host.Clock.GetUtcNow(), NotBefore = host.Clock.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(3);

        foreach (var to in new[] { "a@example.org", "b@example.org" })
            (await ReadAsync(to)).ShouldContain($"List-Unsubscribe: \r\n <{await Choices.LinkForAsync(to)}>\r\n");
        (await ReadAsync("c@example.org")).ShouldNotContain("List-Unsubscribe");

        Task<string> ReadAsync(string to) => File.ReadAllTextAsync(Path.Combine(host.MailFolder, PickupFolderTransport.FileNameOf(FrozenMail.MessageIdOf(to, "example.org"))));
    }

    [Theory]
    [InlineData("zhan@example.org", "z***@example.org")]
    [InlineData("𠮷@example.org", "𠮷***@example.org")]
    [InlineData("@example.org", "***")]
    [InlineData("none", "***")]
    public void Masked_Address_ShowsItsFirstCharacterAndDomain(string address, string masked) => MailChoices.Masked(address).ShouldBe(masked);

    private async Task<(string Address, string Code)> LinkAsync(string address)
    {
        var link = (await Choices.LinkForAsync(address)).ShouldNotBeNull();
        link.GetLeftPart(UriPartial.Path).ShouldBe("https://programmes.example.org/mail/choices");
        var query = HttpUtility.ParseQueryString(link.Query);
        return (query["a"]!, query["k"]!);
    }
}
