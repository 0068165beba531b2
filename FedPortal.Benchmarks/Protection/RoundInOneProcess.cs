using System.Diagnostics;
using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Decryption;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Protection;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Benchmarks.Protection;

/// <summary>A portal and its sites in one process: the real messages, one update in memory at a time, ciphertexts in files as at a portal.</summary>
internal sealed class RoundInOneProcess : IDisposable
{
    private const int MostHelpers = 48;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fedportal-bench-");
    private readonly InstitutionIdentity _portal = InstitutionIdentity.Create("portal");
    private readonly InstitutionIdentity[] _sites;
    private readonly GlobalModel _model;
    private readonly int _threads;

    public RoundInOneProcess(GlobalModel model, int sites, int threads)
    {
        (_model, _threads) = (model, threads);
        _sites = [.. Enumerable.Range(0, sites).Select(site => InstitutionIdentity.Create($"site {site}"))];
    }

    /// <summary>Seconds of each stage over all sites.</summary>
    public Dictionary<string, double> Seconds { get; } = [];

    public RoundProtection? Protection { get; private set; }

    public long BytesPerUpdate { get; private set; }

    /// <summary>Sealed key shares, which the portal keeps for the helpers until the round ends.</summary>
    public long EnvelopeBytes { get; private set; }

    /// <summary>Plays one round.</summary>
    /// <param name="settings">Of the study.</param>
    /// <param name="round">From 1; a number is played once.</param>
    /// <param name="updateOf">Makes a site's update; called in turn.</param>
    /// <param name="arrived">Told after every site's upload.</param>
    public DecryptedAggregate Play(StudySettings settings, int round, Func<int, ModelUpdate> updateOf, Action<int>? arrived = null)
    {
        (SignedRound signed, RoundIntake intake) = Open(settings, round);
        var updates = new EncryptedUpdate[_sites.Length];
        for (int site = 0; site < _sites.Length; site++)
        {
            updates[site] = Submit(signed, intake, site, updateOf(site));
            arrived?.Invoke(site);
        }

        Timed("screen", () => new UpdateScreening(Protection!).Judge(updates));
        byte[] published = AcceptedSet.Publish(_portal, signed, intake.Close());
        var accepted = AcceptedSet.Open(published, signed);
        EncryptedAggregate aggregate = Timed("sum", () => Sum(signed, updates, accepted));
        using SumKey key = Timed("unlock", () => Unlock(signed, intake, updates, accepted, published));
        return Timed("decrypt", () => new AggregateDecryption(signed, Protection!).Decrypt(aggregate, accepted, key, _threads));
    }

    public void Dispose()
    {
        Array.ForEach(_sites, site => site.Dispose());
        _portal.Dispose();
        _folder.Delete(recursive: true);
    }

    private (SignedRound Round, RoundIntake Intake) Open(StudySettings settings, int round)
    {
        string hash = new('0', 64);
        Protection = RoundProtection.For(
            settings.Privacy, settings.Encryption, settings.Screening,
            RoundProtection.ShapeOf(settings.Privacy, settings.Encryption, _model, round, RoundProtection.ShapeSeed("bench", round, hash)), [.. _sites.Select(_ => 1)], round);
        RoundDescription description = Protection.Describe(
            "bench", round, 1, hash, TimeProvider.System.GetUtcNow().AddHours(1),
            [.. _sites.Select((site, i) => new RosterMember(site.Card.Name, site.Card.Fingerprint, IsHelper: i < MostHelpers))]);
        SignedRound signed = SignedRound.Open(SignedRound.Publish(_portal, description), _portal.Card, _sites.Select(site => site.Card));
        return (signed, new RoundIntake(signed));
    }

    private EncryptedUpdate Submit(SignedRound round, RoundIntake intake, int site, ModelUpdate update)
    {
        using var participation = new Participation(round, _sites[site], new RoundPolicy(), TimeProvider.System);
        PerturbedUpdate perturbed = Timed("perturb", () => Protection!.Perturbation(round, site).Perturb(update, _threads));
        EncryptedUpdate sent = Timed("encrypt", () =>
        {
            foreach (ShareEnvelope envelope in participation.DealShares())
            {
                intake.Receive(envelope.ToBytes().Span);
                EnvelopeBytes += envelope.ToBytes().Length;
            }

            using FileStream file = File.Create(PathOf(site));
            return new UpdateEncryption(round, Protection!, _sites[site]).Encrypt(perturbed, participation, file, _threads);
        });
        BytesPerUpdate = sent.ByteCount;
        return Timed("upload", () =>
        {
            using FileStream file = File.OpenRead(PathOf(site));
            (EncryptedUpdate? arrived, Verdict verdict) = EncryptedUpdate.Inspect(file, sent.Statement.Span, round, Protection!.Screening.Sketch.Dimensions, _threads);
            intake.Receive(verdict);
            return arrived ?? throw new InvalidOperationException(verdict.Refusal);
        });
    }

    private EncryptedAggregate Sum(SignedRound round, EncryptedUpdate[] updates, AcceptedSet accepted)
    {
        var aggregation = new EncryptedAggregation(round);
        foreach (int site in accepted.Members)
        {
            using (FileStream file = File.OpenRead(PathOf(site)))
            {
                aggregation.Add(updates[site], file, _threads);
            }

            File.Delete(PathOf(site));
        }

        return aggregation.Finish();
    }

    private SumKey Unlock(SignedRound round, RoundIntake intake, EncryptedUpdate[] updates, AcceptedSet accepted, byte[] published)
    {
        var unlocking = new SumUnlocking(round, accepted);
        foreach (int site in round.Description.Helpers)
        {
            var helper = new UnlockHelper(round, _sites[site], new AnswerJournal(Path.Combine(_folder.FullName, $"journal-{site}")), updates[site].Hash);
            foreach (ReadOnlyMemory<byte> envelope in intake.EnvelopesFor(site))
            {
                helper.Receive(envelope.Span);
            }

            unlocking.Receive(helper.Answer(published));
        }

        return unlocking.Reconstruct(out _);
    }

    private string PathOf(int site) => Path.Combine(_folder.FullName, $"update-{site}");

    private T Timed<T>(string stage, Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        T result = work();
        Seconds[stage] = Seconds.GetValueOrDefault(stage) + Stopwatch.GetElapsedTime(start).TotalSeconds;
        return result;
    }
}
