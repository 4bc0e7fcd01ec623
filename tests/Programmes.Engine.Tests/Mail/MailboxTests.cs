using Programmes.Core.Programmes;
using Programmes.Engine.Mail;

namespace Programmes.Engine.Tests.Mail;

public class MailboxTests
{
    [Theory]
    [InlineData("a@example.org", "a@example.org")]
    [InlineData("Zhang.San+wh@Mail.Example.ORG", "Zhang.San+wh@mail.example.org")]
    [InlineData("office@例子.中国", "office@xn--fsqu00a.xn--fiqs8s")]
    public void TryCreate_Address_IsKeptInAscii(string address, string expected) =>
        Mails.Box(address).Address.ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("@example.org")]
    [InlineData("a@")]
    [InlineData("a@localhost")]
    [InlineData("a@b@example.org")]
    [InlineData("a@example.org\r\nBcc: b@example.org")]
    [InlineData("a@example.org\n")]
    [InlineData("a\r\n@example.org")]
    [InlineData("a@example.org, b@example.org")]
    [InlineData("a b@example.org")]
    [InlineData(" a@example.org")]
    [InlineData("A <a@example.org>")]
    [InlineData("\"a b\"@example.org")]
    [InlineData("a(x)@example.org")]
    [InlineData("a..b@example.org")]
    [InlineData(".a@example.org")]
    [InlineData("a@[127.0.0.1]")]
    [InlineData("a@127.0.0.1")]
    [InlineData("a@-example.org")]
    [InlineData("a@example..org")]
    [InlineData("张三@example.org")]
    [InlineData("a@exam\u0000ple.org")]
    [InlineData("a@example.org>")]
    public void TryCreate_NoAddress_IsRefusedInBothLanguages(string address)
    {
        Mailbox.TryCreate(address, null, out var mailbox, out var error).ShouldBeFalse();
        mailbox.ShouldBeNull();
        error.Zh.ShouldEndWith("不是邮件地址。");
        error.Zh.ShouldNotContain(c => char.IsControl(c));
    }

    [Fact]
    public void TryCreate_TooLong_IsRefusedAtTheLimit()
    {
        var local = new string('a', MailAddresses.LocalPartMax);
        Mailbox.TryCreate($"{local}@example.org", null, out _, out _).ShouldBeTrue();
        Mailbox.TryCreate($"{local}a@example.org", null, out _, out _).ShouldBeFalse();
        var domain = string.Concat(Enumerable.Repeat("abcdefghi.", 25));
        Mailbox.TryCreate($"aa@{domain}cn", null, out _, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("  城关镇\r\n综合文化站 ", "城关镇 综合文化站")]
    [InlineData("\t\r\n", null)]
    public void TryCreate_Name_IsOneLine(string name, string? expected) => Mails.Box("a@example.org", name).Name.ShouldBe(expected);
}
