using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Workflows;
using Programmes.Storage.Accounts;
using Programmes.Storage.BatchSteps;
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
/// Keys, indexes and names; a test holds the migrated schema against it. Tables of the hot path carry no foreign keys:
/// the store writes them under the lock of their instance, and a check for each row would be paid 38,600 times.
/// </summary>
internal static class TableModel
{
    public static void Accounts(ModelBuilder builder)
    {
        builder.Entity<Account>().ToTable("accounts");
        builder.Entity<Role>().ToTable("roles");
        builder.Entity<IdentityUserRole<string>>().ToTable("account_roles");
        builder.Entity<IdentityUserClaim<string>>().ToTable("account_claims");
        builder.Entity<IdentityUserLogin<string>>().ToTable("account_logins");
        builder.Entity<IdentityUserToken<string>>().ToTable("account_tokens");
        builder.Entity<IdentityRoleClaim<string>>().ToTable("role_claims");
        builder.Entity<AccountPlaceRow>(table =>
        {
            table.ToTable("account_places").HasKey(row => new { row.AccountId, row.Ordinal });
            table.HasIndex(row => row.OfficeRole).HasFilter("office_role IS NOT NULL");
            table.HasIndex(row => new { row.ProgrammeId, row.UnitId });
            table.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        builder.Entity<AccountLinkRow>(table =>
        {
            table.ToTable("account_links").HasIndex(row => row.SecretHash).IsUnique();
            table.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        builder.Entity<RecoveryCodeRow>(table =>
            table.ToTable("recovery_codes").HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId));
        builder.Entity<ApiTokenRow>(table =>
        {
            table.ToTable("api_tokens").HasIndex(row => row.SecretHash).IsUnique();
            table.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        builder.Entity<SignInFailureRow>().ToTable("sign_in_failures").HasKey(row => row.Source);
        builder.Entity<DataProtectionKeyRow>().ToTable("data_protection_keys");
    }

    public static void Programmes(ModelBuilder builder)
    {
        builder.Entity<ProgrammeRow>(table => table.ToTable("programmes").HasIndex(row => row.Status));
        builder.Entity<ClockRow>(table =>
        {
            table.ToTable("clocks");
            table.Property(row => row.Id).ValueGeneratedNever();
        });
        builder.Entity<LaunchDraftRow>(table => table.ToTable("launch_drafts").HasIndex(row => row.ChangedAt));
        builder.Entity<LaunchRevisionRow>(table =>
        {
            table.ToTable("launch_revisions").HasKey(row => new { row.ProgrammeId, row.Revision });
            table.HasOne<ProgrammeRow>().WithMany().HasForeignKey(row => row.ProgrammeId);
        });
        builder.Entity<ProgrammeChangeRow>(table =>
        {
            table.ToTable("programme_changes").HasIndex(row => new { row.ProgrammeId, row.Id });
            table.HasOne<ProgrammeRow>().WithMany().HasForeignKey(row => row.ProgrammeId);
        });
        builder.Entity<ProgrammeDefinitionRow>(table =>
        {
            table.ToTable("programme_definitions").HasKey(row => new { row.ProgrammeId, row.DefinitionId });
            table.HasOne<ProgrammeRow>().WithMany().HasForeignKey(row => row.ProgrammeId);
        });
        builder.Entity<DefinitionRow>(table => table.ToTable("definitions").HasKey(row => new { row.Id, row.Version }));
        builder.Entity<OfficeRow>(table =>
        {
            table.ToTable("offices").HasKey(row => new { row.ProgrammeId, row.Role });
            table.HasIndex(row => new { row.ProgrammeId, row.Superior });
            table.HasOne<ProgrammeRow>().WithMany().HasForeignKey(row => row.ProgrammeId);
        });
        builder.Entity<OfficeLineRow>(table => table.ToTable("office_lines").HasKey(row => new { row.ProgrammeId, row.Above, row.Role }));
        builder.Entity<UnitRow>(table =>
        {
            table.ToTable("units").HasKey(row => new { row.ProgrammeId, row.UnitId });
            table.HasIndex(row => new { row.ProgrammeId, row.Ordinal }).IsUnique();
            // Counted on every programme's page: who takes part, and whom no mail reaches.
            table.HasIndex(row => new { row.ProgrammeId, row.LeftOn, row.Mail, row.UnitId });
            table.HasIndex(row => new { row.ProgrammeId, row.Superior, row.Ordinal });
            table.HasOne<ProgrammeRow>().WithMany().HasForeignKey(row => row.ProgrammeId);
        });
        builder.Entity<BatchRow>(table =>
        {
            table.ToTable("batches").HasKey(row => new { row.ProgrammeId, row.Number });
            table.HasOne<ProgrammeRow>().WithMany().HasForeignKey(row => row.ProgrammeId);
        });
        builder.Entity<BatchUnitRow>(table =>
        {
            table.ToTable("batch_units").HasKey(row => new { row.ProgrammeId, row.Batch, row.UnitId });
            table.HasIndex(row => new { row.ProgrammeId, row.Batch, row.Ordinal }).IsUnique();
            table.HasIndex(row => new { row.ProgrammeId, row.UnitId });
        });
        builder.Entity<UnitResultRow>(table =>
            table.ToTable("unit_results").HasIndex(row => new { row.ProgrammeId, row.UnitId, row.Final }));
        builder.Entity<EventRow>(table => table.ToTable("events").HasIndex(row => new { row.ProgrammeId, row.HappenedOn }));
        builder.Entity<StageRow>(table =>
        {
            table.ToTable("stages").HasIndex(row => new { row.ProgrammeId, row.Batch, row.UnitId });
            table.HasIndex(row => row.InstanceId);
        });
    }

    public static void Instances(ModelBuilder builder)
    {
        builder.Entity<InstanceRow>(table =>
        {
            table.ToTable("instances");
            // What a claim searches: only the waiting and claimable ones, so that finished instances cost nothing.
            table.HasIndex(row => new { row.ClockId, row.WakeAt }).HasFilter("NOT parked AND wake_at IS NOT NULL");
            table.HasIndex(row => new { row.Parent, row.ParentNode, row.Status });
            table.HasIndex(row => new { row.ProgrammeId, row.Batch, row.UnitId });
        });
        builder.Entity<BookmarkRow>(table =>
        {
            table.ToTable("bookmarks").HasKey(row => new { row.InstanceId, row.BookmarkId });
            table.HasIndex(row => row.Key).HasFilter($"kind = '{nameof(BookmarkKind.Event)}'");
        });
        builder.Entity<StimulusRow>(table =>
        {
            table.ToTable("stimuli").HasIndex(row => new { row.Sender, row.Key }).IsUnique();
            table.HasIndex(row => new { row.ClockId, row.NominalAt, row.Id }).HasFilter("NOT parked");
            table.HasIndex(row => new { row.Target, row.NominalAt, row.Id });
        });
        builder.Entity<ActivityExecutionRow>(table =>
            table.ToTable("activity_executions").HasKey(row => new { row.InstanceId, row.Execution }));
        builder.Entity<IncidentRow>(table =>
        {
            table.ToTable("incidents").HasIndex(row => row.InstanceId);
            table.HasIndex(row => row.ProgrammeId).HasFilter("resolved_at IS NULL");
        });
        builder.Entity<OutsideTaskRow>(table =>
        {
            table.ToTable("outside_tasks").HasKey(row => new { row.InstanceId, row.BookmarkId });
            table.HasIndex(row => row.Name).HasFilter($"status = '{nameof(OutsideTaskStatus.Open)}'");
        });
    }

    public static void Work(ModelBuilder builder)
    {
        const string open = "closed_on IS NULL";
        builder.Entity<WorkItemRow>(table =>
        {
            table.ToTable("work_items").HasIndex(row => row.InstanceId);
            table.HasIndex(row => new { row.ProgrammeId, row.Batch, row.UnitId });
            // One's own list, the lights, and the morning's digest look at what is open, a small part of 500,000.
            // All that tells open work apart, so that counts and lists of it read nothing but this; SQLite asks for the filter's own column too.
            table.HasIndex(row => new { row.ProgrammeId, row.Role, row.DueAt, row.DueOn, row.Status, row.Suspended, row.Batch, row.Activity, row.Provisional, row.UnitId, row.Reviewer, row.Id, row.ClosedOn })
                .HasFilter(open).HasDatabaseName("ix_work_items_open");
            table.HasIndex(row => new { row.DueAt, row.ProgrammeId }).HasFilter(open);
            table.HasIndex(row => new { row.Reviewer, row.Status }).HasFilter(open);
            table.HasIndex(row => new { row.Role, row.ProgrammeId }).HasFilter(open);
            // A unit has few, and its list shows also what it finished.
            table.HasIndex(row => new { row.UnitId, row.DueOn });
            table.HasIndex(row => row.DueOn).HasFilter(open);
            table.HasIndex(row => row.NextReminderOn).HasFilter("next_reminder_on IS NOT NULL");
        });
        builder.Entity<WorkItemEventRow>(table =>
        {
            table.ToTable("work_item_events").HasIndex(row => row.WorkItemId);
            table.HasOne<WorkItemRow>().WithMany().HasForeignKey(row => row.WorkItemId);
        });
        builder.Entity<ExtensionRow>(table =>
        {
            table.ToTable("extensions").HasIndex(row => row.WorkItemId);
            table.HasOne<WorkItemRow>().WithMany().HasForeignKey(row => row.WorkItemId);
        });
        builder.Entity<EvidenceFileRow>(table =>
        {
            table.ToTable("evidence_files").HasIndex(row => row.SubjectId);
            table.HasIndex(row => row.Hash);
        });
        builder.Entity<BatchStepRow>(table =>
        {
            table.ToTable("batch_steps").HasIndex(row => row.SubjectId).IsUnique();
            table.HasIndex(row => row.InstanceId);
        });
        builder.Entity<StepRow>(table =>
        {
            table.ToTable("step_rows").HasIndex(row => new { row.SubjectId, row.UnitId }).IsUnique();
            table.HasIndex(row => new { row.InstanceId, row.Step, row.UnitId });
            table.HasIndex(row => new { row.ProgrammeId, row.UnitId });
            table.HasIndex(row => row.InstanceId).HasFilter("status = 'Waiting'").HasDatabaseName("ix_step_rows_waiting");
        });
        builder.Entity<NoticeRow>(table =>
        {
            table.ToTable("notices").HasIndex(row => new { row.ProgrammeId, row.Status });
            table.HasIndex(row => row.InstanceId);
        });
        builder.Entity<ProbationRow>(table =>
        {
            table.ToTable("probations").HasIndex(row => new { row.ProgrammeId, row.UnitId });
            table.HasIndex(row => row.InstanceId);
        });
        builder.Entity<LedgerRow>(table =>
        {
            table.ToTable("ledgers").HasIndex(row => new { row.ProgrammeId, row.UnitId });
            table.HasIndex(row => row.InstanceId);
        });
        builder.Entity<LedgerEntryRow>(table =>
        {
            table.ToTable("ledger_entries").HasIndex(row => new { row.LedgerId, row.Number }).IsUnique();
            // The bulletin and the lists look at one programme; what is open is a small part of it.
            table.HasIndex(row => new { row.ProgrammeId, row.DeadlineOn }).HasFilter(open);
            table.HasIndex(row => new { row.ProgrammeId, row.UnitId });
            table.HasIndex(row => row.NextReminderOn).HasFilter("next_reminder_on IS NOT NULL");
        });
        builder.Entity<LedgerEventRow>(table =>
        {
            table.ToTable("ledger_events").HasIndex(row => row.LedgerId);
            table.HasIndex(row => row.EntryId);
        });
        builder.Entity<ObjectionRow>(table =>
        {
            table.ToTable("objections").HasIndex(row => new { row.NoticeId, row.UnitId });
            // The inbox: what waits to be accepted is a small part.
            table.HasIndex(row => row.FiledOn).HasFilter($"status = '{nameof(ObjectionStatus.Filed)}'");
            table.HasIndex(row => row.ReceiptHash).IsUnique().HasFilter("receipt_hash IS NOT NULL");
            table.HasOne<NoticeRow>().WithMany().HasForeignKey(row => row.NoticeId);
        });
    }

    public static void Papers(ModelBuilder builder)
    {
        builder.Entity<PaperRow>(table =>
        {
            table.ToTable("papers").HasIndex(row => new { row.ProgrammeId, row.Number }).IsUnique();
            table.HasIndex(row => row.WorkItemId);
            table.HasOne<ProgrammeRow>().WithMany().HasForeignKey(row => row.ProgrammeId);
        });
        builder.Entity<PaperRecipientRow>(table =>
        {
            table.ToTable("paper_recipients").HasKey(row => new { row.PaperId, row.Ordinal });
            table.HasIndex(row => row.NextReminderOn).HasFilter("next_reminder_on IS NOT NULL");
            // What one unit or office has to sign for and to answer.
            table.HasIndex(row => new { row.Role, row.UnitId });
            // So that a circular that a whole country has signed costs no look at each of its recipients.
            table.HasIndex(row => row.PaperId, "ix_paper_recipients_unsigned").HasFilter("signed_at IS NULL").HasDatabaseName("ix_paper_recipients_unsigned");
            table.HasIndex(row => row.PaperId, "ix_paper_recipients_unanswered").HasFilter("replied_on IS NULL").HasDatabaseName("ix_paper_recipients_unanswered");
            table.HasIndex(row => row.PaperId, "ix_paper_recipients_unjudged").HasFilter("accepted_on IS NULL AND replied_on IS NOT NULL").HasDatabaseName("ix_paper_recipients_unjudged");
            table.HasOne<PaperRow>().WithMany().HasForeignKey(row => row.PaperId);
        });
        builder.Entity<PaperReplyRow>(table =>
        {
            table.ToTable("paper_replies").HasIndex(row => row.PaperId);
            table.HasOne<PaperRow>().WithMany().HasForeignKey(row => row.PaperId);
        });
    }

    public static void Mail(ModelBuilder builder)
    {
        builder.Entity<OutboxRow>(table =>
        {
            table.ToTable("outbox").HasIndex(row => row.MessageId).IsUnique();
            table.HasIndex(row => row.DedupeKey).IsUnique();
            table.HasIndex(row => new { row.NotBefore, row.Id }).HasFilter($"status = '{nameof(OutboxStatus.Queued)}'");
            table.HasIndex(row => row.ToAddress).HasFilter($"status = '{nameof(OutboxStatus.Bounced)}'").HasDatabaseName("ix_outbox_bounced");
            table.HasIndex(row => row.QueuedAt).HasFilter($"status = '{nameof(OutboxStatus.Dead)}'").HasDatabaseName("ix_outbox_dead");
            // How many an address gets on a day.
            table.HasIndex(row => new { row.ToAddress, row.NotBefore });
            table.HasIndex(row => row.RequestKey).HasFilter("request_key IS NOT NULL");
        });
        builder.Entity<MailRequestRow>(table =>
        {
            table.ToTable("mail_requests").HasIndex(row => row.Key).IsUnique();
            table.HasIndex(row => new { row.NotBefore, row.Id });
        });
        builder.Entity<ContactRow>(table =>
        {
            table.ToTable("contacts").HasIndex(row => new { row.ProgrammeId, row.Role, row.UnitId });
            table.HasOne<ProgrammeRow>().WithMany().HasForeignKey(row => row.ProgrammeId);
        });
        builder.Entity<SubstitutionRow>(table => table.ToTable("substitutions").HasIndex(row => new { row.Mail, row.UntilOn }));
        builder.Entity<MailChoiceRow>(table => table.ToTable("mail_choices").HasKey(row => row.Mail));
        builder.Entity<UrgingRow>(table =>
        {
            table.ToTable("urgings").HasIndex(row => new { row.WorkItemId, row.UrgedOn });
            table.HasIndex(row => new { row.ProgrammeId, row.UrgedOn });
        });
        builder.Entity<CalendarFeedRow>(table =>
        {
            table.ToTable("calendar_feeds").HasIndex(row => row.SecretHash).IsUnique();
            table.HasIndex(row => row.AccountId);
        });
        builder.Entity<ReminderRow>(table =>
            table.ToTable("reminders").HasIndex(row => new { row.MessageId, row.SubjectId }).IsUnique());
        builder.Entity<AuditRow>(table =>
        {
            table.ToTable("audit").HasIndex(row => row.Subject);
            table.HasIndex(row => row.At);
        });
        builder.Entity<NodeRow>(table => table.ToTable("nodes").HasKey(row => row.Id));
        builder.Entity<SettingRow>(table => table.ToTable("settings").HasKey(row => row.Key));
    }

    public static void Conventions(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            if (typeof(IVersioned).IsAssignableFrom(entity.ClrType))
                entity.FindProperty(nameof(IVersioned.Version))!.IsConcurrencyToken = true;
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Snake(property.Name));
                var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                // By name: a member that moves within its enumeration must not change what old rows say.
                if (type.IsEnum) property.SetProviderClrType(typeof(string));
                if (type == typeof(string)) property.SetMaxLength(null);
            }

            foreach (var key in entity.GetKeys()) key.SetName($"pk_{entity.GetTableName()}");
            foreach (var foreign in entity.GetForeignKeys())
            {
                foreign.SetConstraintName($"fk_{entity.GetTableName()}_{string.Join('_', foreign.Properties.Select(part => part.GetColumnName()))}");
                // Nothing with legal effect disappears because something else was deleted.
                if (entity.ClrType.Namespace != typeof(IdentityUser).Namespace) foreign.DeleteBehavior = DeleteBehavior.Restrict;
            }

            foreach (var index in entity.GetIndexes())
                if (index.Name is null && !(index.GetDatabaseName() ?? "").StartsWith("ix_", StringComparison.Ordinal))
                    index.SetDatabaseName($"ix_{entity.GetTableName()}_{string.Join('_', index.Properties.Select(part => part.GetColumnName()))}");
        }
    }

    internal static string Snake(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && !char.IsUpper(name[i - 1])) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
