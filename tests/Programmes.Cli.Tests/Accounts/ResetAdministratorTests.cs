using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Storage;
using Programmes.Storage.Databases;

namespace Programmes.Cli.Tests.Accounts;

public sealed partial class ResetAdministratorTests : IDisposable
{
    private readonly TempFolder folder = TempFolder.WithPlan();

    public void Dispose() => folder.Dispose();

    private string Database => $"Data Source={folder["test.db"]};Pooling=False";

    private Task<Cli> RunAsync(params string[] args) => Cli.RunAsync(name => name == "Programmes__Database" ? Database : null, args);

    private async Task<T> WithAsync<T>(Func<ProgrammesDb, Task<T>> work)
    {
        await using var services = new ServiceCollection().AddProgrammesStorage(DatabaseOptions.Parse(Database)).BuildServiceProvider();
        await using var db = await services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        return await work(db);
    }

    [Fact]
    public async Task Link_IsPrintedOnce_ItsHashIsKept_AndTheAuthenticatorIsOff()
    {
        (await RunAsync("account", "reset-administrator")).Error.ShouldContain("没有数据库");
        (await RunAsync("launch", folder["launch.json"], "--workflows", folder.Path, "--mode", "demonstration", "--confirm")).ExitCode.ShouldBe(0);
        var nobody = await RunAsync("account", "reset-administrator");
        (nobody.ExitCode, nobody.Output).ShouldBe((2, ""));
        nobody.Error.ShouldContain("还没有系统管理员");
        await WithAsync(db =>
        {
            db.Roles.Add(new() { Id = "administrator", Name = "administrator", NormalizedName = "ADMINISTRATOR" });
            db.Users.Add(new() { Id = "1", UserName = "admin", NormalizedUserName = "ADMIN", PasswordHash = "x", SecurityStamp = "s", TwoFactorEnabled = true, AuthenticatorSecret = "x" });
            db.UserRoles.Add(new() { UserId = "1", RoleId = "administrator" });
            return db.SaveChangesAsync();
        });

        var cli = await RunAsync("account", "reset-administrator", "Admin", "--authenticator");

        cli.ExitCode.ShouldBe(0, cli.Error);
        cli.Output.ShouldContain("身份验证器已停用");
        var token = Token().Match(cli.Output).Groups[1].Value;
        cli.Error.ShouldNotContain(token);
        var link = await WithAsync(db => db.AccountLinks.SingleAsync());
        link.SecretHash.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));
        (link.UsedAt, link.ExpiresAt - link.CreatedAt, link.CreatedBy).ShouldBe((null, TimeSpan.FromHours(1), Environment.UserName));
        (await WithAsync(db => db.Users.SingleAsync())).TwoFactorEnabled.ShouldBeFalse();
        var audit = await WithAsync(db => db.Audit.Where(row => row.Action.StartsWith("account.")).ToListAsync());
        audit.Select(row => row.Action).ShouldBe(["account.administrator-recovery", "account.two-factor-reset"], ignoreOrder: true);
        audit.ShouldAllBe(row => row.Actor == Environment.UserName && row.Subject == "1" && (row.Details == null || !row.Details.Contains(token)));

        var english = await RunAsync("account", "reset-administrator", "--lang", "en");
        english.Output.ShouldContain("works once");
        english.Output.ShouldNotContain("authenticator");
        (await WithAsync(db => db.AccountLinks.CountAsync(row => row.UsedAt == null))).ShouldBe(1, "the first link is void");
        (await RunAsync("account", "reset-administrator", "somebody")).Error.ShouldContain("没有名为");
    }

    [GeneratedRegex("/account/reset\\?token=([A-Za-z0-9_-]{43})")]
    private static partial Regex Token();
}
