using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.Exports;

namespace Programmes.Engine.Queries;

public static class QueryServices
{
    /// <summary>Registers what pages read. Every query takes the acting person, and shows what that person may know of.</summary>
    public static IServiceCollection AddProgrammesQueries(this IServiceCollection services)
    {
        services.AddSingleton<ProgrammeClocks>();
        services.AddSingleton<OverviewQuery>();
        services.AddSingleton<ProgrammeQueries>();
        services.AddSingleton<ProgrammeStatusQuery>();
        services.AddSingleton<TimelineQuery>();
        services.AddSingleton<CohortBoardQuery>();
        services.AddSingleton<ProgrammeRecords>();
        services.AddSingleton<ProgrammeHistory>();
        services.AddSingleton<ProgrammeManagement>();
        services.AddSingleton<WorkListQuery>();
        services.AddSingleton<MyWorkQuery>();
        services.AddSingleton<WorkItemQuery>();
        services.AddSingleton<SupervisionQuery>();
        services.AddSingleton<UnsignedWorkQuery>();
        services.AddSingleton<UrgingQuery>();
        services.AddSingleton<PaperQueries>();
        services.AddSingleton<PaperListQuery>();
        services.AddSingleton<PaperPageQuery>();
        services.AddSingleton<PaperDraftQuery>();
        services.AddSingleton<LedgerQueries>();
        services.AddSingleton<LedgerBoardQuery>();
        services.AddSingleton<ReviewQueueQuery>();
        services.AddSingleton<WorkComparisonQuery>();
        services.AddSingleton<NoticeQueries>();
        services.AddSingleton<PublicNoticeQueries>();
        services.AddSingleton<ObjectionQueries>();
        services.AddSingleton<MailQueries>();
        services.AddSingleton<CalendarQuery>();
        services.AddSingleton<DefinitionQueries>();
        services.AddSingleton<DirectoryQuery>();
        services.AddSingleton<OfficeTreeQuery>();
        services.AddSingleton<ReminderPreviewQuery>();
        services.AddSingleton<AuditQuery>();
        services.AddSingleton<ListExports>();
        services.AddSingleton<DocumentExports>();
        services.AddSingleton<SignInQuery>();
        services.AddSingleton<HealthQuery>();
        return services;
    }
}
