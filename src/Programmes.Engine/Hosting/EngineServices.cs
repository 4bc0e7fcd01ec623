using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Programmes.Engine.Archiving;
using Programmes.Engine.Contacts;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.Evidence;
using Programmes.Engine.Feeds;
using Programmes.Engine.Launching;
using Programmes.Engine.Ledgers;
using Programmes.Engine.Mail;
using Programmes.Engine.Mail.Bounces;
using Programmes.Engine.Mail.Smtp;
using Programmes.Engine.Nodes;
using Programmes.Engine.Notices;
using Programmes.Engine.Papers;
using Programmes.Engine.Probations;
using Programmes.Engine.Programmes;
using Programmes.Engine.Pumping;
using Programmes.Engine.Urging;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Hosting;

public static class EngineServices
{
    /// <summary>
    /// Registers storage and every use case. Recurring jobs come with <see cref="AddProgrammesNode"/>, for the hosts that run them.
    /// A <see cref="TimeProvider"/> has to be registered by the host: the only clock.
    /// </summary>
    /// <param name="evidenceFolder">Absolute; null: <c>evidence</c> beside the database's file, or in <c>data</c> with a database that is no file.</param>
    public static IServiceCollection AddProgrammesEngine(this IServiceCollection services, DatabaseOptions database, string? evidenceFolder = null)
    {
        services.AddProgrammesStorage(database);
        services.AddSingleton<DefinitionLibrary>();
        services.AddMetrics();
        services.AddSingleton<NodeStart>();
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton<JobHealth>();
        services.AddSingleton<CalendarSource>();
        services.AddSingleton<PublishDefinitions>();
        services.AddSingleton<Decider>();
        services.AddSingleton<PersonDoor>();
        services.AddSingleton<Pump>();
        services.AddSingleton<WorkOnItem>();
        services.AddSingleton<ReviewItem>();
        services.AddSingleton<ReviewMany>();
        services.AddSingleton<ReassignItem>();
        services.AddSingleton<ScoreSheets>();
        services.AddSingleton<UrgeWork>();
        services.AddSingleton<OpenEntry>();
        services.AddSingleton<AssignEntry>();
        services.AddSingleton<SubmitEntry>();
        services.AddSingleton<JudgeEntry>();
        services.AddSingleton<ReopenEntry>();
        services.AddSingleton<ObjectToNotice>();
        services.AddSingleton<ReceiveObjection>();
        services.AddSingleton<RepublishNotice>();
        services.AddSingleton<Backfill>();
        services.AddSingleton<LaunchProgramme>();
        services.AddSingleton<LaunchDrafts>();
        services.AddSingleton<DraftUnits>();
        services.AddSingleton<RemoveDemonstration>();
        services.AddSingleton<LoadSample>();
        services.AddSingleton<RecheckUnit>();
        services.AddSingleton<ControlProgramme>();
        services.AddSingleton<IssuePaper>();
        services.AddSingleton<ReplyToPaper>();
        services.AddSingleton<WithdrawPaper>();
        services.AddEvidence(evidenceFolder ?? DatabaseLocation.EvidenceBeside(database));
        services.AddSingleton<ChangeOffice>();
        services.AddSingleton<ChangeReminders>();
        services.AddSingleton<ManageDirectory>();
        services.AddSingleton<AdmitUnit>();
        services.AddSingleton<AdmitUnits>();
        services.AddSingleton<WithdrawUnit>();
        services.AddSingleton<MergeUnits>();
        services.AddSingleton<SuspendProgramme>();
        services.AddSingleton<ResumeProgramme>();
        services.TryAddSingleton(new RetentionSettings(RetentionSettings.YearsDefault, RetentionSettings.MailDaysDefault, ArchiveFolder: null));
        services.AddSingleton<ArchiveProgrammes>();
        return services;
    }

    private static void AddEvidence(this IServiceCollection services, string folder)
    {
        services.AddSingleton<IEvidenceStore>(provider => new EvidenceFolder(folder, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IEvidenceScanner, NoScanner>();
        services.AddSingleton<EvidenceIntake>();
        services.AddSingleton<AttachEvidence>();
        services.AddSingleton<WithdrawEvidence>();
        services.AddSingleton<ReadEvidence>();
        services.AddSingleton<SweepEvidence>();
    }

    /// <summary>How long details are kept, in place of the usual.</summary>
    public static IServiceCollection AddProgrammesRetention(this IServiceCollection services, RetentionSettings settings) =>
        services.Replace(ServiceDescriptor.Singleton(settings));

    /// <summary>Has every file looked at by the office's scanner before it is kept.</summary>
    public static IServiceCollection AddProgrammesScanner(this IServiceCollection services, ScanSettings settings)
    {
        services.AddSingleton(settings);
        services.Replace(ServiceDescriptor.Singleton<IEvidenceScanner, CommandScanner>());
        return services;
    }

    /// <summary>The outbox with its transport: a mail server, or a pickup folder.</summary>
    /// <param name="settings">Who sends, and where links lead.</param>
    /// <param name="pickupFolder">Where each mail becomes a file, without a mail server.</param>
    /// <param name="smtp">Null: no mail server.</param>
    /// <param name="bounceFolder">Where notifications of mails that came back are put; null: nowhere.</param>
    /// <param name="sendDemonstrations">Mails of demonstrations go out too.</param>
    public static IServiceCollection AddProgrammesMail(this IServiceCollection services, MailSettings settings, string pickupFolder, SmtpSettings? smtp = null, string? bounceFolder = null, bool sendDemonstrations = false)
    {
        services.AddSingleton(new DemonstrationMails(sendDemonstrations));
        services.AddSingleton(settings);
        services.AddSingleton(provider => Templates(provider.GetService<EngineOptions>()?.MailTemplateFolder, provider.GetRequiredService<ILogger<MailTemplates>>()));
        services.AddSingleton<MailComposer>();
        services.AddSingleton<MailChoices>();
        services.AddSingleton<OutboxMails>();
        services.AddSingleton<PreviewTemplates>();
        services.AddSingleton<ManageFeeds>();
        services.AddSingleton<ReadFeed>();
        services.AddSingleton<IMailTransport>(provider => smtp is null ? new PickupFolderTransport(pickupFolder, provider.GetRequiredService<TimeProvider>()) : new SmtpTransport(smtp));
        services.AddSingleton<MailHealth>();
        services.AddSingleton<MailOutages>();
        services.AddSingleton<SendDigests>();
        services.AddSingleton<TellOverdue>();
        services.AddSingleton<ComposeMails>();
        services.AddSingleton<SendOutbox>();
        services.AddSingleton<SendTestMail>();
        services.AddSingleton<RetryMails>();
        services.AddSingleton<HeldMails>();
        services.AddSingleton(new BounceOptions(bounceFolder));
        services.AddSingleton<ReadBounces>();
        return services;
    }

    private static MailTemplates Templates(string? folder, ILogger log)
    {
        var templates = MailTemplates.Load(folder);
        foreach (var problem in templates.Problems)
            log.LogWarning(new EventId(3006, "MailTemplateFaulty"), "{File} {Property}: {Message} The shipped template is used instead.", problem.File, problem.Property, problem.Message.Zh);
        return templates;
    }

    /// <summary>
    /// This process as one of the nodes on a database, which it prepares before anything is served: its clock is watched, it tells
    /// that it lives, and a worker runs the recurring jobs. Needs <see cref="AddProgrammesStartup"/>.
    /// </summary>
    /// <param name="time">The host's clock.</param>
    public static IServiceCollection AddProgrammesNode(this IServiceCollection services, NodeRoles roles, string connectionString, TimeProvider time)
    {
        services.AddSingleton<ClockWatch>();
        services.AddHostedService<NodeStarter>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<NodeHeartbeat>(provider, roles));
        if (roles.HasFlag(NodeRoles.Worker)) services.AddJobs(DatabaseOptions.Parse(connectionString).Kind == DatabaseKind.PostgreSql, time);
        return services;
    }

    /// <summary>What a program does with the database before everything else.</summary>
    public static IServiceCollection AddProgrammesStartup(this IServiceCollection services, EngineOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<EngineStartup>();
        return services;
    }
}
