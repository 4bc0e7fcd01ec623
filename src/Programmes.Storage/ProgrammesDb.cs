using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Programmes.Storage.Accounts;
using Programmes.Storage.BatchSteps;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Programmes.Storage.Ledgers;
using Programmes.Storage.Mail;
using Programmes.Storage.Notices;
using Programmes.Storage.Papers;
using Programmes.Storage.Probations;
using Programmes.Storage.Programmes;
using Programmes.Storage.Records;
using Programmes.Storage.WorkItems;

namespace Programmes.Storage;

/// <summary>
/// The tables, for queries and ordinary writes. Instances, stimuli, bookmarks and activity executions are written by
/// <c>InstanceStore</c> alone. Instants are stored as UTC microseconds, dates as <c>yyyy-MM-dd</c>, enumerations by name.
/// </summary>
public sealed class ProgrammesDb(DbContextOptions<ProgrammesDb> options) : IdentityDbContext<Account, Role, string>(options)
{
    public DbSet<ProgrammeRow> Programmes => Set<ProgrammeRow>();
    public DbSet<ClockRow> Clocks => Set<ClockRow>();
    public DbSet<LaunchDraftRow> LaunchDrafts => Set<LaunchDraftRow>();
    public DbSet<LaunchRevisionRow> LaunchRevisions => Set<LaunchRevisionRow>();
    public DbSet<ProgrammeChangeRow> ProgrammeChanges => Set<ProgrammeChangeRow>();
    public DbSet<ProgrammeDefinitionRow> ProgrammeDefinitions => Set<ProgrammeDefinitionRow>();
    public DbSet<DefinitionRow> Definitions => Set<DefinitionRow>();
    public DbSet<OfficeRow> Offices => Set<OfficeRow>();
    public DbSet<OfficeLineRow> OfficeLines => Set<OfficeLineRow>();
    public DbSet<UnitRow> Units => Set<UnitRow>();
    public DbSet<BatchRow> Batches => Set<BatchRow>();
    public DbSet<BatchUnitRow> BatchUnits => Set<BatchUnitRow>();
    public DbSet<UnitResultRow> UnitResults => Set<UnitResultRow>();
    public DbSet<EventRow> Events => Set<EventRow>();
    public DbSet<StageRow> Stages => Set<StageRow>();
    public DbSet<InstanceRow> Instances => Set<InstanceRow>();
    public DbSet<BookmarkRow> Bookmarks => Set<BookmarkRow>();
    public DbSet<StimulusRow> Stimuli => Set<StimulusRow>();
    public DbSet<ActivityExecutionRow> ActivityExecutions => Set<ActivityExecutionRow>();
    public DbSet<IncidentRow> Incidents => Set<IncidentRow>();
    public DbSet<OutsideTaskRow> OutsideTasks => Set<OutsideTaskRow>();
    public DbSet<WorkItemRow> WorkItems => Set<WorkItemRow>();
    public DbSet<WorkItemEventRow> WorkItemEvents => Set<WorkItemEventRow>();
    public DbSet<ExtensionRow> Extensions => Set<ExtensionRow>();
    public DbSet<EvidenceFileRow> EvidenceFiles => Set<EvidenceFileRow>();
    public DbSet<BatchStepRow> BatchSteps => Set<BatchStepRow>();
    public DbSet<StepRow> StepRows => Set<StepRow>();
    public DbSet<NoticeRow> Notices => Set<NoticeRow>();
    public DbSet<ObjectionRow> Objections => Set<ObjectionRow>();
    public DbSet<PaperRow> Papers => Set<PaperRow>();
    public DbSet<PaperRecipientRow> PaperRecipients => Set<PaperRecipientRow>();
    public DbSet<PaperReplyRow> PaperReplies => Set<PaperReplyRow>();
    public DbSet<ProbationRow> Probations => Set<ProbationRow>();
    public DbSet<LedgerRow> Ledgers => Set<LedgerRow>();
    public DbSet<LedgerEntryRow> LedgerEntries => Set<LedgerEntryRow>();
    public DbSet<LedgerEventRow> LedgerEvents => Set<LedgerEventRow>();
    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();
    public DbSet<ReminderRow> Reminders => Set<ReminderRow>();
    public DbSet<ContactRow> Contacts => Set<ContactRow>();
    public DbSet<SubstitutionRow> Substitutions => Set<SubstitutionRow>();
    public DbSet<MailChoiceRow> MailChoices => Set<MailChoiceRow>();
    public DbSet<MailRequestRow> MailRequests => Set<MailRequestRow>();
    public DbSet<UrgingRow> Urgings => Set<UrgingRow>();
    public DbSet<CalendarFeedRow> CalendarFeeds => Set<CalendarFeedRow>();
    public DbSet<AccountPlaceRow> AccountPlaces => Set<AccountPlaceRow>();
    public DbSet<AccountLinkRow> AccountLinks => Set<AccountLinkRow>();
    public DbSet<RecoveryCodeRow> RecoveryCodes => Set<RecoveryCodeRow>();
    public DbSet<ApiTokenRow> ApiTokens => Set<ApiTokenRow>();
    public DbSet<SignInFailureRow> SignInFailures => Set<SignInFailureRow>();
    public DbSet<AuditRow> Audit => Set<AuditRow>();
    public DbSet<NodeRow> Nodes => Set<NodeRow>();
    public DbSet<SettingRow> Settings => Set<SettingRow>();
    public DbSet<DataProtectionKeyRow> DataProtectionKeys => Set<DataProtectionKeyRow>();

    /// <summary>Pinned, because the tables must not depend on an option of the web host.</summary>
    protected override Version SchemaVersion => IdentitySchemaVersions.Version1;

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        using (Detected()) return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        using (Detected()) return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds what changed, raises its versions, and keeps EF Core from looking again until disposed.</summary>
    private Looked Detected()
    {
        foreach (var entry in ChangeTracker.Entries<IVersioned>())
        {
            if (entry.State != EntityState.Modified) continue;
            var version = entry.Property(row => row.Version);
            version.CurrentValue = version.OriginalValue + 1;
        }

        return new Looked(ChangeTracker);
    }

    private readonly struct Looked : IDisposable
    {
        private readonly ChangeTracker tracker;

        public Looked(ChangeTracker tracker) => (this.tracker = tracker).AutoDetectChangesEnabled = false;

        public void Dispose() => tracker.AutoDetectChangesEnabled = true;
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantConverter>();
        configurationBuilder.Properties<DateOnly>().HaveConversion<DateConverter>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        TableModel.Accounts(builder);
        TableModel.Programmes(builder);
        TableModel.Instances(builder);
        TableModel.Work(builder);
        TableModel.Papers(builder);
        TableModel.Mail(builder);
        TableModel.Conventions(builder);
    }
}
