using Programmes.Core.Calendars;
using Programmes.Core.Reminders;
using Programmes.Engine.Mail;

namespace Programmes.Engine.Tests.Mail;

public sealed class MailTemplatesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("templates").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Digest_Embedded_SaysWhatIsDueInChinese()
    {
        var mail = Mails.Freeze(Mails.Digest(Mails.Item("w1", new(2023, 9, 25)), Mails.Item("w2", new(2023, 9, 30), "提交整改方案")));
        mail.Subject.ShouldBe("【工作提醒】2023年9月28日：逾期1项、今日到期1项");
        mail.Text.ShouldBe("""
            城关镇综合文化站：

            您好。截至2023年9月28日，请办理以下2项工作：逾期1项、今日到期1项。已逾期的请尽快办结，并在系统中报送。

            【逾期】共1项
            1. 报送自查自评情况（城关镇综合文化站）
               乡镇综合文化站专项治理　三（一）
               到期：2023年9月25日（周一），已逾期3个工作日
               · 方案第三条。
               https://programmes.example.org/app/work-items/w1

            【今日到期（含休息日到期）】共1项
            1. 提交整改方案（城关镇综合文化站）
               乡镇综合文化站专项治理　三（一）
               到期：2023年9月30日（周六），到期日为休息日，今日是此前最后一个工作日
               · 方案第三条。
               https://programmes.example.org/app/work-items/w2

            全部待办：https://programmes.example.org/app/my-work

            某市文化站专项治理领导小组办公室
            2023年9月28日
            （本邮件由系统自动发送，请勿直接回复。）

            """.ReplaceLineEndings("\n"));
        mail.Html!.ShouldContain("<a href=\"https://programmes.example.org/app/work-items/w1\">报送自查自评情况</a>");
    }

    [Fact]
    public void Digest_MoreThanShown_CountsTheRestWithALink()
    {
        var mail = Mails.Freeze(Mails.Digest([.. Enumerable.Range(1, Digest.LinesMax + 3).Select(i => Mails.Item($"w{i}", new(2023, 9, 25)))]));
        mail.Text.ShouldContain("另有3项：https://programmes.example.org/app/my-work。");
        mail.Html!.ShouldContain("另有3项，<a href=\"https://programmes.example.org/app/my-work\">点此查看</a>");
    }

    [Fact]
    public void Urging_MoreThanShown_CountsTheRest()
    {
        var lines = Enumerable.Range(1, UrgingMail.LinesMax).Select(i => UrgingRule.Line(Mails.Item($"w{i}", new(2023, 9, 25)), Mails.Thursday, WorkingDayCalendar.Official)).ToList();
        var urging = new UrgingMail(new("station1@example.org", "城关镇综合文化站"), "a1", "乡镇综合文化站专项治理", Mails.Thursday, "某市督查室", "请抓紧办理", lines, 3, "/work");
        var mail = new MailComposer(MailTemplates.Embedded, Mails.Settings()).Compose(urging, "k", Mails.QueuedAt);
        mail.Subject.ShouldBe("【催办】乡镇综合文化站专项治理：53项工作请抓紧办理");
        mail.Text.ShouldContain("50. 报送自查自评情况");
        mail.Text.ShouldContain("另有3项：https://programmes.example.org/app/work。");
        mail.Html.ShouldContain("另有3项，<a href=\"https://programmes.example.org/app/work\">点此查看</a>");
        new MailComposer(MailTemplates.Embedded, Mails.Settings(baseUrl: null)).Compose(urging, "k", Mails.QueuedAt).Text.ShouldContain("另有3项，请登录系统查看。");
    }

    [Fact]
    public void Digest_NoBaseAddress_HasNoLinks()
    {
        var mail = Mails.Freeze(Mails.Digest(Mails.Item("w1", new(2023, 9, 25))), Mails.Settings(baseUrl: null));
        mail.Text.ShouldContain("全部待办请登录系统查看。");
        mail.Text.ShouldNotContain("http");
        mail.Html!.ShouldNotContain("href");
    }

    [Fact]
    public void Digest_HostileTitle_IsEncodedInHtmlAndOneLineInText()
    {
        const string hostile = "<img src=x onerror=\"alert('1')\">&\r\n主题：假\u0007\u202E{{sender}}";
        var mail = Mails.Freeze(Mails.Digest(Mails.Item("w1", new(2023, 9, 25), hostile)));
        mail.Html!.ShouldContain("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp; 主题：假 {{sender}}");
        mail.Html!.ShouldNotContain("<img");
        mail.Text.ShouldContain("1. <img src=x onerror=\"alert('1')\">& 主题：假 {{sender}}（城关镇综合文化站）\n");
        mail.Text.ShouldNotContain(c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void Returned_Embedded_SaysWhoReturnedItAndWhy()
    {
        var mail = new MailComposer(MailTemplates.Embedded, Mails.Settings()).Compose(
            new ReturnedMail(new("station1@example.org", "城关镇综合文化站"), "w1", 2, new("自查报告", "Report"), "专项治理", "城关镇综合文化站", null,
                "县文化和旅游局", Mails.Thursday, "缺少附件。\r\n请补盖公章。", new(2023, 10, 13), "/work-items/w1"),
            "returned|w1|2", Mails.QueuedAt);
        mail.Subject.ShouldBe("【退回】自查报告（城关镇综合文化站）");
        mail.Text.ShouldContain("退回单位：县文化和旅游局\n退回日期：2023年9月28日（第2次退回）\n到期日：2023年10月13日\n退回原因：\n  缺少附件。\n  请补盖公章。\n\n办理：https://programmes.example.org/app/work-items/w1\n");
        mail.Html.ShouldContain("<div>缺少附件。</div><div>请补盖公章。</div>");
    }

    [Fact]
    public void Notify_HostileSubject_StaysASubject()
    {
        var mail = new MailComposer(MailTemplates.Embedded, Mails.Settings()).Compose(
            new NotifyMail(new("station1@example.org", "城关镇"), "n1", "专项治理", null, Mails.Thursday, "公示\r\nBcc: b@example.org\r\n\r\n正文", "第一段\n<b>第二段</b>", null),
            "notify|n1", Mails.QueuedAt);
        mail.Subject.ShouldBe("公示 Bcc: b@example.org 正文");
        mail.Text.ShouldStartWith("城关镇：\n\n第一段\n<b>第二段</b>\n");
        mail.Html.ShouldContain("<p>&lt;b&gt;第二段&lt;/b&gt;</p>");
    }

    [Fact]
    public void Compose_NoAddress_IsForThePrintedList()
    {
        var digest = Mails.Digest(Mails.Item("w1", new(2023, 9, 25))) with { To = new("a@example.org\r\nBcc: b@example.org", "x") };
        var composer = new MailComposer(MailTemplates.Embedded, Mails.Settings());
        var mail = composer.Compose(digest, "key", Mails.QueuedAt);
        (mail.To, mail.Name).ShouldBe((null, "x"));
        Should.Throw<ArgumentException>(() => composer.Freeze(mail, Mails.QueuedAt));
    }

    [Fact]
    public void TryLoad_OneOwnFile_TakesItAndTheShippedForTheRest()
    {
        Write("digest.txt.hbs", "主题：本办提醒{{total}}项\n{{to}}\n");
        MailTemplates.TryLoad(folder, out var templates, out _).ShouldBeTrue();
        var mail = Mails.Freeze(Mails.Digest(Mails.Item("w1", new(2023, 9, 25))), templates: templates);
        mail.Subject.ShouldBe("本办提醒1项");
        mail.Text.ShouldBe("城关镇综合文化站\n");
        mail.Html!.ShouldContain("报送自查自评情况");
    }

    [Fact]
    public void TryLoad_FolderIsMissing_IsTheShipped() =>
        MailTemplates.TryLoad(Path.Combine(folder, "none"), out _, out _).ShouldBeTrue();

    [Fact]
    public void TryLoad_RepositoryFolder_IsWhatShips()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Programmes.sln"))) root = root.Parent;
        foreach (var file in Directory.GetFiles(Path.Combine(root.FullName, "workflows", "mail"), "*.hbs"))
        {
            using var shipped = new StreamReader(typeof(MailTemplates).Assembly.GetManifestResourceStream($"Programmes.Engine.Mail.{Path.GetFileName(file)}")!);
            shipped.ReadToEnd().ShouldBe(File.ReadAllText(file));
        }
    }

    [Theory]
    [InlineData("digest.html.hbs", "<p>\n{{{to}}}</p>", "mail-template-unencoded", "line 2")]
    [InlineData("digest.html.hbs", "{{& to}}", "mail-template-unencoded", "line 1")]
    [InlineData("digest.html.hbs", "{{~> other}}", "mail-template-unencoded", "line 1")]
    [InlineData("notify.html.hbs", "<p>\n\n{{nobody}}", "mail-template-invalid", "line 3")]
    [InlineData("notify.html.hbs", "{{#if link}}{{link}}{{else}}\n{{nobody}}{{/if}}", "mail-template-invalid", "line 2")]
    [InlineData("digest.html.hbs", "{{#each groups}}{{sender}}{{/each}}", "mail-template-invalid", "line 1")]
    [InlineData("notify.txt.hbs", "主题：{{subject~}}\n", "mail-template-without-subject", "line 1")]
    [InlineData("notify.html.hbs", "{{#each paragraphs}}", "mail-template-invalid", null)]
    [InlineData("notify.txt.hbs", "{{to}}\n", "mail-template-without-subject", "line 1")]
    [InlineData("notify.txt.hbs", "主题：{{subject}}", "mail-template-without-subject", "line 1")]
    public void TryLoad_Fault_IsLocated(string file, string source, string code, string? property)
    {
        Write(file, source);
        MailTemplates.TryLoad(folder, out var templates, out var problems).ShouldBeFalse();
        templates.ShouldBeNull();
        var problem = problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(code);
        problem.File.ShouldBe(Path.Combine(folder, file));
        problem.Property.ShouldBe(property);
        problem.Message.Zh.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Load_FaultyFile_IsReplacedByTheShippedOne()
    {
        Write("digest.html.hbs", "<p>\n{{nobody}}</p>");
        Write("digest.txt.hbs", "主题：本办提醒{{total}}项\n{{to}}\n");
        Write("notify.txt.hbs", "{{to}}");

        var templates = MailTemplates.Load(folder);

        templates.Problems.Select(problem => (problem.Code, problem.File)).ShouldBe([("mail-template-invalid", Path.Combine(folder, "digest.html.hbs")), ("mail-template-without-subject", Path.Combine(folder, "notify.txt.hbs"))]);
        var mail = Mails.Freeze(Mails.Digest(Mails.Item("w1", new(2023, 9, 25))), templates: templates);
        mail.Subject.ShouldBe("本办提醒1项");
        mail.Html.ShouldBe(Mails.Freeze(Mails.Digest(Mails.Item("w1", new(2023, 9, 25)))).Html);
        (templates.OwnFile("digest.txt.hbs"), templates.OwnFile("digest.html.hbs"), templates.OwnFile("notify.txt.hbs")).ShouldBe((Path.Combine(folder, "digest.txt.hbs"), null, null));
        MailTemplates.Load(null).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void TryLoad_SeveralFaults_AreAllReported()
    {
        Write("digest.html.hbs", "{{{to}}}");
        Write("notify.txt.hbs", "");
        MailTemplates.TryLoad(folder, out _, out var problems).ShouldBeFalse();
        problems.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("/a/b", "https://programmes.example.org/app/a/b")]
    [InlineData("a", null)]
    [InlineData("/../../admin", null)]
    [InlineData("//thief.example.org", "https://programmes.example.org/app//thief.example.org")]
    [InlineData("/\"><script>", "https://programmes.example.org/app/%22%3E%3Cscript%3E")]
    public void Link_Path_StaysBelowTheBaseAddress(string path, string? expected) => Mails.Settings().Link(path).ShouldBe(expected);

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("ftp://example.org")]
    [InlineData("https://user:pass@example.org")]
    [InlineData("https://example.org/?a=1")]
    [InlineData("example.org")]
    public void Settings_BaseAddressThatIsNone_IsRefused(string baseUrl) =>
        MailSettings.TryCreate("a@example.org", null, baseUrl, out _, out _).ShouldBeFalse();

    private void Write(string file, string source) => File.WriteAllText(Path.Combine(folder, file), source);
}
