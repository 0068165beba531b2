using FedPortal.Models;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class ModelConfiguration : IEntityTypeConfiguration<GlobalModelVersion>, IEntityTypeConfiguration<Evaluation>
{
    public void Configure(EntityTypeBuilder<GlobalModelVersion> model)
    {
        model.HasKey(m => new { m.StudyId, m.Version });
        model.Property(m => m.BlobHash).HasMaxLength(64);
        model.Property(m => m.LayoutHash).HasMaxLength(64);
        model.HasOne<Study>().WithMany().HasForeignKey(m => m.StudyId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Evaluation> evaluation)
    {
        evaluation.Property(e => e.Id).ValueGeneratedNever();
        evaluation.Property(e => e.Scope).HasConversion<string>().HasMaxLength(20);
        evaluation.HasIndex(e => new { e.StudyId, e.ModelVersion, e.Scope, e.InstitutionId }).IsUnique();
        evaluation.HasIndex(e => new { e.RoundId, e.Scope });
        evaluation.HasOne<Study>().WithMany().HasForeignKey(e => e.StudyId).OnDelete(DeleteBehavior.Restrict);
    }
}
