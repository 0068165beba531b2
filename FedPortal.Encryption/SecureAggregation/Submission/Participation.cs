using FedPortal.Encryption.Arithmetic;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Sharing;

namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>One institution in one attempt, as a contributor: it makes a key, shares it, and encrypts its update, each once.</summary>
/// <remarks>
/// The key lives in memory only. Keep the written bytes: a retry sends the same file again. After a crash before the file was complete the
/// institution drops out of this attempt.
/// </remarks>
public sealed class Participation : IDisposable
{
    private readonly SignedRound _round;
    private readonly InstitutionIdentity _identity;
    private readonly AesCtrGenerator _generator = AesCtrGenerator.FromOperatingSystem();
    private readonly OneTimeKey _key;

    /// <param name="round">The verified description.</param>
    /// <param name="identity">The institution's keys; not disposed here.</param>
    /// <param name="policy">The institution's own demands.</param>
    /// <param name="time">To check the deadline.</param>
    /// <exception cref="RoundRefusedException">The round does not meet the policy.</exception>
    public Participation(SignedRound round, InstitutionIdentity identity, RoundPolicy policy, TimeProvider time)
    {
        IReadOnlyList<string> refusals = policy.Refusals(round.Description, time.GetUtcNow());
        if (refusals.Count > 0)
        {
            throw new RoundRefusedException(string.Join(" ", refusals));
        }

        _round = round;
        _identity = identity;
        Place = round.PlaceOf(identity.Card);
        _key = new OneTimeKey(round.Description.Set.Degree, _generator);
    }

    /// <summary>The institution's place in the roster.</summary>
    public int Place { get; }

    /// <summary>What each value is multiplied with before it is handed over.</summary>
    public int Weight => _round.Description.Members[Place].Weight;

    /// <summary>The hash of the submitted ciphertext, once there is one: the helper's side compares it with the accepted set.</summary>
    public string? SubmittedHash { get; private set; }

    /// <summary>One envelope for every helper. Only once.</summary>
    public IReadOnlyList<ShareEnvelope> DealShares()
    {
        IReadOnlyList<int> helpers = _round.Description.Helpers;
        SecretShare[] shares = _key.Deal(_round.Description.Threshold, helpers.Count, _generator);
        try
        {
            return [.. helpers.Zip(shares, (helper, share) => ShareEnvelope.Seal(_round, _identity, helper, share))];
        }
        finally
        {
            Array.ForEach(shares, share => share.Dispose());
        }
    }

    /// <summary>Encrypts, signs and writes the update. Only once; the key is gone afterwards.</summary>
    /// <param name="values">Weighted integers, with their noise.</param>
    /// <param name="destination">Receives the file.</param>
    /// <param name="threads">How many cores to use.</param>
    /// <param name="cancellationToken">Gives up; the key is lost.</param>
    /// <returns>The ciphertext's hash, 64 hexadecimal digits.</returns>
    public string Submit(ILatticeSource values, Stream destination, int threads = 1, CancellationToken cancellationToken = default)
    {
        try
        {
            SubmittedHash = UpdateProtector.Protect(_round, _identity, _key, values, destination, threads, cancellationToken);
            return SubmittedHash;
        }
        finally
        {
            _key.Dispose();
        }
    }

    public void Dispose()
    {
        _key.Dispose();
        _generator.Dispose();
    }
}
