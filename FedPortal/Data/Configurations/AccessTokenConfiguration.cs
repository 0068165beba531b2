using FedPortal.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class AccessTokenConfiguration : IEntityTypeConfiguration<AccessToken>, IEntityTypeConfiguration<IdempotentRequest>
{
    public void Configure(EntityTypeBuilder<AccessToken> token)
    {
        token.Property(t => t.Id).ValueGeneratedNever();
        token.Property(t => t.Name).HasMaxLength(AccessToken.NameLength);
        token.Property(t => t.Scope).HasConversion<string>().HasMaxLength(20);
        token.Property(t => t.TokenHash).HasMaxLength(64);
        token.Property(t => t.RevocationReason).HasMaxLength(200);
        token.HasIndex(t => t.TokenHash).IsUnique();
        token.HasIndex(t => new { t.UserId, t.CreatedAt });
        token.HasOne<PortalUser>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<IdempotentRequest> request)
    {
        request.HasKey(r => new { r.UserId, r.Key });
        request.Property(r => r.Key).HasMaxLength(IdempotentRequest.KeyLength);
        request.Property(r => r.RequestHash).HasMaxLength(64);
        request.Property(r => r.Location).HasMaxLength(300);
        request.HasIndex(r => r.CreatedAt);
        request.HasOne<PortalUser>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
