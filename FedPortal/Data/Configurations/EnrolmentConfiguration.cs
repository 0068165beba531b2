using FedPortal.Institutions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data.Configurations;

internal sealed class EnrolmentConfiguration :
    IEntityTypeConfiguration<SiteEnrolment>, IEntityTypeConfiguration<SiteCertificate>, IEntityTypeConfiguration<SiteConnection>,
    IEntityTypeConfiguration<InstitutionApplication>, IEntityTypeConfiguration<Withdrawal>
{
    public void Configure(EntityTypeBuilder<SiteEnrolment> enrolment)
    {
        enrolment.Property(e => e.Id).ValueGeneratedNever();
        enrolment.Property(e => e.SecretHash).HasMaxLength(64);
        enrolment.HasIndex(e => e.SecretHash).IsUnique();
        enrolment.Property(e => e.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        enrolment.Property(e => e.Fingerprint).HasMaxLength(64);
        enrolment.HasOne<Institution>().WithMany().HasForeignKey(e => e.InstitutionId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<SiteCertificate> certificate)
    {
        certificate.Property(c => c.Id).ValueGeneratedNever();
        certificate.Property(c => c.Thumbprint).HasMaxLength(64);
        certificate.HasIndex(c => c.Thumbprint).IsUnique();
        certificate.HasOne<Institution>().WithMany().HasForeignKey(c => c.InstitutionId).OnDelete(DeleteBehavior.Restrict);
        certificate.HasOne<SiteEnrolment>().WithMany().HasForeignKey(c => c.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<SiteConnection> connection)
    {
        connection.HasKey(c => c.InstitutionId);
        connection.Property(c => c.Program).HasMaxLength(50);
        connection.HasOne<Institution>().WithOne().HasForeignKey<SiteConnection>(c => c.InstitutionId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<InstitutionApplication> application)
    {
        application.ToTable("InstitutionApplications");
        application.Property(a => a.Id).ValueGeneratedNever();
        application.Property(a => a.Form).IsJson();
        application.Property(a => a.State).HasConversion<string>().HasMaxLength(20).IsConcurrencyToken();
        application.HasIndex(a => a.State);
    }

    public void Configure(EntityTypeBuilder<Withdrawal> withdrawal)
    {
        withdrawal.HasKey(w => w.InstitutionId);
        withdrawal.HasOne<Institution>().WithOne().HasForeignKey<Withdrawal>(w => w.InstitutionId).OnDelete(DeleteBehavior.Restrict);
    }
}
