using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Web.Tests.Pages;

namespace Programmes.Web.Tests.People;

/// <summary>Somebody leaves, and somebody else goes on with all of it.</summary>
public sealed class HandOverTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private Task<CreatedAccount> AccountAsync(PersonRole role, params Place[] places) => plan.App.AddAccountAsync(new($"{role}-{Guid.NewGuid():N}", null, role) { Places = places });

    private static Place Unit(string id) => new(PlanApp.Programme, null, id);

    private Task<HttpResponseMessage> HandOverAsync(CreatedAccount leaver, string taker, bool disable = true) =>
        plan.Administrator.SubmitAsync($"/accounts/{leaver.Id}", new() { ["taker"] = taker, ["disable"] = disable ? "true" : "false" }, $"/accounts/{leaver.Id}?handler=HandOver");

    [Fact]
    public async Task Places_GoOverAtOnce_AndTheLeaverIsOut()
    {
        var (leaver, taker) = (await AccountAsync(PersonRole.Unit, Unit("s11"), Unit("s12")), await AccountAsync(PersonRole.Unit, Unit("s12"), Unit("s13")));
        var work = await plan.WorkOfAsync("s11");
        var browser = plan.App.Browser("zh");
        await browser.SignInAsync(leaver.Name, leaver.Password);
        (await browser.GetAsync($"/work/{work}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await plan.Administrator.GetStringAsync($"/accounts/{leaver.Id}")).ShouldContain("2 个单位一次移交");

        (await HandOverAsync(leaver, taker.Name.ToUpperInvariant())).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        var next = plan.App.Browser("zh");
        await next.SignInAsync(taker.Name, taker.Password);
        (await next.GetAsync($"/work/{work}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await plan.App.Browser().TrySignInAsync(leaver.Name, leaver.Password)).StatusCode.ShouldBe(HttpStatusCode.OK, "it is disabled");
        await using var db = await plan.App.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.AccountPlaces.Where(row => row.AccountId == taker.Id).OrderBy(row => row.Ordinal).Select(row => row.UnitId).ToListAsync()).ShouldBe(["s12", "s13", "s11"]);
        (await db.AccountPlaces.AnyAsync(row => row.AccountId == leaver.Id)).ShouldBeFalse();
        (await db.Audit.Where(row => row.Subject == leaver.Id || row.Subject == taker.Id).Select(row => row.Action).ToListAsync()).ShouldBeSubsetOf(
            ["account.created", "account.password-changed", "account.signed-in", "account.sign-in-failed", "account.places-handed-over", "account.places-taken-over", "account.disabled"]);
        (await db.Audit.Where(row => row.Action == "account.places-handed-over" && row.Subject == leaver.Id).Select(row => row.Details!).SingleAsync()).ShouldContain($"{PlanApp.Programme}/s11 {PlanApp.Programme}/s12");
    }

    [Fact]
    public async Task Accounts_ThatDoNotFit_AreRefused_AndNothingIsChanged()
    {
        var leaver = await AccountAsync(PersonRole.Unit, Unit("s14"));
        var reader = await AccountAsync(PersonRole.Reader);
        var disabled = await AccountAsync(PersonRole.Unit, Unit("s15"));
        await plan.App.Services.GetRequiredService<ManageAccounts>().DisableAsync(Person.Engine, disabled.Id);
        foreach (var (taker, words) in new[] { ("", "请填写接手的账号"), ("nobody-of-that-name", "没有账号"), (leaver.Name, "另一个账号"), (reader.Name, "角色不同"), (disabled.Name, "已停用") })
        {
            var refused = await HandOverAsync(leaver, taker);
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            var html = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync());
            html.ShouldContain(words);
            if (taker.Length > 0) html.ShouldContain($"name=\"taker\" value=\"{taker}\"", customMessage: "what was typed stays");
        }

        await using var db = await plan.App.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.AccountPlaces.Where(row => row.AccountId == leaver.Id).Select(row => row.UnitId).SingleAsync()).ShouldBe("s14");
        var use = plan.App.Services.GetRequiredService<HandOverAccount>();
        (await Should.ThrowAsync<RefusedException>(() => use.RunAsync(new("x") { IsLeadingOffice = true }, leaver.Id, "admin", true))).IsForbidden.ShouldBeTrue();
    }

    [Fact]
    public async Task Supervisor_WithoutItsScopes_WouldSeeTheWhole_SoItIsDisabled()
    {
        Task<CreatedAccount> SupervisorAsync(params SupervisionScope[] scopes) => plan.App.AddAccountAsync(new($"s-{Guid.NewGuid():N}", null, PersonRole.Supervisor) { Scopes = scopes });
        var leaver = await SupervisorAsync(new SupervisionScope(PlanApp.Programme, null, null, "s16"));
        var whole = await SupervisorAsync();
        var use = plan.App.Services.GetRequiredService<HandOverAccount>();

        (await Should.ThrowAsync<RefusedException>(() => use.RunAsync(Person.Engine, leaver.Id, whole.Name, disable: false))).Words.Zh.ShouldContain("停用");
        (await use.RunAsync(Person.Engine, leaver.Id, whole.Name, disable: true)).ShouldBe(0, "it sees the whole already");

        await using var db = await plan.App.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.AccountPlaces.AnyAsync(row => row.AccountId == whole.Id)).ShouldBeFalse("a scope would have narrowed it");
    }
}
