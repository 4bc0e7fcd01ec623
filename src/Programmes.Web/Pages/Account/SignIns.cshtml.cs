using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Account;

/// <summary>One's own recent sign-ins; of another account for administrators.</summary>
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class SignInsModel(SignInQuery query, CurrentPerson current) : OfficePage
{
    /// <summary>Null: one's own account.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Account { get; set; }

    public bool IsOwn => string.IsNullOrEmpty(Account) || Account == current.AccountId;

    public Paged<SignInLine> Lines { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Lines = await query.RunAsync(Person, current.AccountId, string.IsNullOrEmpty(Account) ? current.AccountId : Account, PageNumber, cancellationToken);

    public static Text Name(string action) => action switch
    {
        "account.signed-in" => new("登录", "Signed in"),
        "account.signed-out" => new("退出", "Signed out"),
        "account.sign-in-failed" => new("密码错误", "Wrong password"),
        "account.code-failed" => new("验证码错误", "Wrong code"),
        "account.locked" => new("账号锁定", "Locked"),
        "account.password-changed" => new("修改密码", "Password changed"),
        "account.password-reset" => new("管理员重置密码", "Password reset by an administrator"),
        "account.password-reset-by-link" => new("通过邮件重设密码", "Password set by mail"),
        "account.reset-asked" => new("申请重设密码", "Asked for a new password"),
        "account.two-factor-on" => new("启用身份验证器", "Authenticator on"),
        "account.two-factor-off" => new("停用身份验证器", "Authenticator off"),
        "account.two-factor-reset" => new("管理员重置身份验证器", "Authenticator reset by an administrator"),
        "account.recovery-codes-renewed" => new("重新生成恢复码", "New recovery codes"),
        "account.created" => new("建立账号", "Account made"),
        "account.first-administrator" => new("设为首位管理员", "First administrator"),
        "account.invited" or "account.invited-again" => new("发出邀请", "Invited"),
        "account.invitation-accepted" => new("接受邀请", "Invitation accepted"),
        "account.edited" or "account.role-moved" => new("调整权限", "Rights changed"),
        "account.disabled" => new("停用账号", "Disabled"),
        "account.enabled" => new("恢复账号", "Enabled"),
        "api-token.created" => new("新建接口令牌", "API token made"),
        "api-token.revoked" => new("停用接口令牌", "API token revoked"),
        _ => Text.Same(action),
    };
}
