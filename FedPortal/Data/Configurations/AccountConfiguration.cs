using FedPortal.Identity;
using FedPortal.Planning;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class AccountConfiguration
    : IEntityTypeConfiguration<PortalUser>, IEntityTypeConfiguration<Invitation>, IEntityTypeConfiguration<UserSession>, IEntityTypeConfiguration<AcceptedCode>, IEntityTypeConfiguration<AccessRules>,
        IEntityTypeConfiguration<ConsultationRequest>
{
    public void Configure(EntityTypeBuilder<PortalUser> user)
    {
        user.Property(u => u.DisplayName).HasMaxLength(100);
        user.Property(u => u.InstitutionIds).IsJson().HasDefaultValueSql("'[]'");
    }

    public void Configure(EntityTypeBuilder<Invitation> invitation)
    {
        invitation.Property(i => i.Id).ValueGeneratedNever();
        invitation.Property(i => i.Email).HasMaxLength(256);
        invitation.Property(i => i.DisplayName).HasMaxLength(100);
        invitation.Property(i => i.Roles).IsJson();
        invitation.Property(i => i.InstitutionIds).IsJson();
        invitation.Property(i => i.TokenHash).HasMaxLength(64);
        invitation.Property(i => i.InvitedBy).HasMaxLength(100);
        invitation.Property(i => i.ClosedAt).IsConcurrencyToken();
        invitation.HasIndex(i => i.TokenHash).IsUnique();
    }

    public void Configure(EntityTypeBuilder<UserSession> session)
    {
        session.Property(s => s.Id).ValueGeneratedNever();
        session.Property(s => s.Method).HasConversion<string>().HasMaxLength(30);
        session.Property(s => s.Browser).HasMaxLength(UserSession.BrowserLength);
        session.Property(s => s.Address).HasMaxLength(64);
        session.Property(s => s.EndReason).HasMaxLength(200);
        session.HasIndex(s => new { s.UserId, s.LastSeenAt });
        session.HasOne<PortalUser>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AcceptedCode> code)
    {
        code.HasKey(c => c.UserId);
        code.Property(c => c.UserId).ValueGeneratedNever();
        code.HasOne<PortalUser>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AccessRules> rules) => rules.Property(r => r.Id).ValueGeneratedNever();

    public void Configure(EntityTypeBuilder<ConsultationRequest> request)
    {
        request.Property(r => r.Id).ValueGeneratedNever();
        request.Property(r => r.Name).HasMaxLength(ConsultationRequest.NameLength);
        request.Property(r => r.Organisation).HasMaxLength(ConsultationRequest.NameLength);
        request.Property(r => r.Email).HasMaxLength(256);
        request.Property(r => r.Message).HasMaxLength(ConsultationRequest.MessageLength);
        request.Property(r => r.ClosedBy).HasMaxLength(100);
        request.HasIndex(r => r.ClosedAt);
    }
}
