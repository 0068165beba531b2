using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Sharing;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Protection;
using FedPortal.Training.Submission;

namespace FedPortal.Training.Decryption;

/// <summary>One check of a replay.</summary>
public sealed record ReplayStep(string Name, bool Passed, string Detail);

/// <summary>What a replay found; it ends at the first check that fails.</summary>
public sealed record ReplayOutcome(IReadOnlyList<ReplayStep> Steps)
{
    public bool Passed => Steps.Count > 0 && Steps.All(step => step.Passed);
}

/// <summary>
/// Adds a round's sum up again from what was sealed and published, and holds it against what was recorded. Opening the sum anew needs the same helpers'
/// answers and gives the same sum of the same set, so nothing new is revealed.
/// </summary>
public sealed class RoundReplay
{
    private readonly RoundEvidence _evidence;
    private readonly List<ReplayStep> _steps = [];
    private SignedRound _round = null!;
    private AcceptedSet _accepted = null!;
    private int[] _lattice = [];

    private RoundReplay(RoundEvidence evidence) => _evidence = evidence;

    /// <param name="evidence">As stored by the portal, or read from an exported file.</param>
    /// <param name="portalKey">The portal's public signing key as known from elsewhere, base64; null trusts the evidence's own card.</param>
    /// <param name="progress">Told the number of ciphertexts read so far.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static ReplayOutcome Run(RoundEvidence evidence, string? portalKey = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var replay = new RoundReplay(evidence);
        bool isAdded = replay.Check("Signed description", () => replay.OpenDescription(portalKey))
            && replay.Check("Signed accepted set", replay.OpenAcceptedSet);
        EncryptedAggregate? sum = null;
        bool isReached = isAdded && replay.Check("Sealed ciphertexts", () => replay.Add(out sum, progress, cancellationToken)) && replay.Check("Encrypted sum", () => replay.Compare(sum!));
        if (isReached && evidence.Answers.Count > 0 && replay.Check("Opened sum", () => replay.Open(sum!, cancellationToken)) && replay._round.Description.NoiseDeviation > 0)
        {
            replay.Check("Noise in the sum", replay.CheckNoise);
        }

        return new ReplayOutcome(replay._steps);
    }

    /// <summary>A check answers with its finding or throws what is wrong.</summary>
    private bool Check(string name, Func<string> check)
    {
        try
        {
            _steps.Add(new ReplayStep(name, true, check()));
            return true;
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidOperationException or ReconstructionException or IOException or InvalidDataException)
        {
            _steps.Add(new ReplayStep(name, false, wrong.Message));
            return false;
        }
    }

    private string OpenDescription(string? portalKey)
    {
        var portal = InstitutionCard.Parse(_evidence.PortalCard.Span);
        if (portalKey is not null && Convert.ToBase64String(portal.ExportSigningKey()) != portalKey)
        {
            throw new FormatException($"Expected the key {portalKey} but the portal's card has {Convert.ToBase64String(portal.ExportSigningKey())}.");
        }

        _round = SignedRound.Open(_evidence.Description.Span, portal, _evidence.Cards.Select(card => InstitutionCard.Parse(card.Span)));
        RoundDescription description = _round.Description;
        return $"Study {description.Study}, round {description.Round} attempt {description.Attempt}: {description.Members.Count} members, {description.Threshold} of {description.Helpers.Count} helpers open the sum, parameter set {description.Set.Name}.";
    }

    private string OpenAcceptedSet()
    {
        _accepted = AcceptedSet.Open(_evidence.AcceptedSet.Span, _round);
        return $"{_accepted.Members.Count} of {_round.Description.Members.Count} updates: {string.Join(", ", _accepted.Members.Select(place => _round.Description.Members[place].Name))}.";
    }

    private string Add(out EncryptedAggregate sum, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var aggregation = new EncryptedAggregation(_round);
        int read = 0;
        foreach (SealedUpdate part in _evidence.Updates)
        {
            EncryptedUpdate update = EncryptedUpdate.Reopen(part.Statement.Span, _round);
            if (_accepted.HashOf(update.Place) != update.Hash)
            {
                throw new FormatException($"Expected the accepted update {_accepted.HashOf(update.Place) ?? "none"} of {update.Name} but its statement names {update.Hash}.");
            }

            using Stream ciphertext = part.OpenCiphertext();
            aggregation.Add(update, ciphertext, cancellationToken: cancellationToken);
            read++;
            progress?.Report(read);
        }

        if (read != _accepted.Members.Count)
        {
            throw new FormatException($"Expected {_accepted.Members.Count} ciphertexts but {read} are here.");
        }

        sum = aggregation.Finish();
        return $"{read} ciphertexts have the hashes of the accepted set and the signatures of their senders.";
    }

    private string Compare(EncryptedAggregate sum)
    {
        string hash = sum.Hash;
        return _evidence.EncryptedSumHash is not { } recorded ? $"{hash}; the portal recorded none to compare with."
            : recorded == hash ? $"{hash}, as recorded."
            : throw new FormatException($"Expected the recorded encrypted sum {recorded} but got {hash}.");
    }

    private string Open(EncryptedAggregate sum, CancellationToken cancellationToken)
    {
        var unlocking = new SumUnlocking(_round, _accepted);
        string[] putAside = [.. _evidence.Answers.Select(answer => unlocking.Receive(answer.Span)).OfType<string>()];
        using SumKey key = unlocking.Reconstruct(out IReadOnlyList<int> liars);
        DecryptedSum opened = SumDecryptor.Decrypt(sum.Sum, _round, _accepted, key, cancellationToken: cancellationToken);
        _lattice = AggregateDecryption.WithoutOffset(opened, RoundProtection.LevelsOf(_round.Description.ValueBits));
        string hash = AggregateDecryption.HashOf(_lattice);
        string answers = $"{unlocking.Answered.Count - liars.Count} helpers' answers fit{(liars.Count + putAside.Length > 0 ? $", {liars.Count + putAside.Length} were left out" : "")}";
        return _evidence.SumHash is not { } recorded ? $"{answers}; the sum is {hash}; the portal recorded none to compare with."
            : recorded == hash ? $"{answers}; the sum is {hash}, as recorded."
            : throw new FormatException($"Expected the recorded sum {recorded} but the answers open {hash}.");
    }

    /// <summary>The sum cannot be smaller than the noise that its members promised in the signed description.</summary>
    private string CheckNoise()
    {
        double deviation = _round.Description.NoiseDeviation;
        var check = SumNoiseCheck.Of(_lattice, _accepted.Members.Count, deviation * deviation);
        string numbers = FormattableString.Invariant($"a mean square of at least {check.LeastMeanSquare:g4} from {_accepted.Members.Count} shares; it is {check.MeanSquare:g4}");
        return check.Passed ? $"Expected {numbers}." : throw new FormatException($"Noise is missing: expected {numbers}.");
    }
}
