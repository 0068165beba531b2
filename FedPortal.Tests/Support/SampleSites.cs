using FedPortal.Data;
using FedPortal.Institutions;
using FedPortal.Training.Protocol;

namespace FedPortal.Tests.Support;

/// <summary>Institutions with programs of their own in every state of enrolment, and applications, for <see cref="SampleConsortium"/>.</summary>
internal sealed class SampleSites
{
    public const string Contact = "M. Hill, radiology";
    public const string Applicant = "Forest Park Hospital";

    public static string AskedFingerprint { get; } = ContentHash.OfText("keys of river");

    public Guid EnrolledId { get; private set; }

    public Guid AskingId { get; private set; }

    public Guid ApplicationId { get; private set; }

    public static SampleSites AddTo(FedPortalDbContext db, DateTimeOffset start)
    {
        var sites = new SampleSites();
        sites.EnrolledId = AddEnrolled(db, start);
        sites.AskingId = AddAsking(db, start);
        sites.ApplicationId = AddApplications(db, start);
        var left = new Institution("Old Mill Infirmary", "oldmill", isHosted: false, 7, start);
        left.Withdraw();
        db.AddRange(left, new Withdrawal(left.Id, "{}", start.AddDays(2)));
        return sites;
    }

    private static Guid AddEnrolled(FedPortalDbContext db, DateTimeOffset start)
    {
        var institution = new Institution("Hilltop Hospital", "hilltop", isHosted: false, 5, start);
        institution.NameContact(Contact, "radiology@hilltop.example");
        SiteEnrolment enrolment = Enrolment(institution, "hilltop", start);
        enrolment.Request("request", "card", ContentHash.OfText("keys of hilltop"), "1.0.0", start.AddHours(1));
        enrolment.Confirm("A. Admin", start.AddDays(3), start.AddHours(2));
        enrolment.Complete(start.AddHours(3));
        var first = new SiteCertificate(institution.Id, enrolment.Id, ContentHash.OfText("first"), "pem", start.AddYears(9), start.AddHours(3));
        first.Revoke("A. Admin", "The machine was replaced.", start.AddDays(1));
        var second = new SiteCertificate(institution.Id, enrolment.Id, ContentHash.OfText("second"), "pem", start.AddYears(9), start.AddDays(1));
        var connection = new SiteConnection(institution.Id);
        connection.See("1.0.0", null, start.AddDays(2));
        db.AddRange(institution, enrolment, first, second, connection);
        return institution.Id;
    }

    private static Guid AddAsking(FedPortalDbContext db, DateTimeOffset start)
    {
        var institution = new Institution("Riverside Clinic", "river", isHosted: false, 6, start);
        SiteEnrolment enrolment = Enrolment(institution, "river", start);
        enrolment.Request("request", "card", AskedFingerprint, "1.0.0", start.AddHours(1));
        db.AddRange(institution, enrolment);
        return institution.Id;
    }

    private static Guid AddApplications(FedPortalDbContext db, DateTimeOffset start)
    {
        var waiting = new InstitutionApplication(
            new ApplicationForm(Applicant, "forest", "Bergen, Norway", "K. Lie", "k.lie@forest.example", "About 12,000 chest X-rays since 2019, a third of them with pneumonia.\nWe want a model that also knows our portable machines.", false), start.AddDays(1));
        var declined = new InstitutionApplication(new ApplicationForm("Best Pills Online", "pills", "Nowhere", "B. Uy", "buy@pills.example", "We have the very best X-rays of all.", true), start);
        declined.Decline("Not a hospital.", "A. Admin", start.AddHours(4));
        db.AddRange(waiting, declined);
        return waiting.Id;
    }

    private static SiteEnrolment Enrolment(Institution institution, string secret, DateTimeOffset start) =>
        new(institution.Id, ContentHash.OfText(secret), "A. Admin", start.AddDays(3), start);
}
