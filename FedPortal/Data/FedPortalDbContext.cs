using FedPortal.Audit;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Planning;
using FedPortal.Rounds;
using FedPortal.Studies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>The portal's database. Only stores and start-up open it.</summary>
public sealed class FedPortalDbContext(DbContextOptions<FedPortalDbContext> options)
    : IdentityDbContext<PortalUser, IdentityRole<Guid>, Guid>(options)
{
    public DbSet<Institution> Institutions => Set<Institution>();

    public DbSet<Dataset> Datasets => Set<Dataset>();

    public DbSet<Study> Studies => Set<Study>();

    public DbSet<Round> Rounds => Set<Round>();

    public DbSet<Participation> Participations => Set<Participation>();

    public DbSet<StageTiming> StageTimings => Set<StageTiming>();

    public DbSet<Assignment> Assignments => Set<Assignment>();

    public DbSet<AssignmentAttempt> AssignmentAttempts => Set<AssignmentAttempt>();

    public DbSet<GlobalModelVersion> ModelVersions => Set<GlobalModelVersion>();

    public DbSet<Evaluation> Evaluations => Set<Evaluation>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<UserSession> UserSessions => Set<UserSession>();

    public DbSet<ConsultationRequest> ConsultationRequests => Set<ConsultationRequest>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTextConverter>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(FedPortalDbContext).Assembly);
    }
}
