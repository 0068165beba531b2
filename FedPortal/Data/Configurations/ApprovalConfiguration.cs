using FedPortal.Institutions;
using FedPortal.Rounds;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class ApprovalConfiguration :
    IEntityTypeConfiguration<StudyDraft>, IEntityTypeConfiguration<StudySignature>, IEntityTypeConfiguration<RoundAppeal>
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

    public void Configure(EntityTypeBuilder<RoundAppeal> appeal)
    {
        appeal.ToTable("RoundAppeals");
        appeal.HasKey(a => new { a.RoundId, a.InstitutionId });
        appeal.Property(a => a.Objection).HasMaxLength(RoundAppeal.MaxLength);
        appeal.Property(a => a.Decision).HasMaxLength(RoundAppeal.MaxLength);
        appeal.Property(a => a.RaisedBy).HasMaxLength(100);
        appeal.Property(a => a.DecidedBy).HasMaxLength(100);
        appeal.Property(a => a.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        appeal.HasOne<Round>().WithMany().HasForeignKey(a => a.RoundId);
        appeal.HasOne<Institution>().WithMany().HasForeignKey(a => a.InstitutionId).OnDelete(DeleteBehavior.Restrict);
    }
}
