using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class StudyConfiguration : IEntityTypeConfiguration<Study>, IEntityTypeConfiguration<RosterEntry>
{
    public void Configure(EntityTypeBuilder<Study> study)
    {
        study.Property(s => s.Id).ValueGeneratedNever();
        study.Property(s => s.Name).HasMaxLength(100);
        study.Property(s => s.Design).IsJson();
        study.Property(s => s.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        study.HasOne<Dataset>().WithMany().HasForeignKey(s => s.HoldoutDatasetId).OnDelete(DeleteBehavior.Restrict);
        study.HasMany(s => s.Roster).WithOne().HasForeignKey(entry => entry.StudyId);
        study.Navigation(s => s.Roster).UsePropertyAccessMode(PropertyAccessMode.Field).AutoInclude();
    }

    public void Configure(EntityTypeBuilder<RosterEntry> entry)
    {
        entry.ToTable("Roster");
        entry.HasKey(e => new { e.StudyId, e.InstitutionId });
        entry.HasIndex(e => new { e.StudyId, e.Seat }).IsUnique();
        entry.HasOne<Institution>().WithMany().HasForeignKey(e => e.InstitutionId).OnDelete(DeleteBehavior.Restrict);
        entry.HasOne<Dataset>().WithMany().HasForeignKey(e => e.DatasetId).OnDelete(DeleteBehavior.Restrict);
    }
}
