using FedPortal.Operation;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class OperationConfiguration
    : IEntityTypeConfiguration<Alert>, IEntityTypeConfiguration<AlertChannel>, IEntityTypeConfiguration<OutboxMessage>, IEntityTypeConfiguration<LegalHold>
{
    public void Configure(EntityTypeBuilder<Alert> alert)
    {
        alert.Property(a => a.Id).ValueGeneratedNever();
        alert.Property(a => a.Kind).HasConversion<string>().HasMaxLength(30);
        alert.Property(a => a.Level).HasConversion<string>().HasMaxLength(20);
        alert.Property(a => a.Subject).HasMaxLength(Alert.SubjectLength);
        alert.Property(a => a.Title).HasMaxLength(Alert.TitleLength);
        alert.Property(a => a.Detail).HasMaxLength(Alert.DetailLength);
        alert.Property(a => a.Address).HasMaxLength(300);
        alert.Property(a => a.AcknowledgedBy).HasMaxLength(100);
        alert.Property(a => a.ClosedBy).HasMaxLength(100);
        alert.Property(a => a.OpenKey).HasMaxLength(Alert.SubjectLength + 40);
        alert.HasIndex(a => a.OpenKey).IsUnique();
        alert.HasIndex(a => a.ClosedAt);
    }

    public void Configure(EntityTypeBuilder<AlertChannel> channel)
    {
        channel.Property(c => c.Id).ValueGeneratedNever();
        channel.Property(c => c.Kind).HasConversion<string>().HasMaxLength(20);
        channel.Property(c => c.Name).HasMaxLength(100);
        channel.Property(c => c.Address).HasMaxLength(AlertChannel.AddressLength);
        channel.Property(c => c.LeastLevel).HasConversion<string>().HasMaxLength(20);
        channel.Property(c => c.AddedBy).HasMaxLength(100);
    }

    public void Configure(EntityTypeBuilder<OutboxMessage> message)
    {
        message.Property(m => m.Id).ValueGeneratedNever();
        message.Property(m => m.Kind).HasConversion<string>().HasMaxLength(20);
        message.Property(m => m.State).HasConversion<string>().HasMaxLength(20);
        message.Property(m => m.Attempts).IsConcurrencyToken();
        message.Property(m => m.Address).HasMaxLength(AlertChannel.AddressLength);
        message.Property(m => m.Title).HasMaxLength(Alert.TitleLength);
        message.Property(m => m.Problem).HasMaxLength(OutboxMessage.ProblemLength);
        message.HasIndex(m => new { m.State, m.DueAt });
    }

    public void Configure(EntityTypeBuilder<LegalHold> hold)
    {
        hold.HasKey(h => h.StudyId);
        hold.Property(h => h.Reason).HasMaxLength(LegalHold.ReasonLength);
        hold.Property(h => h.SetBy).HasMaxLength(100);
        hold.HasOne<Study>().WithOne().HasForeignKey<LegalHold>(h => h.StudyId).OnDelete(DeleteBehavior.Restrict);
    }
}
