using Programmes.Storage.Accounts;
using Programmes.Storage.Databases;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Storage.Tests;

public abstract partial class StoreContract
{
    [StoreFact]
    public async Task FailedSignIns_OfManyNodesAtOnce_AreAllCounted_WithinTheirWindow()
    {
        var window = TimeSpan.FromMinutes(15);
        var nodes = new[] { Database, OpenAgain(), OpenAgain() };
        await Task.WhenAll(nodes.SelectMany(node => Enumerable.Range(0, 8).Select(_ => FailAsync(node, Now))));
        await using var db = Database.CreateContext();
        (await db.FailedSignInsAsync("abcde", Now - window)).ShouldBe(24);
        (await db.FailedSignInsAsync("abcde", Now)).ShouldBe(0, "the window is over");
        await FailAsync(Database, Now + window);
        (await db.FailedSignInsAsync("abcde", Now)).ShouldBe(1);
        (await db.ForgetFailedSignInsAsync(Now)).ShouldBe(0);
        (await db.ForgetFailedSignInsAsync(Now + window)).ShouldBe(1);

        async Task FailAsync(Database node, DateTimeOffset at)
        {
            await using var own = node.CreateContext();
            await own.AddFailedSignInAsync("abcde", at, at - window);
        }
    }
}
