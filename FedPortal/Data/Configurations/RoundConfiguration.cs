using FedPortal.Institutions;
using FedPortal.Rounds;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class RoundConfiguration : IEntityTypeConfiguration<Round>, IEntityTypeConfiguration<Participation>, IEntityTypeConfiguration<StageTiming>
{
    public void Configure(EntityTypeBuilder<Round> round)
    {
        round.Property(r => r.Id).ValueGeneratedNever();

        // Stored as text so that an auditor can read the table. As a concurrency token it makes EF Core
        // write "... WHERE State = <the state we read>": of two workers that move a round, one loses.
        round.Property(r => r.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        round.Property(r => r.FailedIn).HasConversion<string>().HasMaxLength(20);
        round.Property(r => r.Strategy).HasConversion<string>().HasMaxLength(30);
        round.Property(r => r.AggregateHash).HasMaxLength(64);
        round.Property(r => r.DescriptionHash).HasMaxLength(64);
        round.Property(r => r.AcceptedSetHash).HasMaxLength(64);
        round.Property(r => r.EncryptedSumHash).HasMaxLength(64);
        round.HasIndex(r => new { r.StudyId, r.Number, r.Attempt }).IsUnique();
        round.HasIndex(r => r.CreatedAt);
        round.HasIndex(r => new { r.StudyId, r.State });
        round.HasIndex(r => new { r.State, r.ChangedAt });
        round.HasOne<Study>().WithMany().HasForeignKey(r => r.StudyId).OnDelete(DeleteBehavior.Restrict);
    }

    // One update for each institution and round: the key itself forbids a second.
    public void Configure(EntityTypeBuilder<Participation> participation)
    {
        participation.HasKey(p => new { p.RoundId, p.InstitutionId });
        participation.Property(p => p.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        participation.Property(p => p.Snapshot).IsJson();
        participation.Property(p => p.UpdateHash).HasMaxLength(64);
        participation.Property(p => p.CiphertextHash).HasMaxLength(64);
        participation.Property(p => p.SharesHash).HasMaxLength(64);
        participation.Property(p => p.StatementHash).HasMaxLength(64);
        participation.Property(p => p.Verdict).IsJson();
        participation.Property(p => p.HelperNote).HasMaxLength(1000);
        participation.Property(p => p.Appeal).HasMaxLength(1000);
        participation.Property(p => p.AppealDecision).HasMaxLength(1000);
        participation.HasOne<Round>().WithMany().HasForeignKey(p => p.RoundId);
        participation.HasOne<Institution>().WithMany().HasForeignKey(p => p.InstitutionId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<StageTiming> timing)
    {
        timing.Property(t => t.Id).ValueGeneratedNever();
        timing.Property(t => t.Stage).HasMaxLength(40);
        timing.HasIndex(t => new { t.RoundId, t.Stage, t.InstitutionId, t.Seconds });
        timing.HasOne<Round>().WithMany().HasForeignKey(t => t.RoundId);
    }
}
