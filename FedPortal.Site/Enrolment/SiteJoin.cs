using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedPortal.Site.CommandLine;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Enrolment;

/// <summary>Enrols a site: keys are made here, the token proves the invitation, people compare the fingerprint, the portal sends a certificate.</summary>
/// <remarks>Interrupted at any point, it is simply run again with the same token: keys and fingerprint stay the same until it is done.</remarks>
internal sealed class SiteJoin(SiteHome home, TimeProvider clock, Action<string> say)
{
    private const int WaitSeconds = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <param name="patience">How long to wait for the admin.</param>
    /// <exception cref="CommandException">Declined, or not yet confirmed when patience ended.</exception>
    public async Task<EnrolledAt> RunAsync(Uri portal, EnrolmentToken token, bool newKeys, TimeSpan patience, CancellationToken cancellationToken)
    {
        var credentials = new SiteCredentials(home);
        (X509Certificate2 authority, AuthorityMessage message) = await PinnedPortal.AuthorityAsync(portal, token.Pin, cancellationToken);
        using X509Certificate2 pinned = authority;
        using IdentityKeys identity = credentials.Identity(token.ShortCode, newKeys);
        using ECDsa key = credentials.PendingKey();
        byte[] card = identity.Card.ToBytes();
        string fingerprint = EnrolmentFingerprint.Of(key.ExportSubjectPublicKeyInfo(), card);
        say($"Fingerprint of this site's keys:\n\n    {EnrolmentFingerprint.Grouped(fingerprint)}\n");
        say("Read it to the consortium's admin over the telephone; the admin compares it with what the portal shows and confirms it.");

        var request = new EnrolmentRequest(token.Secret, SiteCredentials.RequestFor(key, token.ShortCode), Convert.ToBase64String(card));
        EnrolmentAnswer answer;
        using (var client = new SitePortal(portal, PinnedPortal.Handler(pinned, client: null)))
        {
            answer = await WaitAsync(client, request, patience, cancellationToken);
        }

        if (answer.Fingerprint != fingerprint)
        {
            throw new CommandException($"Expected the portal to hold keys of fingerprint {fingerprint} but it says {answer.Fingerprint}.");
        }

        credentials.Keep(answer.Certificate!, key, message.Certificate);
        var record = new EnrolledAt(portal, token.ShortCode, answer.InstitutionId, answer.InstitutionName, message.Certificate, fingerprint, clock.GetUtcNow());
        credentials.Keep(record);
        SitePolicyFile.LoadOrCreate(home, new SitePolicy());
        using var enrolled = SitePortal.Of(home);
        await enrolled.StandingAsync(cancellationToken);
        return record;
    }

    private async Task<EnrolmentAnswer> WaitAsync(SitePortal client, EnrolmentRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        while (true)
        {
            TimeSpan left = patience - clock.GetElapsedTime(started);
            EnrolmentAnswer? answer = null;
            try
            {
                answer = await client.EnrolAsync(request, (int)Math.Clamp(left.TotalSeconds, 0, WaitSeconds), cancellationToken);
            }
            catch (HttpRequestException away) when (left > TimeSpan.Zero)
            {
                say($"The portal does not answer ({away.Message}); trying again.");
            }

            switch (answer?.Stage)
            {
                case EnrolmentStage.Issued:
                    return answer;
                case EnrolmentStage.Declined:
                    throw new CommandException($"The consortium declined: {answer.Reason}");
                default:
                    if (clock.GetElapsedTime(started) >= patience)
                    {
                        throw new CommandException("The admin has not confirmed the fingerprint yet. Run the same command again later; the keys stay the same.");
                    }

                    await Task.Delay(answer is null ? Pause : TimeSpan.Zero, clock, cancellationToken);
                    break;
            }
        }
    }
}
