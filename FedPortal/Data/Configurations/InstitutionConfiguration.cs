using FedPortal.Institutions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class InstitutionConfiguration : IEntityTypeConfiguration<Institution>
{
    public void Configure(EntityTypeBuilder<Institution> institution)
    {
        institution.Property(i => i.Id).ValueGeneratedNever();
        institution.Property(i => i.Name).HasMaxLength(100);
        institution.Property(i => i.ShortCode).HasMaxLength(12);
        institution.HasIndex(i => i.ShortCode).IsUnique();
        institution.Property(i => i.Status).HasConversion<string>().HasMaxLength(20);
    }
}
