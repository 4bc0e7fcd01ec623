using Microsoft.EntityFrameworkCore;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Queries;
using Programmes.Storage;

namespace Programmes.Engine.Tests.Operations;

public sealed class OfficeTests : OperationTests
{
    private static readonly Person Administrator = new("admin") { IsAdministrator = true };

    private ChangeOffice Offices => Host.Get<ChangeOffice>();

    [Fact]
    public async Task Rename_KeepsTheDutyAndWritesToTheNewAddressFromNowOn()
    {
        await RunUntilAsync(On(2023, 10, 9));
        var sentBefore = await ReadAsync(db => db.Outbox.CountAsync(row => row.ToAddress == "departments@example.org"));
        var outcome = await Offices.RenameAsync(Office, Programme, "departments", "县委宣传部、县文化和旅游局", "culture@example.org", "机构更名", "示例〔2023〕9号");

        outcome.LaunchRevision.ShouldBe(2);
        await PassUntilAsync(On(2023, 10, 31));
        await using var db = Host.Db();
        (await db.Offices.SingleAsync(row => row.Role == "departments")).Mail.ShouldBe("culture@example.org");
        (await db.Outbox.CountAsync(row => row.ToAddress == "departments@example.org")).ShouldBe(sentBefore);
        (await db.Outbox.CountAsync(row => row.ToAddress == "culture@example.org")).ShouldBeGreaterThan(0);
        (await db.LaunchRevisions.OrderBy(row => row.Revision).Select(row => row.LaunchJson.Contains("departments@example.org")).ToListAsync()).ShouldBe([true, false]);
        var change = (await HistoryAsync()).ShouldHaveSingleItem();
        (change.Kind, change.Subject, change.Document, change.By).ShouldBe(("office-changed", "departments", "示例〔2023〕9号", "office"));
        (await db.Events.SingleAsync(row => row.Kind == "office-changed")).TitleZh.ShouldContain("县文化和旅游局");
        (await db.Audit.SingleAsync(row => row.Action == "programme.office-changed")).Subject.ShouldBe($"{Programme}/departments");
    }

    [Fact]
    public async Task HandOver_TakesOpenWorkAndAccountsAlong_AndHistoryTellsWhoHeldItWhen()
    {
        await RunUntilAsync(On(2023, 10, 9));
        var (old, taking) = ("old-office", "new-office");
        await using (var db = Host.Db())
        {
            foreach (var (name, role) in new[] { (old, "departments"), (taking, null) })
            {
                db.Users.Add(new() { Id = name, UserName = name, NormalizedUserName = AccountStore.Normalize(name), SecurityStamp = "s" });
                if (role is not null) db.AccountPlaces.Add(new() { AccountId = name, ProgrammeId = Programme, OfficeRole = role });
                db.UserRoles.Add(new() { UserId = name, RoleId = PersonRole.Office.Key() });
            }

            db.Roles.Add(new() { Id = PersonRole.Office.Key(), Name = PersonRole.Office.Key(), NormalizedName = "OFFICE" });
            await db.SaveChangesAsync();
        }

        var open = await ReadAsync(db => db.WorkItems.CountAsync(row => row.ClosedOn == null && row.Role == "departments"));
        open.ShouldBeGreaterThan(0);
        var outcome = await Offices.HandOverAsync(Administrator, Programme, "departments", new("县文化和旅游局", "culture@example.org", [old], [taking]), "机构改革");

        outcome.Open.Count.ShouldBe(open);
        await using (var db = Host.Db())
        {
            (await db.AccountPlaces.CountAsync(row => row.AccountId == old)).ShouldBe(0);
            var account = await db.Users.SingleAsync(row => row.Id == taking);
            var place = await db.AccountPlaces.SingleAsync(row => row.AccountId == taking);
            (place.OfficeRole, place.ProgrammeId).ShouldBe(("departments", Programme));
            account.SecurityStamp.ShouldNotBe("s", "a sign-in with the old rights is void");
        }

        var holders = await new ProgrammeHistory(Host.Get<IDbContextFactory<ProgrammesDb>>()).HoldersAsync(Office, Programme);
        holders.Where(holder => holder.Role == "departments").ShouldBe([
            new("departments", "党委宣传部、文化广电旅游局", On(2023, 7, 3), On(2023, 10, 10)), new("departments", "县文化和旅游局", On(2023, 10, 10), null)]);
        (await EndAsync()).ShouldContain("33／33");
    }

    [Fact]
    public async Task BadInputs_AreRefusedAndRecorded()
    {
        await RunUntilAsync(On(2023, 7, 4));
        (await RefusedAsync("programme.office-changed", () => Offices.RenameAsync(Office, Programme, "department", "甲", null, "更名"))).ShouldContain("departments");
        (await RefusedAsync("programme.office-changed", () => Offices.RenameAsync(Office, Programme, "departments", null, null, "更名"))).ShouldContain("没有变化");
        (await RefusedAsync("programme.office-changed", () => Offices.RenameAsync(Office, Programme, "departments", null, "not an address", "更名"))).ShouldContain("邮箱");
        (await RefusedAsync("programme.duty-handed-over", () => Offices.HandOverAsync(Office, Programme, "province", new("省委宣传部、省文化和旅游厅", null, [], []), "移交"))).ShouldContain("现在就由");
        (await RefusedAsync("programme.duty-handed-over", () => Offices.HandOverAsync(Administrator, Programme, "province", new("省文化和旅游厅", null, ["nobody"], []), "移交"))).ShouldContain("nobody");

        (await Should.ThrowAsync<RefusedException>(() => Offices.RenameAsync(Office, Programme, "departments", "甲", null, " "))).Words.Zh.ShouldContain("理由");
        (await Should.ThrowAsync<RefusedException>(() => Offices.RenameAsync(Office, "nothing", "departments", "甲", null, "更名"))).Words.Zh.ShouldContain("没有找到");
        (await Should.ThrowAsync<RefusedException>(() => Offices.RenameAsync(new("reader") { IsReader = true }, Programme, "departments", "甲", null, "更名"))).IsForbidden.ShouldBeTrue();
        (await Should.ThrowAsync<RefusedException>(() => Offices.HandOverAsync(Office, Programme, "province", new("甲", null, ["a"], []), "移交"))).IsForbidden.ShouldBeTrue();
    }

    [Fact]
    public async Task AfterItsEnd_AProgrammeIsChangedNoMore()
    {
        await LaunchAsync();
        await Host.Get<ControlProgramme>().CancelAsync(Office, Programme, "误启动");
        (await RefusedAsync("programme.office-changed", () => Offices.RenameAsync(Office, Programme, "departments", "甲", null, "更名"))).ShouldContain("撤销");
    }
}
