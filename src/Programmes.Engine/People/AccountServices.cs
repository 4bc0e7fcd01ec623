using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Storage;
using Programmes.Storage.Accounts;

namespace Programmes.Engine.People;

public static class AccountServices
{
    /// <summary>
    /// Accounts, sign-in, and the keys of cookies and forms, which all nodes share through the database. The keys are as safe
    /// as the database is, which is where everything lies that they protect.
    /// </summary>
    public static IServiceCollection AddProgrammesAccounts(this IServiceCollection services)
    {
        services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        services.AddSingleton<AccountDoor>();
        services.AddSingleton<OfficeSettings>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<AccountLinks>();
        services.AddSingleton<ManageTokens>();
        services.AddSingleton<PlaceDirectory>();
        services.AddSingleton<FirstAdministrator>();
        services.AddSingleton<ManageAccounts>();
        services.AddSingleton<HandOverAccount>();
        services.AddDataProtection().SetApplicationName("Programmes");
        services.AddOptions<KeyManagementOptions>().Configure<IDbContextFactory<ProgrammesDb>>((keys, contexts) => keys.XmlRepository = new KeyTable(contexts));
        return services;
    }

    /// <summary>The framework reads and writes keys synchronously, a few times a day.</summary>
    private sealed class KeyTable(IDbContextFactory<ProgrammesDb> contexts) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements()
        {
            using var db = contexts.CreateDbContext();
            return [.. db.DataProtectionKeys.AsNoTracking().Select(row => row.Xml).AsEnumerable().Select(xml => XElement.Parse(xml))];
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            using var db = contexts.CreateDbContext();
            db.DataProtectionKeys.Add(new() { FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
            db.SaveChanges();
        }
    }
}
