using System.Diagnostics;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Training.Compression;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Protection;
using FedPortal.Training.Submission;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>One simulated institution's keys, and what it does with an update before anybody sees it.</summary>
internal sealed class EngineProtection(IdentifyRequest settings) : IDisposable
{
    private readonly InstitutionIdentity _identity = InstitutionIdentity.Create(settings.Name);
    private ErrorFeedback? _feedback;
    private SignedRound? _round;
    private string? _submitted;

    public byte[] Card => _identity.Card.ToBytes();

    public ProtectedReply Protect(ProtectRequest request, GlobalModel model, ModelUpdate update, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        _round = SignedRound.Open(request.Published, InstitutionCard.Parse(request.Portal), request.Cards.Select(card => InstitutionCard.Parse(card)));
        RoundProtection protection = ProtectionOf(request, model);
        ModelUpdate whole = WithFeedback(update, protection);
        TimeSpan spent = clock.Elapsed;
        (double norm, double largest) = Extent(whole, protection.Shape);
        clock.Restart();
        int place = _round.PlaceOf(_identity.Card);
        PerturbedUpdate perturbed = request.Adversary is { } adversary
            ? adversary.Perturb(protection, _round, place, whole, request.Threads)
            : protection.Perturbation(_round, place).Perturb(whole, request.Threads);
        double perturbSeconds = (spent + clock.Elapsed).TotalSeconds;
        clock.Restart();
        using var participation = new Participation(_round, _identity, new RoundPolicy(), TimeProvider.System);
        IReadOnlyList<ShareEnvelope> envelopes = participation.DealShares();
        using FileStream file = File.Create(request.CiphertextPath);
        EncryptedUpdate encrypted = new UpdateEncryption(_round, protection, _identity)
            .Encrypt(perturbed, participation, file, request.Threads, progress: null, ct);
        _submitted = encrypted.Hash;
        return new ProtectedReply(
            [.. envelopes.Select(envelope => envelope.ToBytes().ToArray())], encrypted.Statement.ToArray(), norm, largest, perturbSeconds, clock.Elapsed.TotalSeconds);
    }

    public AnsweredReply Answer(AnswerRequest request)
    {
        var clock = Stopwatch.StartNew();
        SignedRound round = _round ?? throw new InvalidOperationException("Expected an update before an answer.");
        var helper = new UnlockHelper(round, _identity, new AnswerJournal(settings.JournalPath), _submitted);
        foreach (byte[] envelope in request.Envelopes)
        {
            if (helper.Receive(envelope) is { } complaint)
            {
                throw new InvalidOperationException(complaint);
            }
        }

        return new AnsweredReply(helper.Answer(request.AcceptedSet), clock.Elapsed.TotalSeconds);
    }

    public void Dispose() => _identity.Dispose();

    private RoundProtection ProtectionOf(ProtectRequest request, GlobalModel model)
    {
        RoundDescription description = _round!.Description;
        byte[] seed = RoundProtection.ShapeSeed(settings.Study, request.Round, description.ModelHash);
        ReadOnlyMemory<float>? lastChange = request.LastChangePath is { } path ? VectorFile.Read(path, model.Layout.ValueCount) : null;
        UpdateShape shape = RoundProtection.ShapeOf(settings.Privacy, settings.Encryption, model, request.Round, seed, lastChange);
        return RoundProtection.For(
            settings.Privacy, settings.Encryption, settings.Screening, shape, [.. description.Members.Select(member => member.Weight)], request.Round);
    }

    private ModelUpdate WithFeedback(ModelUpdate update, RoundProtection protection)
    {
        if (!settings.Encryption.Compression.FeedsBack)
        {
            return update;
        }

        _feedback ??= new ErrorFeedback(update.Layout);
        return _feedback.Apply(update, protection.Shape);
    }

    private static (double Norm, double Largest) Extent(ModelUpdate update, UpdateShape shape)
    {
        float[] travelling = new float[shape.Dimension];
        shape.Encode(update.Difference.Span, travelling);
        return (VectorNorm.L2(travelling), VectorNorm.Largest(travelling));
    }
}
