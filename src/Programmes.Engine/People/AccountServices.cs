using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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
        services.AddSingleton<SignInThrottle>();
        services.AddDataProtection().SetApplicationName("Programmes");
        // Reads the keys as the host starts, and fills the log where the database is away; the first use reads them anyway.
        foreach (var preload in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(KeyManagementOptions).Assembly).ToList()) services.Remove(preload);
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
