using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Exports;
using Programmes.Engine.Exports.Documents;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.Urging;

namespace Programmes.Engine.Tests.Exports;

/// <summary>Official documents: what they say, and the measures of GB/T 9704-2012.</summary>
public sealed class DocumentExportTests : IAsyncLifetime
{
    private static readonly DateOnly Due = new(2023, 7, 14);

    private EngineHost host = null!;

    public async Task InitializeAsync() => host = await OfficePlan.LaunchAsync(
        [OfficePlan.Work("lead-work", "lead"), new() { ["id"] = "notice", ["type"] = "Programmes.PublicNotice", ["title"] = "拟认定名单公示", ["role"] = "lead", ["workingDays"] = 5 }],
        [OfficePlan.Work("unit-work", "unit", ("due", "2023-07-14"))], amend: launch => launch["supervisor"] = "lead");

    public async Task DisposeAsync() => await host.DisposeAsync();

    private DocumentExports Documents => host.Get<DocumentExports>();

    [Fact]
    public async Task SupervisionOrder_HasNumberRecipientsBodyDeadlineSignatureAndCopies()
    {
        var id = await host.Get<IssuePaper>().IssueAsync(OfficePlan.Lead, new(PaperKind.SupervisionOrder, "示例督〔2023〕1号", "关于限期整改的督办单", "一、督办事项\n设施没有按时开放。\n（一）具体要求\n请说明原因。")
        {
            Programme = OfficePlan.Programme, ToUnits = ["a", "b"], Cc = ["government"], ReplyBy = Due,
        });

        var file = await Documents.PaperAsync(EngineHost.Office, id);

        file.Name.ShouldBe("关于限期整改的督办单-2023-07-03.docx");
        var text = file.ValidParagraphs();
        text.ShouldBe(
        [
            "示例领导小组办公室文件", "", "", "示例督〔2023〕1号", "", "", "关于限期整改的督办单", "", "示例一站，示例二站：",
            "一、督办事项", "设施没有按时开放。", "（一）具体要求", "请说明原因。", "请抓紧办理，并于2023年7月14日前书面反馈办理结果；逾期未办结的，说明原因和下一步措施。",
            "", "示例领导小组办公室", "2023年7月3日", "抄送：示例县政府。",
        ]);
    }

    [Fact]
    public async Task Paper_IsForWhomeverMayKnowOfIt()
    {
        var id = await host.Get<IssuePaper>().IssueAsync(OfficePlan.Lead, new(PaperKind.Circular, "示例〔2023〕2号", "关于报送材料的通知") { Programme = OfficePlan.Programme, To = ["county"] });

        (await Documents.PaperAsync(OfficePlan.County, id)).ValidParagraphs().ShouldContain("关于报送材料的通知");
        await Should.ThrowAsync<RefusedException>(() => Documents.PaperAsync(OfficePlan.UnitA, id));
    }

    [Fact]
    public async Task Notice_NamesItsWindowAndTheWayToObject_AndTheCertificateComesAfterIt()
    {
        var notice = (await host.Get<NoticeQueries>().ListAsync(EngineHost.Office, null, null, 1)).Rows.ShouldHaveSingleItem();

        var text = (await Documents.NoticeAsync(EngineHost.Office, notice.Id)).ValidParagraphs();
        text.ShouldContain("拟认定名单公示");
        text.ShouldContain("公示期为 5 个工作日，自2023年7月3日发布次日起算，至2023年7月10日 24 时止。");
        await Should.ThrowAsync<RefusedException>(() => Documents.CertificateAsync(EngineHost.Office, notice.Id));

        host.Clock.Now = Core.Calendars.ChinaTime.StartOf(new(2023, 7, 11)).AddHours(9);
        await host.Get<Pump>().RunAsync();
        var certificate = (await Documents.CertificateAsync(EngineHost.Office, notice.Id)).ValidParagraphs();
        certificate.ShouldContain("公示于2023年7月3日发布，发布当日不计入，至2023年7月10日 24 时期满，计 5 个工作日：7月4日、7月5日、7月6日、7月7日、7月10日。");
    }

    [Fact]
    public async Task UrgingBulletin_IsForWhoSeesAll_AndSignedByWhoSupervises()
    {
        host.Clock.Now = Core.Calendars.ChinaTime.StartOf(Due.AddDays(3)).AddHours(9);
        var late = await host.Get<UrgingQuery>().OverdueAsync(EngineHost.Office, OfficePlan.Programme);
        await host.Get<UrgeWork>().UrgeAsync(EngineHost.Office, new(late.Ids, "请抓紧") { Channel = UrgingChannel.Call });

        var text = (await Documents.UrgingBulletinAsync(EngineHost.Office, OfficePlan.Programme, OfficePlan.StartsOn)).ValidParagraphs();

        text[0].ShouldBe("示例整治催办情况通报");
        text.ShouldContain(line => line.Contains("共催办任务 2 项", StringComparison.Ordinal));
        text[^2..].ShouldBe(["示例领导小组办公室", "2023年7月17日"]);
        (await Should.ThrowAsync<RefusedException>(() => Documents.UrgingBulletinAsync(OfficePlan.UnitA, OfficePlan.Programme, OfficePlan.StartsOn))).IsForbidden.ShouldBeTrue();
        (await Documents.LedgerBulletinAsync(EngineHost.Office, OfficePlan.Programme, OfficePlan.StartsOn)).ValidParagraphs()[0].ShouldBe("示例整治问题整改情况通报");
    }

    [Fact]
    public void Page_HasTheMeasuresOfTheStandard_AndNothingIsFormattedByHand()
    {
        using var stream = new MemoryStream(OfficialDocx.Write(LibreOffice.Sample, DateTimeOffset.UnixEpoch));
        using var package = WordprocessingDocument.Open(stream, isEditable: false);
        package.ShouldBeValid();
        var main = package.MainDocumentPart!;
        var section = main.Document.Body!.Elements<SectionProperties>().Single();
        var (size, margin) = (section.GetFirstChild<PageSize>()!, section.GetFirstChild<PageMargin>()!);
        Millimetres(size.Width!.Value).ShouldBe(210, 0.5);
        Millimetres(size.Height!.Value).ShouldBe(297, 0.5);
        Millimetres((uint)margin.Top!.Value).ShouldBe(37, 0.5);
        Millimetres(margin.Left!.Value).ShouldBe(28, 0.5);
        Millimetres(size.Width.Value - margin.Left.Value - margin.Right!.Value).ShouldBe(156, 0.5);
        Millimetres(size.Height.Value - (uint)margin.Top.Value - (uint)margin.Bottom!.Value).ShouldBe(225, 0.5);
        ((size.Height.Value - margin.Top.Value - margin.Bottom.Value) / OfficialStyles.LineTwips).ShouldBe(22);
        main.DocumentSettingsPart!.Settings.Elements<EvenAndOddHeaders>().ShouldHaveSingleItem();
        main.Document.Body.Descendants<RunProperties>().ShouldBeEmpty();
        package.PackageProperties.Title.ShouldBe(LibreOffice.Sample.Title);
        package.PackageProperties.Creator.ShouldBe(LibreOffice.Sample.Issuer);

        static double Millimetres(uint twips) => twips / 1440.0 * 25.4;
    }

    [Fact]
    public void HostileText_StaysText()
    {
        using var stream = new MemoryStream(OfficialDocx.Write(new() { Title = "<w:p>\u0000\u0007<script>alert(1)</script>", Body = [new DocumentParagraph("]]> & \ud800 {=1+1}")] }, DateTimeOffset.UnixEpoch));
        using var package = WordprocessingDocument.Open(stream, isEditable: false);

        package.ShouldBeValid();
        package.MainDocumentPart!.Document.Body!.InnerText.ShouldContain("<w:p><script>alert(1)</script>");
    }
}
