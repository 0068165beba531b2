using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Tests.Training.Learning;
using FedPortal.Training.Accounting;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Protection;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;
using Xunit;

namespace FedPortal.Tests.Training.Protection;

/// <summary>Alone, because it looks at the memory of the whole process.</summary>
[Collection("Heavy")]
public class ManySitesTests
{
    private const int Sites = 200;
    private const int Values = 200_000;

    /// <remarks>200 ciphertexts of 0.55 MB pass through; what stays is one sum of 64-bit words, and a sketch and a name for each.</remarks>
    [Fact]
    public void TwoHundredSites_AreSummedInMemoryThatDoesNotGrow()
    {
        ModelLayout layout = SmallLayout.Of(Values);
        InstitutionIdentity[] sites = [.. Enumerable.Range(0, Sites).Select(site => InstitutionIdentity.Create($"site {site}"))];
        using var portal = InstitutionIdentity.Create("portal");
        var model = new GlobalModel(layout, 0, new float[Values]);
        var privacy = new PrivacyProfile();
        var encryption = new EncryptionProfile();
        RoundProtection protection = RoundProtection.For(
            privacy, encryption, new ScreeningProfile(), RoundProtection.ShapeOf(privacy, encryption, model, 1, [1]), [.. sites.Select(_ => 1)], 1);
        RoundDescription description = protection.Describe(
            "many", 1, 1, new string('0', 64), TimeProvider.System.GetUtcNow().AddHours(1),
            [.. sites.Select((site, i) => new RosterMember(site.Card.Name, site.Card.Fingerprint, IsHelper: i < 5))]);
        SignedRound round = SignedRound.Open(SignedRound.Publish(portal, description), portal.Card, sites.Select(site => site.Card));
        var update = new ModelUpdate(layout, [.. Enumerable.Range(0, Values).Select(i => (i % 7 - 3) * 1e-4f)], 10);
        var aggregation = new EncryptedAggregation(round);
        var file = new MemoryStream();
        long before = 0;
        for (int site = 0; site < Sites; site++)
        {
            file.SetLength(0);
            EncryptedUpdate sent = Submit(round, protection, sites[site], site, update, file);
            file.Position = 0;
            (EncryptedUpdate? arrived, Verdict verdict) = EncryptedUpdate.Inspect(file, sent.Statement.Span, round, sketchDimensions: 256, threads: 2);
            Assert.True(verdict.Accepted, verdict.Refusal);
            file.Position = 0;
            aggregation.Add(arrived!, file, threads: 2);
            before = site == 19 ? GC.GetTotalMemory(forceFullCollection: true) : before;
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        EncryptedAggregate aggregate = aggregation.Finish();

        Assert.Equal("wide", description.Set.Name);
        Assert.Equal(Sites, aggregate.ContributorCount);
        Assert.InRange(after - before, long.MinValue, 20_000_000);
        Assert.True(Sites * file.Length > 100_000_000);
        Array.ForEach(sites, site => site.Dispose());
    }

    private static EncryptedUpdate Submit(SignedRound round, RoundProtection protection, InstitutionIdentity identity, int place, ModelUpdate update, Stream file)
    {
        using var participation = new Participation(round, identity, new RoundPolicy(), TimeProvider.System);
        return new UpdateEncryption(round, protection, identity).Encrypt(protection.Perturbation(round, place).Perturb(update), participation, file, threads: 2);
    }
}
