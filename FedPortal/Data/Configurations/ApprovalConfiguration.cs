using FedPortal.Institutions;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class ApprovalConfiguration : IEntityTypeConfiguration<StudyDraft>, IEntityTypeConfiguration<StudySignature>
{
    public void Configure(EntityTypeBuilder<StudyDraft> draft)
    {
        draft.ToTable("StudyDrafts");
        draft.Property(d => d.Id).ValueGeneratedNever();
        draft.Property(d => d.Author).HasMaxLength(100);
        draft.Property(d => d.Title).HasMaxLength(100);
        draft.Property(d => d.Form).IsJson();
    }

    // One signature for each institution and study: the key itself forbids a second.
    public void Configure(EntityTypeBuilder<StudySignature> signature)
    {
        signature.ToTable("StudySignatures");
        signature.HasKey(s => new { s.StudyId, s.InstitutionId });
        signature.Property(s => s.PlanHash).HasMaxLength(64);
        signature.Property(s => s.SignedBy).HasMaxLength(100);
        signature.HasOne<Study>().WithMany().HasForeignKey(s => s.StudyId);
        signature.HasOne<Institution>().WithMany().HasForeignKey(s => s.InstitutionId).OnDelete(DeleteBehavior.Restrict);
    }
}
