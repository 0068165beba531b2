using FedPortal.Institutions;
using FedPortal.Privacy;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class ProtectionConfiguration
    : IEntityTypeConfiguration<InstitutionKey>, IEntityTypeConfiguration<LedgerCopy>, IEntityTypeConfiguration<LedgerCopyLine>
{
    // One key for each institution: the key itself forbids a silent second.
    public void Configure(EntityTypeBuilder<InstitutionKey> key)
    {
        key.HasKey(k => k.InstitutionId);
        key.Property(k => k.Fingerprint).HasMaxLength(64);
        key.HasIndex(k => k.Fingerprint).IsUnique();
        key.HasOne<Institution>().WithOne().HasForeignKey<InstitutionKey>(k => k.InstitutionId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<LedgerCopy> copy)
    {
        copy.Property(c => c.Id).ValueGeneratedNever();
        copy.Property(c => c.LedgerId).HasMaxLength(100);
        copy.Property(c => c.Head).HasMaxLength(64).IsConcurrencyToken();
        copy.HasIndex(c => new { c.StudyId, c.InstitutionId }).IsUnique();
        copy.HasOne<Study>().WithMany().HasForeignKey(c => c.StudyId).OnDelete(DeleteBehavior.Restrict);
        copy.HasOne<Institution>().WithMany().HasForeignKey(c => c.InstitutionId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<LedgerCopyLine> line)
    {
        line.HasKey(l => new { l.CopyId, l.Sequence });
        line.Property(l => l.Hash).HasMaxLength(64);
        line.Property(l => l.Kind).HasMaxLength(20);

        // Answers what was released up to a round without reading a row's text of several kilobytes.
        line.HasIndex(l => new { l.CopyId, l.Allowed, l.Kind, l.Round, l.Sequence });
        line.HasOne<LedgerCopy>().WithMany().HasForeignKey(l => l.CopyId);
    }
}
