using FedPortal.Datasets;
using FedPortal.Institutions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class DatasetConfiguration : IEntityTypeConfiguration<Dataset>
{
    public void Configure(EntityTypeBuilder<Dataset> dataset)
    {
        dataset.Property(d => d.Id).ValueGeneratedNever();
        dataset.Property(d => d.Name).HasMaxLength(100);
        dataset.Property(d => d.Purpose).HasConversion<string>().HasMaxLength(20);
        dataset.Property(d => d.Source).HasConversion<string>().HasMaxLength(20);
        dataset.Property(d => d.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        dataset.Property(d => d.Classes).IsJson();
        dataset.Property(d => d.Changes).IsJson().HasDefaultValueSql("'[]'");
        dataset.Property(d => d.Draft).IsJson().HasDefaultValueSql("'[]'");
        dataset.Property(d => d.JudgedHarmless).IsJson().HasDefaultValueSql("'[]'");
        dataset.Property(d => d.Terms).IsJson();
        dataset.Property(d => d.Version).HasDefaultValue(1);
        dataset.HasIndex(d => d.PreviousId);
        dataset.HasOne<Institution>().WithMany().HasForeignKey(d => d.InstitutionId).OnDelete(DeleteBehavior.Restrict);
    }
}
