using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Hosting;
using Programmes.Engine.People;
using Programmes.Engine.Tests.Fixture;

namespace Programmes.Engine.Tests.Evidence;

/// <summary>A scanner is any program: here a shell's, which looks for a word on its standard input.</summary>
public sealed class ScannerTests
{
    private const string Looks = "if grep -q EVIL; then echo 'stream: Test.Virus FOUND'; exit 1; fi";

    private static async Task<(EngineHost Host, EvidenceSubject Work)> StartAsync(string script, double timeoutSeconds = 20, bool takeUnscanned = false, string command = "/bin/sh")
    {
        var settings = new ScanSettings(command, ["-c", script], TimeSpan.FromSeconds(timeoutSeconds), takeUnscanned);
        var host = await OfficePlan.LaunchAsync([OfficePlan.Work("proof", "lead", ("evidence", "Optional"))], [], more: services => services.AddProgrammesScanner(settings));
        await using var db = host.Db();
        return (host, new(EvidenceSubjectKind.WorkItem, await db.WorkItems.Select(row => row.Id).SingleAsync()));
    }

    private static Task<long> AttachAsync(EngineHost host, EvidenceSubject work, byte[] content) =>
        host.Get<AttachEvidence>().AttachAsync(OfficePlan.Lead, work, new MemoryStream(content), "报告.pdf");

    private static IEnumerable<string> Kept(EngineHost host) => Directory.EnumerateFiles(Path.Combine(host.Folder, "evidence"), "*", SearchOption.AllDirectories);

    [Fact]
    public async Task Infected_IsRefused_RecordedAndNotKept_AndCleanIsTaken()
    {
        var (host, work) = await StartAsync(Looks);
        await using var _ = host;

        var refused = await Should.ThrowAsync<RefusedException>(() => AttachAsync(host, work, Files.Pdf("EVIL")));
        refused.Words.Zh.ShouldContain("未通过安全扫描");
        refused.Words.Zh.ShouldNotContain("Test.Virus");

        Kept(host).ShouldBeEmpty();
        await using var db = host.Db();
        var audit = await db.Audit.SingleAsync(row => row.Action == "refused.evidence.infected");
        (audit.Actor, audit.Subject).ShouldBe(("lead", work.ToString()));
        audit.Details!.ShouldContain("Test.Virus FOUND");
        await AttachAsync(host, work, Files.Pdf("fine"));
        Kept(host).Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("exit 2")]
    [InlineData("kill -9 $$")]
    [InlineData("cat > /dev/null; exec sleep 60")]
    public async Task ScannerThatCannotTell_HasFilesRefusedPlainly(string script)
    {
        var (host, work) = await StartAsync(script, timeoutSeconds: 1);
        await using var _ = host;

        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(host, work, Files.Pdf()))).Words.Zh.ShouldContain("安全扫描暂时不可用");
        Kept(host).ShouldBeEmpty();
    }

    [Fact]
    public async Task ScannerThatIsNotThere_HasFilesRefused_OrTakenOnRecordWhereTheOfficeChoseSo()
    {
        var (host, work) = await StartAsync("", command: "/nowhere/scanner");
        await using (host) (await Should.ThrowAsync<RefusedException>(() => AttachAsync(host, work, Files.Pdf()))).Words.Zh.ShouldContain("安全扫描暂时不可用");

        (host, work) = await StartAsync("exit 2", takeUnscanned: true);
        await using var _ = host;
        await AttachAsync(host, work, Files.Pdf());
        await using var db = host.Db();
        (await db.Audit.SingleAsync(row => row.Action == "evidence.unscanned")).Details!.ShouldContain("exit code 2");
    }

    [Fact]
    public async Task ScannerThatStopsReading_IsNotWaitedFor()
    {
        // It ends before it has read all of a large file.
        var (host, work) = await StartAsync("head -c 10 > /dev/null; echo found; exit 1");
        await using var _ = host;
        byte[] large = [.. Files.Pdf(), .. new byte[2_000_000]];

        (await Should.ThrowAsync<RefusedException>(() => AttachAsync(host, work, large))).Words.Zh.ShouldContain("未通过安全扫描");
    }
}
