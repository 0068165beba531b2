using FedPortal.Models;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class RobustnessConfiguration : IEntityTypeConfiguration<RobustnessRun>
{
    public void Configure(EntityTypeBuilder<RobustnessRun> run)
    {
        run.Property(r => r.Id).ValueGeneratedNever();
        run.Property(r => r.Test).HasConversion<string>().HasMaxLength(20);
        run.Property(r => r.Target).HasConversion<string>().HasMaxLength(20);
        run.Property(r => r.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        run.Property(r => r.StartedBy).HasMaxLength(100);
        run.Property(r => r.Stage).HasMaxLength(100);
        run.Property(r => r.AssignmentIds).IsJson();
        run.Property(r => r.Plan).IsJson();
        run.Property(r => r.OutcomeHash).HasMaxLength(64);
        run.HasIndex(r => new { r.StudyId, r.ModelVersion });
        run.HasIndex(r => r.State);
        run.HasOne<Study>().WithMany().HasForeignKey(r => r.StudyId).OnDelete(DeleteBehavior.Restrict);
    }
}
