using FedPortal.Audit;
using FedPortal.Comparisons;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Inference;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Operation;
using FedPortal.Planning;
using FedPortal.Privacy;
using FedPortal.Rounds;
using FedPortal.Studies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FedPortal.Data;

/// <summary>The portal's database. Only stores and start-up open it.</summary>
public class FedPortalDbContext(DbContextOptions<FedPortalDbContext> options)
    : IdentityDbContext<PortalUser, IdentityRole<Guid>, Guid>(options)
{
    public DbSet<Institution> Institutions => Set<Institution>();

    public DbSet<SiteEnrolment> SiteEnrolments => Set<SiteEnrolment>();

    public DbSet<SiteCertificate> SiteCertificates => Set<SiteCertificate>();

    public DbSet<SiteConnection> SiteConnections => Set<SiteConnection>();

    public DbSet<InstitutionApplication> InstitutionApplications => Set<InstitutionApplication>();

    public DbSet<Withdrawal> Withdrawals => Set<Withdrawal>();

    public DbSet<Dataset> Datasets => Set<Dataset>();

    public DbSet<Study> Studies => Set<Study>();

    public DbSet<Round> Rounds => Set<Round>();

    public DbSet<Participation> Participations => Set<Participation>();

    public DbSet<StageTiming> StageTimings => Set<StageTiming>();

    public DbSet<Assignment> Assignments => Set<Assignment>();

    public DbSet<AssignmentAttempt> AssignmentAttempts => Set<AssignmentAttempt>();

    public DbSet<GlobalModelVersion> ModelVersions => Set<GlobalModelVersion>();

    public DbSet<Evaluation> Evaluations => Set<Evaluation>();

    public DbSet<InstitutionKey> InstitutionKeys => Set<InstitutionKey>();

    public DbSet<LedgerCopy> LedgerCopies => Set<LedgerCopy>();

    public DbSet<LedgerCopyLine> LedgerCopyLines => Set<LedgerCopyLine>();

    public DbSet<AttackRun> AttackRuns => Set<AttackRun>();

    public DbSet<RobustnessRun> RobustnessRuns => Set<RobustnessRun>();

    public DbSet<ComparisonRun> ComparisonRuns => Set<ComparisonRun>();

    public DbSet<ModelRelease> ModelReleases => Set<ModelRelease>();

    public DbSet<InferenceKey> InferenceKeys => Set<InferenceKey>();

    public DbSet<InferenceDay> InferenceDays => Set<InferenceDay>();

    public DbSet<ModelWatch> ModelWatches => Set<ModelWatch>();

    public DbSet<Revalidation> Revalidations => Set<Revalidation>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<AcceptedCode> AcceptedCodes => Set<AcceptedCode>();

    public DbSet<UserSession> UserSessions => Set<UserSession>();

    public DbSet<ConsultationRequest> ConsultationRequests => Set<ConsultationRequest>();

    public DbSet<RiskDecision> RiskDecisions => Set<RiskDecision>();

    public DbSet<AuditCheckpoint> AuditCheckpoints => Set<AuditCheckpoint>();

    public DbSet<Alert> Alerts => Set<Alert>();

    public DbSet<AlertChannel> AlertChannels => Set<AlertChannel>();

    public DbSet<OutboxMessage> OutboxMessages => Set<OutboxMessage>();

    public DbSet<LegalHold> LegalHolds => Set<LegalHold>();

    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    public DbSet<IdempotentRequest> IdempotentRequests => Set<IdempotentRequest>();

    /// <summary>Saves everything or nothing; new audit entries become the next links of the chain in the same transaction.</summary>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (!AuditChain.HasNewEntries(this))
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        await using IDbContextTransaction? own = Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellationToken) : null;
        await AuditChain.SealAsync(this, cancellationToken);
        int saved = await base.SaveChangesAsync(acceptAllChangesOnSuccess: false, cancellationToken);
        if (own is not null)
        {
            await own.CommitAsync(cancellationToken);
        }

        AcceptChanges(acceptAllChangesOnSuccess);
        return saved;
    }

    /// <inheritdoc cref="SaveChangesAsync(bool, CancellationToken)"/>
    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        if (!AuditChain.HasNewEntries(this))
        {
            return base.SaveChanges(acceptAllChangesOnSuccess);
        }

        using IDbContextTransaction? own = Database.CurrentTransaction is null ? Database.BeginTransaction() : null;
        AuditChain.Seal(this);
        int saved = base.SaveChanges(acceptAllChangesOnSuccess: false);
        own?.Commit();
        AcceptChanges(acceptAllChangesOnSuccess);
        return saved;
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTextConverter>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(FedPortalDbContext).Assembly);
        if (Database.IsNpgsql())
        {
            PostgresText.Apply(builder);
        }
    }

    private void AcceptChanges(bool isWanted)
    {
        if (isWanted)
        {
            ChangeTracker.AcceptAllChanges();
        }
    }
}
