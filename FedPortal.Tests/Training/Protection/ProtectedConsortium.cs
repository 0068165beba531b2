using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Training.Accounting;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Decryption;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Protection;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Tests.Training.Protection;

/// <summary>One protected round in one process: given updates in, screened and decrypted mean out. A test may exchange any perturbed update.</summary>
internal sealed class ProtectedConsortium : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedportal-protected-").FullName;
    private readonly InstitutionIdentity _portal = InstitutionIdentity.Create("portal");
    private readonly InstitutionIdentity[] _institutions;
    private readonly GlobalModel _model;

    public ProtectedConsortium(GlobalModel model, ModelUpdate[] updates, PrivacyProfile privacy, EncryptionProfile? encryption = null, ScreeningProfile? screening = null)
    {
        encryption ??= new EncryptionProfile();
        _model = model;
        Updates = updates;
        _institutions = [.. updates.Select((_, i) => InstitutionIdentity.Create($"hospital {i}"))];
        byte[] seed = RoundProtection.ShapeSeed("chest", 1, new string('0', 64));
        Protection = RoundProtection.For(
            privacy, encryption, screening ?? new ScreeningProfile(), RoundProtection.ShapeOf(privacy, encryption, model, 1, seed),
            RoundProtection.WeightsFor(encryption, [.. updates.Select(update => update.SampleCount)]), 1);
        RoundDescription description = Protection.Describe(
            "chest", 1, 1, new string('0', 64), TimeProvider.System.GetUtcNow().AddHours(1),
            [.. _institutions.Select(identity => new RosterMember(identity.Card.Name, identity.Card.Fingerprint))]);
        Round = SignedRound.Open(SignedRound.Publish(_portal, description), _portal.Card, _institutions.Select(identity => identity.Card));
    }

    public ModelUpdate[] Updates { get; }

    public RoundProtection Protection { get; }

    public SignedRound Round { get; }

    public IReadOnlyList<ScreeningVerdict> Verdicts { get; private set; } = [];

    /// <summary>What the last run left behind, as a portal stores it.</summary>
    public RoundEvidence? Evidence { get; private set; }

    public string PortalKey => Convert.ToBase64String(_portal.Card.ExportSigningKey());

    public PerturbedUpdate Perturb(int place) => Protection.Perturbation(Round, place).Perturb(Updates[place]);

    /// <summary>A lattice of the test's own with its honest sketch.</summary>
    public PerturbedUpdate Dishonest(int place, int[] lattice, UpdateSketch? sketch = null) =>
        new(_model.Layout, lattice, Protection.Scale, Updates[place].SampleCount, Protection.UpdateRelease)
        {
            Weight = Protection.Weights[place],
            Sketch = sketch ?? new UpdateSketch(Protection.Projection(Round)!.Apply(lattice)),
        };

    public (EncryptedUpdate Update, byte[] Ciphertext, Verdict Verdict) Submit(int place, PerturbedUpdate update, RoundIntake intake)
    {
        using var participation = new Participation(Round, _institutions[place], new RoundPolicy(), TimeProvider.System);
        foreach (ShareEnvelope envelope in participation.DealShares())
        {
            intake.Receive(envelope.ToBytes().Span);
        }

        var file = new MemoryStream();
        EncryptedUpdate sent = new UpdateEncryption(Round, Protection, _institutions[place]).Encrypt(update, participation, file, threads: 2);
        (EncryptedUpdate? arrived, Verdict verdict) = EncryptedUpdate.Inspect(
            new MemoryStream(file.ToArray()), sent.Statement.Span, Round, Protection.Screening.Sketch.Dimensions);
        intake.Receive(verdict);
        return (arrived ?? sent, file.ToArray(), verdict);
    }

    /// <summary>The whole round; excluded updates stay out of the sum.</summary>
    /// <param name="exchange">Replaces a place's perturbed update, or returns null to leave it.</param>
    public DecryptedAggregate Run(Func<int, PerturbedUpdate?>? exchange = null)
    {
        var intake = new RoundIntake(Round);
        (EncryptedUpdate Update, byte[] Ciphertext, Verdict)[] sent = [.. Updates.Select((_, place) => Submit(place, exchange?.Invoke(place) ?? Perturb(place), intake))];
        Verdicts = new UpdateScreening(Protection).Judge([.. sent.Select(one => one.Update)]);
        foreach ((int place, ScreeningVerdict verdict) in Verdicts.Index())
        {
            if (!verdict.Accepted)
            {
                intake.Exclude(place, verdict.Reason);
            }
        }

        byte[] published = AcceptedSet.Publish(_portal, Round, intake.Close());
        var accepted = AcceptedSet.Open(published, Round);
        var aggregation = new EncryptedAggregation(Round);
        foreach (int place in accepted.Members)
        {
            aggregation.Add(sent[place].Update, new MemoryStream(sent[place].Ciphertext));
        }

        var unlocking = new SumUnlocking(Round, accepted);
        List<ReadOnlyMemory<byte>> answers = [];
        foreach ((int place, InstitutionIdentity identity) in _institutions.Index())
        {
            var helper = new UnlockHelper(Round, identity, new AnswerJournal(Path.Combine(_folder, $"{place}")), sent[place].Update.Hash);
            foreach (ReadOnlyMemory<byte> envelope in intake.EnvelopesFor(place))
            {
                helper.Receive(envelope.Span);
            }

            byte[] answer = helper.Answer(published);
            answers.Add(answer);
            unlocking.Receive(answer);
        }

        using SumKey key = unlocking.Reconstruct(out _);
        EncryptedAggregate aggregate = aggregation.Finish();
        DecryptedAggregate opened = new AggregateDecryption(Round, Protection).Decrypt(aggregate, accepted, key, threads: 2);
        Evidence = new RoundEvidence
        {
            PortalCard = _portal.Card.ToBytes(),
            Cards = [.. _institutions.Select(identity => (ReadOnlyMemory<byte>)identity.Card.ToBytes())],
            Description = SignedRound.Publish(_portal, Round.Description),
            AcceptedSet = published,
            Updates = [.. accepted.Members.Select(place => new SealedUpdate(sent[place].Update.Statement, () => new MemoryStream(sent[place].Ciphertext)))],
            Answers = answers,
            EncryptedSumHash = aggregate.Hash,
            SumHash = opened.SumHash,
        };
        return opened;
    }

    public void Dispose()
    {
        Array.ForEach(_institutions, identity => identity.Dispose());
        _portal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
