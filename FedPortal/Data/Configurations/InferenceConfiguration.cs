using FedPortal.Inference;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class InferenceConfiguration :
    IEntityTypeConfiguration<InferenceKey>, IEntityTypeConfiguration<InferenceDay>, IEntityTypeConfiguration<ModelWatch>, IEntityTypeConfiguration<Revalidation>
{
    public void Configure(EntityTypeBuilder<InferenceKey> key)
    {
        key.Property(k => k.Id).ValueGeneratedNever();
        key.Property(k => k.Name).HasMaxLength(InferenceKey.LongestName);
        key.Property(k => k.SecretHash).HasMaxLength(64);
        key.Property(k => k.ShownStart).HasMaxLength(20);
        key.Property(k => k.CreatedBy).HasMaxLength(100);
        key.Property(k => k.RevokedBy).HasMaxLength(100);
        key.HasIndex(k => k.SecretHash).IsUnique();
        key.HasIndex(k => k.InstitutionId);
        key.HasOne<Study>().WithMany().HasForeignKey(k => k.StudyId).OnDelete(DeleteBehavior.Restrict);
        key.HasOne<Institution>().WithMany().HasForeignKey(k => k.InstitutionId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<InferenceDay> day)
    {
        day.HasKey(d => new { d.StudyId, d.Version, d.Day });
        day.Property(d => d.TopClasses).IsJson();
        day.Property(d => d.Confidences).IsJson();
        day.Property(d => d.Inputs).IsJson();
        day.Property(d => d.Revision).IsConcurrencyToken();
        day.HasOne<GlobalModelVersion>().WithMany().HasForeignKey(d => new { d.StudyId, d.Version }).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<ModelWatch> watch)
    {
        watch.HasKey(w => w.StudyId);
        watch.Property(w => w.ChangedBy).HasMaxLength(100);
        watch.Property(w => w.NextAt).IsConcurrencyToken();
        watch.HasIndex(w => w.NextAt);
        watch.HasOne<Study>().WithMany().HasForeignKey(w => w.StudyId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Revalidation> check)
    {
        check.Property(r => r.Id).ValueGeneratedNever();
        check.Property(r => r.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        check.Property(r => r.StartedBy).HasMaxLength(100);
        check.Property(r => r.AssignmentIds).IsJson();
        check.HasIndex(r => new { r.StudyId, r.ModelVersion });
        check.HasIndex(r => r.State);
        check.HasOne<GlobalModelVersion>().WithMany().HasForeignKey(r => new { r.StudyId, r.ModelVersion }).OnDelete(DeleteBehavior.Restrict);
    }
}
