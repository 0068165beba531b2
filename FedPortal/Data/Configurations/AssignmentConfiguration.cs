using FedPortal.Rounds;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class AssignmentConfiguration : IEntityTypeConfiguration<Assignment>, IEntityTypeConfiguration<AssignmentAttempt>
{
    public void Configure(EntityTypeBuilder<Assignment> assignment)
    {
        assignment.Property(a => a.Id).ValueGeneratedNever();
        assignment.Property(a => a.Kind).HasConversion<string>().HasMaxLength(20);
        assignment.Property(a => a.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        assignment.Property(a => a.Lease).IsConcurrencyToken();
        assignment.Property(a => a.TokenHash).HasMaxLength(64);
        assignment.Property(a => a.SessionHash).HasMaxLength(64);
        assignment.Property(a => a.ResultHash).HasMaxLength(64);
        assignment.HasIndex(a => a.TokenHash);
        assignment.HasIndex(a => a.SessionHash);
        assignment.HasIndex(a => new { a.State, a.NextStartAt });
        assignment.HasIndex(a => new { a.StudyId, a.ModelVersion, a.Kind });
        assignment.HasOne<Study>().WithMany().HasForeignKey(a => a.StudyId).OnDelete(DeleteBehavior.Restrict);
        assignment.HasOne<Round>().WithMany().HasForeignKey(a => a.RoundId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<AssignmentAttempt> attempt)
    {
        attempt.HasKey(a => new { a.AssignmentId, a.Lease });
        attempt.HasOne<Assignment>().WithMany().HasForeignKey(a => a.AssignmentId);
    }
}
