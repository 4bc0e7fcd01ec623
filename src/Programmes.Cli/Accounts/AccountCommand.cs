using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Core.Calendars;
using Programmes.Engine.People;

namespace Programmes.Cli.Accounts;

/// <summary><c>programmes account</c>: the way back in for an administrator whom nobody else can help.</summary>
internal static class AccountCommand
{
    public static Command Of(Session session) => new("account", session.Say("账号：为进不来的系统管理员开一次性链接", "Accounts: a one-time link for an administrator who is shut out"))
    {
        ResetAdministrator(session),
    };

    private static ExampleCommand ResetAdministrator(Session session)
    {
        var name = new Argument<string?>("name") { HelpName = session.Say("账号名", "name"), Description = session.Say("系统管理员的账号名；只有一位时可不写", "The administrator's account; not needed where there is one only"), Arity = ArgumentArity.ZeroOrOne };
        var authenticator = new Option<bool>("--authenticator") { Description = session.Say("同时停用该账号的身份验证器（手机和恢复码都丢失时）", "Also turn the account's authenticator off, where the telephone and the recovery codes are lost") };
        var database = EngineRun.DatabaseOption(session);
        var command = new ExampleCommand("reset-administrator", session.Say("打印一次性链接，系统管理员用它设置新密码", "Print a one-time link with which an administrator sets a new password"), "programmes account reset-administrator admin --authenticator")
        {
            name, authenticator, database,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var engine = new EngineRun(session, parsed.GetValue(database));
            engine.RequireDatabase();
            return await engine.DoAsync(null, async services =>
            {
                var recovered = await services.GetRequiredService<AccountLinks>().RecoverAdministratorAsync(EngineRun.Person, parsed.GetValue(name), parsed.GetValue(authenticator), cancellation).ConfigureAwait(false);
                Show(session, recovered);
                return ExitCodes.Done;
            }, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>On the output and nowhere else: whoever reads the link becomes administrator.</summary>
    private static void Show(Session session, RecoveredAdministrator recovered)
    {
        var until = recovered.ExpiresAt.ToOffset(ChinaTime.Offset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var output = session.Terminal.Out;
        output.WriteLine(session.Say($"账号：{recovered.Name}", $"Account: {recovered.Name}"));
        output.WriteLine(recovered.Link is { } link
            ? session.Say($"设置新密码：{link}", $"Set a new password: {link}")
            : session.Say($"设置新密码：在网站地址后面加上 {recovered.Path}", $"Set a new password: put this after the address of the site: {recovered.Path}"));
        output.WriteLine(session.Say($"有效至 {until}（北京时间），只能使用一次；此前的重置链接已作废。请勿转发或留存。", $"Valid until {until} (Beijing time), works once; earlier links are void. Do not forward or keep it."));
        if (recovered.HadAuthenticator) output.WriteLine(session.Say("身份验证器已停用，登录后请重新启用。", "The authenticator is off; turn it on again after signing in."));
    }
}
