using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.Launching;
using Programmes.Engine.Notices;
using Programmes.Engine.Programmes;
using Programmes.Engine.Pumping;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Hosting;

public static class EngineServices
{
    /// <summary>
    /// Registers storage and every use case. Recurring jobs are added by <c>AddProgrammesJobs</c>, by the hosts that run them.
    /// A <see cref="TimeProvider"/> has to be registered by the host: the only clock.
    /// </summary>
    public static IServiceCollection AddProgrammesEngine(this IServiceCollection services, DatabaseOptions database)
    {
        services.AddProgrammesStorage(database);
        services.AddSingleton<DefinitionLibrary>();
        services.AddSingleton<CalendarSource>();
        services.AddSingleton<PublishDefinitions>();
        services.AddSingleton<Decider>();
        services.AddSingleton<PersonDoor>();
        services.AddSingleton<Pump>();
        services.AddSingleton<WorkOnItem>();
        services.AddSingleton<ReviewItem>();
        services.AddSingleton<ObjectToNotice>();
        services.AddSingleton<RepublishNotice>();
        services.AddSingleton<Backfill>();
        services.AddSingleton<LaunchProgramme>();
        services.AddSingleton<ControlProgramme>();
        return services;
    }
}
