using FedPortal.Comparisons;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class ComparisonConfiguration : IEntityTypeConfiguration<ComparisonRun>
{
    public void Configure(EntityTypeBuilder<ComparisonRun> run)
    {
        run.Property(r => r.Id).ValueGeneratedNever();
        run.Property(r => r.Order).IsJson();
        run.Property(r => r.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        run.Property(r => r.StartedBy).HasMaxLength(100);
        run.Property(r => r.Method).HasMaxLength(40);
        run.Property(r => r.Stage).HasMaxLength(200);
        run.HasIndex(r => r.State);
        run.HasIndex(r => r.CreatedAt);
    }
}
