using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>How the sums of a study were formed.</summary>
/// <param name="ParameterSet">Of the encryption; null when sums were added in the clear.</param>
/// <param name="MarginBits">Room for errors in the set; null in the clear.</param>
/// <param name="WhyClear">Why sums were not encrypted; null when they were.</param>
internal sealed record HeadSumDescription(string? ParameterSet, double? MarginBits, string? WhyClear);

/// <summary>
/// Adds the institutions' noisy integers under the encryption of protected rounds, with portal and institutions played in this process through
/// the protocol's own messages. Where no parameter set takes the values it adds in the clear and says why.
/// </summary>
internal sealed class HeadSum : IDisposable
{
    private const int LeastInstitutions = 3;

    private readonly InstitutionIdentity _portal = InstitutionIdentity.Create("portal");
    private readonly InstitutionIdentity[] _institutions;
    private readonly PrivateHeadPlan _plan;
    private readonly SetFit? _fit;
    private readonly int _valueBits;
    private readonly long[] _up;
    private readonly long[] _down;
    private readonly string _journals = Directory.CreateTempSubdirectory("fedportal-head-").FullName;

    public HeadSum(IReadOnlyList<string> names, PrivateHeadPlan plan)
    {
        _plan = plan;
        _institutions = [.. names.Select(InstitutionIdentity.Create)];
        _up = new long[names.Count];
        _down = new long[names.Count];

        // An institution's integer lies within ± patients · Δ2 before its noise; a half range above makes it a number from 0.
        _valueBits = (int)Math.Ceiling(Math.Log2(plan.DeclaredPatients * plan.Noise.L2)) + 1;
        (_fit, string? why) = Fit(names.Count, plan, _valueBits);
        Description = new HeadSumDescription(_fit?.Set.Name, _fit?.MarginBits, why);
    }

    public HeadSumDescription Description { get; }

    /// <summary>What every institution has sent so far; the noisy integers themselves where sums are added in the clear.</summary>
    public IReadOnlyList<long> BytesUp => _up;

    /// <summary>What every institution has received so far, beside the head.</summary>
    public IReadOnlyList<long> BytesDown => _down;

    /// <param name="round">From 1.</param>
    /// <param name="head">What the round started from.</param>
    /// <param name="lattices">Every institution's noisy integers.</param>
    /// <param name="beforeOpening">Told the ciphertexts' hashes (none in the clear) before anybody learns the sum; may throw to prevent that.</param>
    /// <param name="ct">Gives up.</param>
    public long[] Add(int round, LinearHead head, IReadOnlyList<int[]> lattices, Action<IReadOnlyList<string>> beforeOpening, CancellationToken ct)
    {
        if (_fit is null)
        {
            beforeOpening([]);
            long[] total = new long[_plan.ValueCount];
            foreach ((int place, int[] lattice) in lattices.Index())
            {
                _up[place] += (long)lattice.Length * sizeof(int);
                for (int i = 0; i < total.Length; i++)
                {
                    total[i] += lattice[i];
                }
            }

            return total;
        }

        return Encrypted(Open(round, head, _fit), lattices, beforeOpening, ct);
    }

    public void Dispose()
    {
        Array.ForEach(_institutions, identity => identity.Dispose());
        _portal.Dispose();
        Directory.Delete(_journals, recursive: true);
    }

    private static (SetFit? Fit, string? Why) Fit(int institutions, PrivateHeadPlan plan, int valueBits)
    {
        if (institutions < LeastInstitutions)
        {
            return (null, $"an encrypted sum needs at least {LeastInstitutions} institutions and there are {institutions}");
        }

        try
        {
            return (SetFit.Choose(SumDemand.Equal(institutions, valueBits, Math.Sqrt(plan.Noise.LocalVariance))), null);
        }
        catch (ArgumentException failure)
        {
            return (null, failure.Message);
        }
    }

    private SignedRound Open(int round, LinearHead head, SetFit fit)
    {
        byte[] published = SignedRound.Publish(_portal, new RoundDescription
        {
            Study = "simulated private head",
            Round = round,
            Attempt = 1,
            ModelHash = Convert.ToHexStringLower(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(head.Values.Span))),
            Seed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Set = fit.Set,
            ValueCount = _plan.ValueCount,
            ValueBits = _valueBits,
            ClippingNorm = _plan.ClippingNorm,
            NoiseDeviation = Math.Sqrt(_plan.Noise.LocalVariance),
            Deadline = TimeProvider.System.GetUtcNow().AddHours(1),
            MinimumInstitutions = LeastInstitutions,
            Threshold = RoundDescription.DefaultThreshold(_institutions.Length),
            Members = [.. _institutions.Select(identity => new RosterMember(identity.Card.Name, identity.Card.Fingerprint, 1, IsHelper: true))],
        });
        for (int place = 0; place < _down.Length; place++)
        {
            _down[place] += published.Length;
        }

        return SignedRound.Open(published, _portal.Card, _institutions.Select(identity => identity.Card));
    }

    private long[] Encrypted(SignedRound round, IReadOnlyList<int[]> lattices, Action<IReadOnlyList<string>> beforeOpening, CancellationToken ct)
    {
        var intake = new RoundIntake(round);
        var sum = new CiphertextSum(round);
        string[] hashes = new string[lattices.Count];
        using var file = new MemoryStream();
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = Submit(round, i, lattices[i], intake, sum, file, ct);
        }

        beforeOpening(hashes);
        byte[] published = AcceptedSet.Publish(_portal, round, intake.Close());
        var accepted = AcceptedSet.Open(published, round);
        var unlocking = new SumUnlocking(round, accepted);
        for (int place = 0; place < hashes.Length; place++)
        {
            RequireNone(unlocking.Receive(Answer(round, place, hashes[place], intake, published)));
        }

        using SumKey key = unlocking.Reconstruct(out _);
        DecryptedSum opened = SumDecryptor.Decrypt(sum, round, accepted, key, threads: 1, ct);
        long half = hashes.Length * (1L << (_valueBits - 1));
        return [.. opened.Values.ToArray().Select(value => value - half)];
    }

    private string Submit(
        SignedRound round, int place, int[] lattice, RoundIntake intake, CiphertextSum sum, MemoryStream file, CancellationToken ct)
    {
        using var participation = new Participation(round, _institutions[place], new RoundPolicy(), TimeProvider.System);
        foreach (ShareEnvelope envelope in participation.DealShares())
        {
            ReadOnlyMemory<byte> sealedShare = envelope.ToBytes();
            _up[place] += sealedShare.Length;
            Require(intake.Receive(sealedShare.Span));
        }

        int half = 1 << (_valueBits - 1);
        file.SetLength(0);
        string hash = participation.Submit(new LatticeValues(Array.ConvertAll(lattice, value => checked(value + half))), file, threads: 1, ct);
        _up[place] += file.Length;
        file.Position = 0;
        Verdict verdict = UpdateInspection.Inspect(file, round, threads: 1, ct);
        Require(intake.Receive(verdict));
        file.Position = 0;
        sum.Add(file, hash, threads: 1, ct);
        return hash;
    }

    private byte[] Answer(SignedRound round, int place, string hash, RoundIntake intake, byte[] published)
    {
        string journal = Path.Combine(_journals, FormattableString.Invariant($"{round.Description.Round}-{place}-{round.Description.Seed}"));
        var helper = new UnlockHelper(round, _institutions[place], new AnswerJournal(journal), hash);
        foreach (ReadOnlyMemory<byte> envelope in intake.EnvelopesFor(place))
        {
            _down[place] += envelope.Length;
            RequireNone(helper.Receive(envelope.Span));
        }

        byte[] answer = helper.Answer(published);
        _down[place] += published.Length;
        _up[place] += answer.Length;
        return answer;
    }

    private static void Require(Verdict verdict) => RequireNone(verdict.Accepted ? null : verdict.Refusal);

    private static void RequireNone(string? refusal)
    {
        if (refusal is not null)
        {
            throw new InvalidOperationException(refusal);
        }
    }
}
