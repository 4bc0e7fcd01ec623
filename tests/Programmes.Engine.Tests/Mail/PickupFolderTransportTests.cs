using Programmes.Engine.Mail;

namespace Programmes.Engine.Tests.Mail;

public sealed class PickupFolderTransportTests : IDisposable
{
    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("pickup").FullName, "out", "mail");

    public void Dispose() => Directory.Delete(Path.GetFullPath(Path.Combine(folder, "..", "..")), recursive: true);

    [Fact]
    public async Task SendAsync_FirstMail_CreatesTheFolderAndOneWholeFile()
    {
        (await Transport().SendAsync(Mails.Plain(), default)).ShouldBe(Delivery.Done);
        var file = Directory.GetFileSystemEntries(folder).ShouldHaveSingleItem();
        Path.GetFileName(file).ShouldBe($"{Mails.Plain().MessageId.Trim('<', '>')}.eml");
        File.ReadAllBytes(file).ShouldBe(EmlWriter.Write(Mails.Plain()));
    }

    [Fact]
    public async Task SendAsync_Repeats_OverwriteThemselves()
    {
        var transport = Transport();
        var deliveries = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => transport.SendAsync(Mails.Plain(), default))));
        deliveries.ShouldAllBe(delivery => delivery == Delivery.Done);
        var file = Directory.GetFileSystemEntries(folder).ShouldHaveSingleItem();
        File.ReadAllBytes(file).ShouldBe(EmlWriter.Write(Mails.Plain()));
    }

    [Fact]
    public async Task SendAsync_FolderIsAFile_IsNoFaultOfTheMail()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        File.WriteAllText(folder, "");
        var delivery = await Transport().SendAsync(Mails.Plain(), default);
        delivery.Status.ShouldBe(DeliveryStatus.Unavailable);
        delivery.Reason!.Value.Zh.ShouldStartWith("写不进投递目录");
    }

    [Fact]
    public async Task SendAsync_MailThatCannotBeWritten_IsRefusedAndLeavesNothing()
    {
        (await Transport().SendAsync(Mails.Plain() with { MessageId = "<../../x@y>" }, default)).Status.ShouldBe(DeliveryStatus.Refused);
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task SendAsync_Cancelled_LeavesNoFile()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => Transport().SendAsync(Mails.Plain(), new(canceled: true)));
        Directory.GetFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Fact]
    public void Constructor_HalfFileOfAKilledProcess_IsRemovedOnceItIsOld()
    {
        Directory.CreateDirectory(folder);
        var temp = Path.Combine(folder, ".a@example.org.eml.0123.tmp");
        var own = Path.Combine(folder, "a@example.org.eml");
        File.WriteAllText(temp, "half");
        File.WriteAllText(own, "whole");
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(temp), TimeSpan.Zero);
        _ = new PickupFolderTransport(folder, new At(written.AddMinutes(59)));
        File.Exists(temp).ShouldBeTrue();
        _ = new PickupFolderTransport(folder, new At(written.AddMinutes(61)));
        Directory.GetFiles(folder).ShouldBe([own]);
    }

    [Theory]
    [InlineData("<abc@example.org>", "abc@example.org.eml")]
    [InlineData("<../../etc/passwd@x>", null)]
    [InlineData("<.hidden@example.org>", null)]
    [InlineData("", null)]
    public void FileNameOf_AnyId_IsOneSafeName(string messageId, string? expected)
    {
        var name = PickupFolderTransport.FileNameOf(messageId);
        if (expected is not null) name.ShouldBe(expected);
        else name.ShouldMatch(@"\A[0-9a-f]{64}\.eml\z");
        PickupFolderTransport.FileNameOf($"<{new string('a', 200)}@example.org>").Length.ShouldBeLessThanOrEqualTo(PickupFolderTransport.FileNameMax);
    }

    private PickupFolderTransport Transport() => new(folder, TimeProvider.System);

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
