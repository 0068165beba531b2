using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedPortal.Data;
using FedPortal.Institutions;
using FedPortal.Site.CommandLine;
using FedPortal.Site.Enrolment;
using FedPortal.Site.Hosted;
using FedPortal.Site.Service;
using FedPortal.Tests.Support;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal.Enrolment;

/// <summary>Tokens, keys and certificates over real HTTPS on the loopback interface, spoken by the site program's own classes.</summary>
[Collection("Heavy")]
public sealed class EnrolmentTests(SitePortHost host) : IClassFixture<SitePortHost>, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AConfirmedSite_HasACertificateByTheAuthority_AndIsKnownAtThePortal()
    {
        Guid institution = await host.AdmitAsync();

        SiteHome home = await host.JoinAsync(institution, _folder.At("home"));

        using var portal = SitePortal.Of(home);
        StandingMessage standing = await portal.StandingAsync(None);
        EnrolmentView view = (await host.Enrolments.FindAsync(Viewer.Everything, institution, None))!;
        Assert.Equal(institution, standing.InstitutionId);
        Assert.Equal("Active", standing.Status);
        Assert.Equal(SiteEnrolmentState.Completed, view.Current!.State);
        Assert.Equal(new SiteCredentials(home).Record().Fingerprint, view.Current.Fingerprint);
        using X509Certificate2 certificate = new SiteCredentials(home).Certificate();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), Assert.Single(view.Certificates).Thumbprint);
        Assert.True(certificate.NotAfter.ToUniversalTime() < TimeProvider.System.GetUtcNow().AddDays(7.1));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_folder.At("home", "enrolment", "client.pem")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.DoesNotContain("PRIVATE", await File.ReadAllTextAsync(_folder.At("home", "enrolment", "site.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnInterruptedJoin_ShowsTheSameFingerprintAgain()
    {
        Guid institution = await host.AdmitAsync();
        var token = EnrolmentToken.Parse(await host.Desk.InviteAsync(institution, "admin", None));
        var home = new SiteHome(_folder.At("home"));
        List<string> first = [];
        List<string> second = [];

        var early = await Assert.ThrowsAsync<CommandException>(() => new SiteJoin(home, TimeProvider.System, first.Add).RunAsync(host.SiteAddress, token, false, TimeSpan.Zero, None));
        await host.ConfirmAsync(institution);
        await new SiteJoin(home, TimeProvider.System, second.Add).RunAsync(host.SiteAddress, token, false, TimeSpan.Zero, None);

        Assert.Contains("not confirmed", early.Message, StringComparison.Ordinal);
        Assert.Equal(first[0], second[0]);
    }

    [Fact]
    public async Task AUsedToken_IsRefused_WithOtherKeysAndAfterItsEnrolment()
    {
        Guid institution = await host.AdmitAsync();
        var token = EnrolmentToken.Parse(await host.Desk.InviteAsync(institution, "admin", None));
        Task<EnrolledAt> JoinFrom(string folder) =>
            new SiteJoin(new SiteHome(_folder.At(folder)), TimeProvider.System, _ => { }).RunAsync(host.SiteAddress, token, false, TimeSpan.Zero, None);

        await Assert.ThrowsAsync<CommandException>(() => JoinFrom("hospital"));
        var thief = await Assert.ThrowsAsync<PortalRefusedException>(() => JoinFrom("thief"));
        await host.ConfirmAsync(institution);
        await JoinFrom("hospital");
        var late = await Assert.ThrowsAsync<PortalRefusedException>(() => JoinFrom("hospital"));

        Assert.Contains("with other keys", thief.Message, StringComparison.Ordinal);
        Assert.Contains("used already", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnExpiredOrUnknownToken_IsRefused_AndADeclinedOneSaysWhy()
    {
        Guid institution = await host.AdmitAsync();
        var token = EnrolmentToken.Parse(await host.Desk.InviteAsync(institution, "admin", None));
        var join = new SiteJoin(new SiteHome(_folder.At("home")), TimeProvider.System, _ => { });

        await host.Enrolments.DeclineAsync((await host.Enrolments.FindAsync(Viewer.Everything, institution, None))!.Current!.Id, "Called: not their keys.", "admin", None);
        var declined = await Assert.ThrowsAsync<CommandException>(() => join.RunAsync(host.SiteAddress, token, false, TimeSpan.Zero, None));
        var unknown = await Assert.ThrowsAsync<PortalRefusedException>(() => join.RunAsync(host.SiteAddress, token with { Secret = EnrolmentToken.NewSecret() }, false, TimeSpan.Zero, None));
        var second = EnrolmentToken.Parse(await host.Desk.InviteAsync(institution, "admin", None));
        await ChangeAsync(db => db.SiteEnrolments.Where(e => e.InstitutionId == institution).ExecuteUpdateAsync(e => e.SetProperty(x => x.ExpiresAt, DateTimeOffset.UnixEpoch)));
        var expired = await Assert.ThrowsAsync<PortalRefusedException>(() => join.RunAsync(host.SiteAddress, second, false, TimeSpan.Zero, None));

        Assert.Contains("Called: not their keys.", declined.Message, StringComparison.Ordinal);
        Assert.Contains("unknown", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("expired", expired.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenOfAnotherConsortium_SendsNothing()
    {
        var token = new EnrolmentToken("north", EnrolmentToken.NewSecret(), new string('a', 64));

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() =>
            new SiteJoin(new SiteHome(_folder.At("home")), TimeProvider.System, _ => { }).RunAsync(host.SiteAddress, token, false, TimeSpan.Zero, None));

        Assert.Contains("nothing was sent", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("home", "identity.pem")));
    }

    [Fact]
    public async Task ARevokedCertificate_IsRefusedAtOnce_EvenOnAnOpenConnection()
    {
        Guid institution = await host.AdmitAsync();
        SiteHome home = await host.JoinAsync(institution, _folder.At("home"));
        using var portal = SitePortal.Of(home);
        await portal.StandingAsync(None);

        EnrolmentView view = (await host.Enrolments.FindAsync(Viewer.Everything, institution, None))!;
        await host.Enrolments.RevokeAsync(view.Certificates[0].Id, "The machine was stolen.", "admin", None);

        var refused = await Assert.ThrowsAsync<PortalRefusedException>(() => portal.StandingAsync(None));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("The machine was stolen.", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<PortalRefusedException>(() => portal.WorkAsync(WorkKinds.Computing, 0, None));
    }

    [Fact]
    public async Task AnExpiredCertificate_IsRefused()
    {
        Guid institution = await host.AdmitAsync();
        SiteHome home = await host.JoinAsync(institution, _folder.At("home"));
        await ChangeAsync(db => db.SiteCertificates.Where(c => c.InstitutionId == institution).ExecuteUpdateAsync(c => c.SetProperty(x => x.ExpiresAt, DateTimeOffset.UnixEpoch)));
        using var portal = SitePortal.Of(home);

        var refused = await Assert.ThrowsAsync<PortalRefusedException>(() => portal.StandingAsync(None));

        Assert.Contains("expired", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AForeignCertificate_IsRefused_AlsoOneByTheSameNameFromAnotherAuthority()
    {
        Guid institution = await host.AdmitAsync();
        SiteHome home = await host.JoinAsync(institution, _folder.At("home"));
        using ECDsa key = SiteCredentials.NewKey();
        using X509Certificate2 own = new SiteCredentials(home).Certificate();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 foreign = new CertificateRequest(own.SubjectName, key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var portal = new SitePortal(host.SiteAddress, PinnedPortal.Handler(new SiteCredentials(home).Authority(), foreign));

        var refused = await Assert.ThrowsAsync<PortalRefusedException>(() => portal.StandingAsync(None));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("not issued by this consortium", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutACertificate_NothingButEnrolmentAnswers_AndPagesAreElsewhere()
    {
        Guid institution = await host.AdmitAsync();
        SiteHome home = await host.JoinAsync(institution, _folder.At("home"));
        using var handler = PinnedPortal.Handler(new SiteCredentials(home).Authority(), client: null);
        using var stranger = new HttpClient(handler) { BaseAddress = host.SiteAddress };

        foreach (string path in new[] { EnrolmentRoutes.Work + "?kind=computing", EnrolmentRoutes.Standing, SiteRoutes.Assignment })
        {
            using HttpResponseMessage refused = await stranger.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using HttpResponseMessage page = await stranger.GetAsync("/account/sign-in");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        using HttpClient plain = host.NewClient();
        using HttpResponseMessage overHttp = await plain.GetAsync(EnrolmentRoutes.Standing);
        Assert.Equal(HttpStatusCode.Unauthorized, overHttp.StatusCode);
    }

    [Fact]
    public async Task AMachineThatTrustsOtherAuthorities_DoesNotTrustThisPortal_WithoutThePin()
    {
        using var client = new HttpClient { BaseAddress = host.SiteAddress };

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(EnrolmentRoutes.Authority));
    }

    [Fact]
    public async Task AProgramOfAnotherVersion_IsToldWhichSideToUpdate()
    {
        using HttpClient client = host.NewClient();
        client.DefaultRequestHeaders.Add(EnrolmentRoutes.ProgramHeader, "9.9");
        using HttpResponseMessage newer = await client.PostAsync("/api/site/v9/session", null);
        client.DefaultRequestHeaders.Add(EnrolmentRoutes.ProtocolHeader, "0");
        using HttpResponseMessage older = await client.PostAsync(SiteRoutes.Session, null);

        Assert.Equal(HttpStatusCode.UpgradeRequired, newer.StatusCode);
        Assert.Contains("(9.9) speaks version 9. Update the portal.", await newer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UpgradeRequired, older.StatusCode);
        Assert.Contains("Update the site program.", await older.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACertificateIsRenewed_WithAFreshKey_WhenTwoThirdsOfItsLifeAreOver()
    {
        Guid institution = await host.AdmitAsync();
        SiteHome home = await host.JoinAsync(institution, _folder.At("home"));
        using X509Certificate2 first = new SiteCredentials(home).Certificate();
        var later = new ShiftableClock();
        later.Advance(TimeSpan.FromDays(5));

        bool tooEarly = await CertificateRenewal.RenewIfDueAsync(home, TimeProvider.System, None);
        bool inTime = await CertificateRenewal.RenewIfDueAsync(home, later, None);

        using X509Certificate2 second = new SiteCredentials(home).Certificate();
        Assert.False(tooEarly);
        Assert.True(inTime);
        Assert.NotEqual(first.GetPublicKeyString(), second.GetPublicKeyString());
        using var portal = SitePortal.Of(home);
        Assert.Equal(institution, (await portal.StandingAsync(None)).InstitutionId);
    }

    [Fact]
    public async Task ASuspendedInstitution_IsToldSo_AndWorksAgainWhenItIsActive()
    {
        Guid institution = await host.AdmitAsync();
        SiteHome home = await host.JoinAsync(institution, _folder.At("home"));
        using var portal = SitePortal.Of(home);

        await host.Institutions.SuspendAsync(institution, "Its ethics approval has run out.", "admin", None);
        var refused = await Assert.ThrowsAsync<PortalRefusedException>(() => portal.WorkAsync(WorkKinds.Computing, 0, None));
        await host.Institutions.ReactivateAsync(institution, "admin", None);

        Assert.Contains("Its ethics approval has run out.", refused.Message, StringComparison.Ordinal);
        Assert.Null(await portal.WorkAsync(WorkKinds.Computing, 0, None));
    }

    [Fact]
    public async Task AnInstitutionEnrolledAnew_LeavesItsOldCertificateWorthless()
    {
        Guid institution = await host.AdmitAsync();
        SiteHome old = await host.JoinAsync(institution, _folder.At("old"));
        await host.JoinAsync(institution, _folder.At("new"));
        using var portal = SitePortal.Of(old);

        var refused = await Assert.ThrowsAsync<PortalRefusedException>(() => portal.StandingAsync(None));

        Assert.Contains("enrolled anew", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecretsAreNotInTheDatabase_AndTheAuthoritysKeyIsNotReadableOnDisk()
    {
        Guid institution = await host.AdmitAsync();
        var token = EnrolmentToken.Parse(await host.Desk.InviteAsync(institution, "admin", None));
        string data = host.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<PortalOptions>>().Value.DataDirectory;
        await using FedPortalDbContext db = await host.Contexts.CreateDbContextAsync();

        Assert.Equal(ContentHash.OfText(token.Secret), (await db.SiteEnrolments.SingleAsync(e => e.InstitutionId == institution)).SecretHash);
        string key = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(data, "authority", "authority.key")));
        Assert.DoesNotContain("PRIVATE KEY", key, StringComparison.Ordinal);
    }

    private async Task ChangeAsync(Func<FedPortalDbContext, Task<int>> change)
    {
        await using FedPortalDbContext db = await host.Contexts.CreateDbContextAsync();
        Assert.True(await change(db) > 0);
    }
}
