using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Feeds;
using Programmes.Engine.People;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage;
using Programmes.Storage.Accounts;

namespace Programmes.Engine.Tests.Feeds;

/// <summary>Accounts with calendars, and what a calendar program finds in them.</summary>
internal sealed class Calendars(EngineHost host, string programme)
{
    public async Task<string> OfUnitAsync(string unit, string? of = null) => await FeedAsync(await AccountAsync(PersonRole.Unit, unit), of);

    public Task<string> FeedAsync(string account, string? of) => host.Get<ManageFeeds>().CreateAsync(EngineHost.Office, account, of);

    public async Task<string> AccountAsync(PersonRole role, string? unit = null)
    {
        var name = $"{role}-{unit}-{Guid.NewGuid():N}";
        var account = new Account { UserName = name, NormalizedUserName = name.ToUpperInvariant(), SecurityStamp = "s" };
        await using var db = host.Db();
        foreach (var key in Enum.GetValues<PersonRole>().Select(PersonRoles.Key))
            if (!await db.Roles.AnyAsync(row => row.Id == key)) db.Roles.Add(new() { Id = key, Name = key, NormalizedName = key.ToUpperInvariant() });
        db.Users.Add(account);
        db.UserRoles.Add(new() { UserId = account.Id, RoleId = role.Key() });
        if (unit is not null) db.AccountPlaces.Add(new() { AccountId = account.Id, ProgrammeId = programme, UnitId = unit });
        await db.SaveChangesAsync();
        return account.Id;
    }

    public async Task WriteAsync(Func<ProgrammesDb, Task<int>> write)
    {
        await using var db = host.Db();
        await write(db);
    }

    /// <summary>By UID; properties by their name and parameters, unfolded.</summary>
    public async Task<Dictionary<string, Dictionary<string, string>>> ReadAsync(string secret) =>
        (await host.Get<ReadFeed>().RunAsync(secret)).ShouldNotBeNull().Calendar.Replace("\r\n ", "", StringComparison.Ordinal).Split("BEGIN:VEVENT\r\n").Skip(1)
            .Select(block => block.Split("END:VEVENT")[0].Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1]))
            .ToDictionary(entry => entry["UID"]);

    public static int Number(Dictionary<string, string> entry) => int.Parse(entry["SEQUENCE"], System.Globalization.CultureInfo.InvariantCulture);
}
