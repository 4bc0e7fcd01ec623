using System.Text;
using Programmes.Engine.Mail;

namespace Programmes.Engine.Tests.Mail;

public class EmlWriterTests
{
    [Fact]
    public void Write_ChineseMail_ReadsBackByTheRfcs()
    {
        var mail = Mails.Plain(subject: "【工作提醒】9月28日：逾期1项、今日到期2项、即将到期1项，请各单位按期办理并报送情况", text: "您好。\n第二行\n", html: "<p>您好。</p>") with
        {
            ListUnsubscribe = new("https://programmes.example.org/settings/mail"),
        };
        var read = ParsedMail.Read(EmlWriter.Write(mail));

        ParsedMail.Decode(read["Subject"]).ShouldBe(mail.Subject);
        ParsedMail.Decode(read["From"]).ShouldBe("某市文化站专项治理领导小组办公室 <office@example.org>");
        ParsedMail.Decode(read["To"]).ShouldBe("城关镇综合文化站 <station1@example.org>");
        read["Date"].ShouldBe("Thu, 28 Sep 2023 07:30:00 +0800");
        read["Message-ID"].Trim().ShouldBe(mail.MessageId);
        read["Auto-Submitted"].ShouldBe("auto-generated");
        read["MIME-Version"].ShouldBe("1.0");
        read["List-Unsubscribe"].Trim().ShouldBe("<https://programmes.example.org/settings/mail>");
        read.Bodies.Keys.ShouldBe(["text/plain; charset=utf-8", "text/html; charset=utf-8"]);
        read.Bodies["text/plain; charset=utf-8"].ShouldBe("您好。\r\n第二行\r\n");
        read.Bodies["text/html; charset=utf-8"].ShouldBe(mail.Html);
    }

    [Fact]
    public void Write_TextOnly_IsOnePart() =>
        ParsedMail.Read(EmlWriter.Write(Mails.Plain(html: null))).Bodies.Keys.ShouldBe(["text/plain; charset=utf-8"]);

    [Fact]
    public void Write_SameMailTwice_IsTheSameBytes()
    {
        EmlWriter.Write(Mails.Plain()).ShouldBe(EmlWriter.Write(Mails.Plain()));
        EmlWriter.Write(Mails.Plain(text: "另一封")).ShouldNotBe(EmlWriter.Write(Mails.Plain()));
    }

    [Fact]
    public void Write_AnySubject_KeepsHeaderLinesShort()
    {
        for (var length = 0; length <= 120; length++)
        {
            foreach (var character in new[] { "a", "文", "é", "𠮷", "a 文" })
            {
                var subject = string.Concat(Enumerable.Repeat(character, length));
                var bytes = EmlWriter.Write(Mails.Plain(subject: subject, toName: subject));
                var header = Encoding.ASCII.GetString(bytes).Split("\r\n\r\n")[0];
                header.Split("\r\n").ShouldAllBe(line => line.Length <= 78);
                var shown = ParsedMail.Decode(ParsedMail.Read(bytes)["Subject"]);
                shown.ShouldBe(subject.Length <= FrozenMail.SubjectMax - 1 ? subject : subject[..shown.TrimEnd('…').Length] + "…");
            }
        }
    }

    [Theory]
    [InlineData("提醒\r\nBcc: thief@example.org")]
    [InlineData("提醒\nBcc: thief@example.org")]
    [InlineData("提醒\rBcc: thief@example.org")]
    [InlineData("a\r\n\r\n<script>alert(1)</script>")]
    [InlineData("a\0\u0007\u001b[31mb")]
    [InlineData("\u0085a\u2028Bcc: thief@example.org")]
    [InlineData("=?UTF-8?B?DQpCY2M6IHRoaWVmQGV4YW1wbGUub3Jn?=")]
    [InlineData("\u202Egro.elpmaxe@a")]
    [InlineData("\"; <thief@example.org>, \\")]
    public void Write_HostileSubjectAndName_AddsNoHeaderAndNoAddressee(string hostile)
    {
        var expected = ParsedMail.Read(EmlWriter.Write(Mails.Plain())).Headers.Select(header => header.Name);
        var read = ParsedMail.Read(EmlWriter.Write(Mails.Plain(subject: hostile, toName: hostile)));
        read.Headers.Select(header => header.Name).ShouldBe(expected);
        read["To"].ShouldEndWith("<station1@example.org>");
        var shown = ParsedMail.Decode(read["Subject"]);
        shown.ShouldNotContain(c => char.IsControl(c) || c == '\u2028' || c == '\u202E');
    }

    [Fact]
    public void Write_NameWithQuotes_IsAQuotedString() =>
        ParsedMail.Read(EmlWriter.Write(Mails.Plain(toName: "A \"B\" \\ <c@example.org>, D")))["To"]
            .ShouldBe("\"A \\\"B\\\" \\\\ <c@example.org>, D\" <station1@example.org>");

    [Fact]
    public void Write_BodyThatHoldsABoundary_StaysOneBody()
    {
        var boundary = ParsedMail.Read(EmlWriter.Write(Mails.Plain()))["Content-Type"].Split('"')[1];
        var read = ParsedMail.Read(EmlWriter.Write(Mails.Plain(text: $"--{boundary}--\n.\n")));
        read.Bodies["text/plain; charset=utf-8"].ShouldBe($"--{boundary}--\r\n.\r\n");
    }

    [Theory]
    [InlineData("<a@b>\r\nBcc: c@example.org")]
    [InlineData("a@example.org")]
    [InlineData("<a b@example.org>")]
    [InlineData("<a@@example.org>")]
    public void Write_MessageIdThatIsNone_IsRefused(string messageId) =>
        Should.Throw<ArgumentException>(() => EmlWriter.Write(Mails.Plain() with { MessageId = messageId }));

    [Fact]
    public void Write_LinkThatIsNoWebAddress_IsRefused() =>
        Should.Throw<ArgumentException>(() => EmlWriter.Write(Mails.Plain() with { ListUnsubscribe = new("javascript:alert(1)") }));

    [Fact]
    public void MessageIdOf_Key_IsDeterministic()
    {
        FrozenMail.MessageIdOf("k", "example.org").ShouldBe("<8254c329a92850f6d539dd376f4816ee2764517d@example.org>");
        Should.Throw<ArgumentException>(() => FrozenMail.MessageIdOf("k", "example.org>\r\nBcc: x"));
    }
}
