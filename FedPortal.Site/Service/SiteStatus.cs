using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedPortal.Site.CommandLine;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary>What <c>site status</c> found.</summary>
internal sealed record SiteStatus
{
    public required string Home { get; init; }

    public EnrolledAt? Enrolled { get; init; }

    /// <summary>SHA-256, as the portal lists it.</summary>
    public string? CertificateThumbprint { get; init; }

    public DateTimeOffset? CertificateExpiresAt { get; init; }

    /// <summary>Null when there is a valid policy.</summary>
    public string? PolicyProblem { get; init; }

    public bool IsServiceRunning { get; init; }

    public ServiceState? Service { get; init; }

    /// <summary>Null when the portal was not asked or did not answer.</summary>
    public StandingMessage? Standing { get; init; }

    public string? StandingProblem { get; init; }

    public IReadOnlyList<(DatasetMessage Dataset, bool IsRegistered)> Datasets { get; init; } = [];

    /// <summary>Enrolled, running, with a valid policy and no problem.</summary>
    public bool IsWell => Enrolled is not null && IsServiceRunning && PolicyProblem is null && Service?.Problem is null && StandingProblem is null;

    /// <param name="patience">How long the portal may take to answer; null does not ask it.</param>
    public static async Task<SiteStatus> OfAsync(SiteHome home, TimeSpan? patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        var credentials = new SiteCredentials(home);
        var status = new SiteStatus
        {
            Home = home.Path,
            PolicyProblem = PolicyProblemOf(home),
            IsServiceRunning = ServiceLock.IsTaken(home),
            Service = ServiceState.Load(home),
            Datasets = SiteRegister.List(home),
        };
        if (!credentials.IsEnrolled)
        {
            return status;
        }

        using X509Certificate2 certificate = credentials.Certificate();
        status = status with
        {
            Enrolled = credentials.Record(),
            CertificateThumbprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)),
            CertificateExpiresAt = certificate.NotAfter.ToUniversalTime(),
        };
        return patience is { } limit ? await AskedAsync(status, home, limit, clock, cancellationToken) : status;
    }

    private static async Task<SiteStatus> AskedAsync(SiteStatus status, SiteHome home, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var portal = SitePortal.Of(home);
            return status with { Standing = await PortalTrouble.TranslatedAsync(() => portal.StandingAsync(both.Token)) };
        }
        catch (CommandException refused)
        {
            return status with { StandingProblem = refused.Message };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return status with { StandingProblem = $"The portal did not answer within {patience.TotalSeconds:F0} seconds." };
        }
    }

    private static string? PolicyProblemOf(SiteHome home)
    {
        try
        {
            SitePolicyFile.Load(home);
            return null;
        }
        catch (InvalidDataException bad)
        {
            return bad.Message;
        }
    }
}
