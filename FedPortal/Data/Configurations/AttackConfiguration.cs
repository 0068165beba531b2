using FedPortal.Models;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class AttackConfiguration : IEntityTypeConfiguration<AttackRun>, IEntityTypeConfiguration<ModelRelease>, IEntityTypeConfiguration<ReleaseSignature>
{
    public void Configure(EntityTypeBuilder<AttackRun> run)
    {
        run.Property(r => r.Id).ValueGeneratedNever();
        run.Property(r => r.Kind).HasConversion<string>().HasMaxLength(20);
        run.Property(r => r.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        run.Property(r => r.StartedBy).HasMaxLength(100);
        run.Property(r => r.Stage).HasMaxLength(100);
        run.Property(r => r.AssignmentIds).IsJson();
        run.Property(r => r.OutcomeHash).HasMaxLength(64);
        run.HasIndex(r => new { r.StudyId, r.ModelVersion });
        run.HasIndex(r => r.State);
        run.HasOne<Study>().WithMany().HasForeignKey(r => r.StudyId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<ModelRelease> release)
    {
        release.Property(r => r.Id).ValueGeneratedNever();
        release.Property(r => r.State).HasConversion<string>().HasMaxLength(20);
        release.Property(r => r.Revision).IsConcurrencyToken();
        release.HasIndex(r => new { r.StudyId, r.Version }).IsUnique();
        release.HasOne<GlobalModelVersion>().WithMany().HasForeignKey(r => new { r.StudyId, r.Version }).OnDelete(DeleteBehavior.Restrict);
        release.HasMany(r => r.Signatures).WithOne().HasForeignKey(s => s.ReleaseId).OnDelete(DeleteBehavior.Cascade);
        release.Navigation(r => r.Signatures).AutoInclude();
    }

    public void Configure(EntityTypeBuilder<ReleaseSignature> signature)
    {
        signature.Property(s => s.Id).ValueGeneratedNever();
        signature.Property(s => s.UserName).HasMaxLength(200);
        signature.Property(s => s.Role).HasConversion<string>().HasMaxLength(20);
        signature.Property(s => s.EvidenceDigest).HasMaxLength(64);
    }
}
