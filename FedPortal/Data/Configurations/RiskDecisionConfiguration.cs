using FedPortal.Privacy;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class RiskDecisionConfiguration : IEntityTypeConfiguration<RiskDecision>
{
    public void Configure(EntityTypeBuilder<RiskDecision> decision)
    {
        decision.Property(d => d.Id).ValueGeneratedNever();
        decision.Property(d => d.Actor).HasMaxLength(100);
        decision.Property(d => d.Note).HasMaxLength(300);
        decision.Property(d => d.Inputs).IsJson();
        decision.Property(d => d.Reasons).IsJson();
        decision.HasOne<Study>().WithMany().HasForeignKey(d => d.StudyId).OnDelete(DeleteBehavior.Restrict);
        decision.HasIndex(d => new { d.StudyId, d.At });
    }
}
