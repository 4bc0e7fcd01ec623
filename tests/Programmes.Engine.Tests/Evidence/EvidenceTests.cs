using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.People;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Evidence;

public sealed class EvidenceTests : IAsyncLifetime
{
    private EngineHost host = null!;

    public async Task InitializeAsync() => host = await OfficePlan.LaunchAsync(
        [OfficePlan.Work("plain", "lead", ("evidence", "None"))],
        [OfficePlan.Work("proof", "unit", ("evidence", "Required"), ("reviewer", "county"))]);

    public async Task DisposeAsync() => await host.DisposeAsync();

    private string EvidencePath => Path.Combine(host.Folder, "evidence");

    private async Task<EvidenceSubject> ProofOfAsync(string? unit, string activity = "proof")
    {
        await using var db = host.Db();
        return new(EvidenceSubjectKind.WorkItem, await db.WorkItems.Where(row => row.UnitId == unit && row.Activity == activity).Select(row => row.Id).SingleAsync());
    }

    private Task<long> AttachAsync(Person person, EvidenceSubject subject, byte[] content, string name, DateOnly? on = null) =>
        host.Get<AttachEvidence>().AttachAsync(person, subject, new MemoryStream(content), name, on);

    [Fact]
    public async Task Submit_OfWorkThatNeedsEvidence_WaitsForAFile_AndTheReviewerReadsIt()
    {
        var proof = await ProofOfAsync("a");
        var work = host.Get<WorkOnItem>();
        (await Should.ThrowAsync<RefusedException>(() => work.SubmitAsync(OfficePlan.UnitA, proof.Id))).Words.Zh.ShouldContain("须附佐证材料");

        var file = await AttachAsync(OfficePlan.UnitA, proof, Files.Pdf(), "整改情况报告.pdf", OfficePlan.StartsOn);
        await work.SubmitAsync(OfficePlan.UnitA, proof.Id);

        var read = (await host.Get<ReadEvidence>().OpenAsync(OfficePlan.County, file)).ShouldNotBeNull();
        await using var content = read.Content;
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        bytes.ToArray().ShouldBe(Files.Pdf());
        (read.File.Name, read.File.MediaType, read.File.EvidenceOn, read.File.UploadedBy).ShouldBe(("整改情况报告.pdf", "application/pdf", OfficePlan.StartsOn, "unit-a"));
        await host.Get<ReviewItem>().CompleteAsync(OfficePlan.County, proof.Id);
        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA, proof, Files.Pdf("2"), "补充.pdf"))).Words.Zh.ShouldContain("已办结");
        await using var db = host.Db();
        (await db.WorkItemEvents.Where(row => row.WorkItemId == proof.Id).OrderBy(row => row.Id).Select(row => row.Kind).ToListAsync())
            .ShouldBe([WorkItemEventKind.EvidenceAttached, WorkItemEventKind.Submitted, WorkItemEventKind.Completed]);
    }

    [Fact]
    public async Task Withdrawn_CountsNoLonger_AndStaysOnRecord()
    {
        var proof = await ProofOfAsync("a");
        var file = await AttachAsync(OfficePlan.UnitA, proof, Files.Pdf(), "旧稿.pdf");

        await host.Get<WithdrawEvidence>().WithdrawAsync(OfficePlan.UnitA, file);

        (await host.Get<ReadEvidence>().ListAsync(OfficePlan.UnitA, proof))!.Files.ShouldBeEmpty();
        await Should.ThrowAsync<RefusedException>(() => host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, proof.Id));
        (await host.Get<ReadEvidence>().OpenAsync(OfficePlan.UnitA, file)).ShouldBeNull();
        (await host.Get<ReadEvidence>().OpenAsync(EngineHost.Office, file)).ShouldNotBeNull().Content.Dispose();
        await using var db = host.Db();
        (await db.EvidenceFiles.SingleAsync(row => row.Id == file)).WithdrawnAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Withdraw_OfSubmittedWork_IsRefused()
    {
        var proof = await ProofOfAsync("a");
        var file = await AttachAsync(OfficePlan.UnitA, proof, Files.Pdf(), "报告.pdf");
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, proof.Id);

        (await Should.ThrowAsync<RefusedException>(() => host.Get<WithdrawEvidence>().WithdrawAsync(OfficePlan.UnitA, file))).Words.Zh.ShouldContain("请先撤回");
    }

    [Fact]
    public async Task AnotherUnit_NeitherReadsNorAttachesNorWithdraws()
    {
        var proof = await ProofOfAsync("b");
        var file = await AttachAsync(OfficePlan.UnitB, proof, Files.Pdf(), "报告.pdf");

        (await host.Get<ReadEvidence>().ListAsync(OfficePlan.UnitA, proof)).ShouldBeNull();
        (await host.Get<ReadEvidence>().OpenAsync(OfficePlan.UnitA, file)).ShouldBeNull();
        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA, proof, Files.Pdf(), "报告.pdf"))).IsForbidden.ShouldBeTrue();
        (await Should.ThrowAsync<RefusedException>(() => host.Get<WithdrawEvidence>().WithdrawAsync(OfficePlan.UnitA, file))).IsForbidden.ShouldBeTrue();
        // Who reviews sees it, and changes nothing.
        (await host.Get<ReadEvidence>().ListAsync(OfficePlan.County, proof))!.MayChange.ShouldBeFalse();
        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.County, proof, Files.Pdf(), "报告.pdf"))).IsForbidden.ShouldBeTrue();
    }

    [Theory]
    [InlineData("报告.pdf", "不是 .pdf 文件")]
    [InlineData("报告.jpg", "不是 .jpg 文件")]
    [InlineData("报告.docx", "不是 .docx 文件")]
    [InlineData("报告.zip", "不是 .zip 文件")]
    [InlineData("报告.exe", "不收这种文件")]
    [InlineData("报告", "不收这种文件")]
    public async Task DisguisedProgram_IsRefused_AndNothingIsKept(string name, string because)
    {
        var proof = await ProofOfAsync("a");

        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA, proof, Files.Exe, name))).Words.Zh.ShouldContain(because);

        Directory.EnumerateFiles(EvidencePath, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        await using var db = host.Db();
        (await db.EvidenceFiles.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Formats_InsideAZip_AreToldApart()
    {
        var proof = await ProofOfAsync("a");
        await AttachAsync(OfficePlan.UnitA, proof, Files.Zip("[Content_Types].xml", "word/document.xml"), "a.docx");
        await AttachAsync(OfficePlan.UnitA, proof, Files.Zip("OFD.xml", "Doc_0/Document.xml"), "a.ofd");
        await AttachAsync(OfficePlan.UnitA, proof, Files.Zip("照片/1.jpg"), "a.zip");

        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA, proof, Files.Zip("xl/workbook.xml"), "b.docx"))).Words.Zh.ShouldContain("不是 .docx 文件");
        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA, proof, Files.Zip("word/document.xml")[..40], "c.docx"))).Words.Zh.ShouldContain("不是 .docx 文件");
    }

    [Theory]
    [InlineData("../../etc/报告.pdf")]
    [InlineData("C:\\资料\\报告.pdf")]
    [InlineData("报告\r\nContent-Type: text/html.pdf")]
    [InlineData("报告\u202Efdp.exe.pdf")]
    [InlineData(".pdf")]
    [InlineData("")]
    public async Task Name_WithPathPartsOrHiddenCharacters_IsRefused(string name)
    {
        var proof = await ProofOfAsync("a");

        await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA, proof, Files.Pdf(), name));
        await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA, proof, Files.Pdf(), new string('长', 151) + ".pdf"));
    }

    [Fact]
    public async Task TooLargeOrEmptyOrOfTomorrowOrNotWanted_IsRefused()
    {
        var proof = await ProofOfAsync("a");

        (await Should.ThrowAsync<RefusedException>(() => host.Get<AttachEvidence>().AttachAsync(OfficePlan.UnitA, proof, Files.Long(AttachEvidence.FileBytesMax + 1), "大.pdf"))).Words.Zh.ShouldContain("最大 50 MB");
        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA, proof, [], "空.pdf"))).Words.Zh.ShouldContain("空的");
        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.UnitA, proof, Files.Pdf(), "报告.pdf", OfficePlan.StartsOn.AddDays(1)))).Words.Zh.ShouldContain("不能晚于今天");
        var plain = await ProofOfAsync(null, "plain");
        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(OfficePlan.Lead, plain, Files.Pdf(), "报告.pdf"))).Words.Zh.ShouldContain("不需要佐证材料");
        Directory.EnumerateFiles(EvidencePath, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task SameContent_IsKeptOnce_AndTheSameFileIsOneRow()
    {
        var (a, b) = (await ProofOfAsync("a"), await ProofOfAsync("b"));
        var first = await AttachAsync(OfficePlan.UnitA, a, Files.Pdf(), "报告.pdf");

        (await AttachAsync(OfficePlan.UnitA, a, Files.Pdf(), "报告.pdf")).ShouldBe(first);
        (await AttachAsync(OfficePlan.UnitB, b, Files.Pdf(), "报告.pdf")).ShouldNotBe(first);

        Directory.EnumerateFiles(EvidencePath, "*", SearchOption.AllDirectories).Count().ShouldBe(1);
    }

    [Fact]
    public async Task Sweep_RemovesWhatNoRowNames_AfterADay()
    {
        var store = host.Get<IEvidenceStore>();
        await AttachAsync(OfficePlan.UnitA, await ProofOfAsync("a"), Files.Pdf("named"), "报告.pdf");
        string orphan;
        using (var staged = (await store.StageAsync(new MemoryStream(Files.Pdf("orphan")), 1_000))!)
        {
            orphan = staged.Hash;
            staged.Keep();
        }

        host.Clock.Now += TimeSpan.FromHours(23);
        (await host.Get<SweepEvidence>().RunAsync()).ShouldBe(0);
        host.Clock.Now += TimeSpan.FromHours(2);
        (await host.Get<SweepEvidence>().RunAsync()).ShouldBe(1);

        store.Open(orphan).ShouldBeNull();
        Directory.EnumerateFiles(EvidencePath, "*", SearchOption.AllDirectories).Count().ShouldBe(1);
    }

    [Fact]
    public async Task Sweep_ThatAnUploadOvertakes_KeepsTheContent()
    {
        var store = host.Get<IEvidenceStore>();
        async Task KeepAsync()
        {
            using var staged = (await store.StageAsync(new MemoryStream(Files.Pdf()), 1_000))!;
            staged.Keep();
        }

        await KeepAsync();
        host.Clock.Now += TimeSpan.FromDays(2);
        var asked = 0;
        await store.SweepAsync(host.Clock.Now - SweepEvidence.OrphanAge, async _ =>
        {
            // Between the sweep's question and its removal, somebody hands the same content in.
            if (asked++ == 0) await KeepAsync();
            return new HashSet<string>();
        });

        Directory.EnumerateFiles(EvidencePath, "*", SearchOption.AllDirectories).Count().ShouldBe(1);
    }
}
