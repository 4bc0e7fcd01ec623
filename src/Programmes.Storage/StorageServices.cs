using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;

namespace Programmes.Storage;

public static class StorageServices
{
    /// <summary>
    /// Registers the <see cref="Database"/>, its stores, <see cref="IDbContextFactory{TContext}"/> and a scoped <see cref="ProgrammesDb"/>.
    /// Nothing is opened before <see cref="Database.MigrateAsync"/> or the first use.
    /// </summary>
    public static IServiceCollection AddProgrammesStorage(this IServiceCollection services, DatabaseOptions options)
    {
        services.AddSingleton(_ => Database.Open(options));
        services.AddSingleton<InstanceStore>();
        services.AddSingleton<OutboxStore>();
        services.AddSingleton<IDbContextFactory<ProgrammesDb>, ContextFactory>();
        services.AddScoped(provider => provider.GetRequiredService<Database>().CreateContext());
        return services;
    }

    private sealed class ContextFactory(Database database) : IDbContextFactory<ProgrammesDb>
    {
        public ProgrammesDb CreateDbContext() => database.CreateContext();
    }
}
