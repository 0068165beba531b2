using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Protection;

namespace FedPortal.Training.Submission;

/// <summary>Encrypts a perturbed update, and nothing else, to a stream.</summary>
public sealed class UpdateEncryption
{
    private readonly SignedRound _round;
    private readonly RoundProtection _protection;
    private readonly InstitutionIdentity _identity;

    /// <param name="round">The verified description.</param>
    /// <param name="protection">What this institution worked out from the study's settings.</param>
    /// <param name="identity">The institution's keys; not disposed here.</param>
    /// <exception cref="RoundRefusedException">Description and settings disagree; the message says where.</exception>
    public UpdateEncryption(SignedRound round, RoundProtection protection, InstitutionIdentity identity)
    {
        IReadOnlyList<string> disagreements = protection.Disagreements(round.Description);
        if (disagreements.Count > 0)
        {
            throw new RoundRefusedException(string.Join(" ", disagreements));
        }

        _round = round;
        _protection = protection;
        _identity = identity;
    }

    /// <summary>Writes the ciphertext and signs the statement beside it. Once for a participation: its key is gone afterwards.</summary>
    /// <param name="update">Perturbed for this round and this member.</param>
    /// <param name="participation">This institution's, with its shares dealt.</param>
    /// <param name="destination">Receives the ciphertext, in pieces.</param>
    /// <param name="threads">How many cores to use.</param>
    /// <param name="progress">Told after every block, from any thread.</param>
    /// <param name="cancellationToken">Gives up; the key is lost and the institution drops out of this attempt.</param>
    /// <exception cref="ArgumentException">The update was perturbed for another weight, lattice or dimension.</exception>
    public EncryptedUpdate Encrypt(
        PerturbedUpdate update, Participation participation, Stream destination, int threads = 1, IProgress<SubmissionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (update.Weight != participation.Weight || update.Scale != _protection.Scale || update.Release != _protection.UpdateRelease)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Expected an update of weight {participation.Weight} on a lattice of {_protection.Scale} with {_protection.UpdateRelease} but got {update.Weight}, {update.Scale} and {update.Release}."));
        }

        var values = new OffsetLattice(update.Lattice, update.Weight * _protection.LargestLevel, progress);
        string hash = participation.Submit(values, destination, threads, cancellationToken);
        ReadOnlySpan<long> sketch = update.Sketch is { } own ? own.Values.Span : [];
        return new EncryptedUpdate(_round, UpdateStatement.Sign(_round, _identity, hash, update.SampleCount, sketch), UpdateSize.Of(_round.Description));
    }
}
