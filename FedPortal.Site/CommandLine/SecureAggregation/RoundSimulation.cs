using System.Diagnostics;
using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;

namespace FedPortal.Site.CommandLine.SecureAggregation;

/// <summary>Plays portal and institutions through the protocol's own messages, and keeps the sums in the clear to compare.</summary>
internal sealed class RoundSimulation : IDisposable
{
    private readonly SimulationPlan _plan;
    private readonly SumDemand _demand;
    private readonly ParameterSet _set;
    private readonly InstitutionIdentity _portal = InstitutionIdentity.Create("portal");
    private readonly InstitutionIdentity[] _institutions;
    private readonly SignedRound _round;
    private readonly RoundIntake _intake;
    private readonly CiphertextSum _sum;
    private readonly string?[] _hashes;
    private readonly int[] _expected;
    private readonly int[] _levels;
    private readonly string _journals = Directory.CreateTempSubdirectory("fedportal-simulation-").FullName;
    private readonly Dictionary<string, double> _seconds = [];
    private readonly Dictionary<string, double> _coreSeconds = [];

    public RoundSimulation(SimulationPlan plan)
    {
        _plan = plan;
        _demand = plan.Fit.Demand;
        _set = plan.Fit.Set;
        int clients = _demand.Institutions;
        if (plan.DropOut < 0 || plan.DropOut > clients || plan.Helpers < 1 || plan.Helpers > clients || plan.Threads < 1)
        {
            throw new ArgumentException($"Expected at most {clients} dropouts, 1 to {clients} helpers and threads from 1 but got "
                + $"{plan.DropOut}, {plan.Helpers} and {plan.Threads}.");
        }

        _institutions = [.. Enumerable.Range(0, clients).Select(i => InstitutionIdentity.Create($"institution {i + 1}"))];
        var description = new RoundDescription
        {
            Study = "simulation",
            Round = 1,
            Attempt = 1,
            ModelHash = new string('0', 64),
            Seed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Set = _set,
            ValueCount = plan.Values,
            ValueBits = _demand.ValueBits,
            Deadline = TimeProvider.System.GetUtcNow().AddHours(1),
            MinimumInstitutions = 3,
            Threshold = plan.Threshold,
            Members = [.. _institutions.Select((identity, i) => new RosterMember(identity.Card.Name, identity.Card.Fingerprint, 1, i < plan.Helpers))],
        };
        byte[] published = SignedRound.Publish(_portal, description);
        _round = SignedRound.Open(published, _portal.Card, _institutions.Select(identity => identity.Card));
        _intake = new RoundIntake(_round);
        _sum = new CiphertextSum(_round);
        _hashes = new string?[clients];
        _expected = new int[plan.Values];
        _levels = new int[plan.Values];
    }

    public SimulationReport Run(CancellationToken cancellationToken)
    {
        long updateBytes = 0;
        float[] update = new float[_plan.Values];
        var quantiser = new Quantiser(1, _demand.ValueBits);
        using var file = new MemoryStream(checked((int)(((long)_round.Description.BlockCount * _set.BytesPerBlock) + 256)));
        for (int i = 0; i < _institutions.Length; i++)
        {
            RandomUpdate.Fill(update, (_plan.Seed * 1000) + (ulong)i);
            if (VanishesAt(i) != Step.Sharing)
            {
                Contribute(i, update, quantiser, file, cancellationToken);
                updateBytes = Math.Max(updateBytes, file.Length);
            }
        }

        byte[] published = AcceptedSet.Publish(_portal, _round, _intake.Close());
        var accepted = AcceptedSet.Open(published, _round);
        var unlocking = new SumUnlocking(_round, accepted);
        AnswerAll(published, unlocking);
        IReadOnlyList<int> liars = [];
        using SumKey key = Timed("reconstruct", () => unlocking.Reconstruct(out liars));
        DecryptedSum sum = Timed("decrypt", () => SumDecryptor.Decrypt(_sum, _round, accepted, key, _plan.Threads, cancellationToken));
        return Report(unlocking, liars, sum, updateBytes);
    }

    public void Dispose()
    {
        Array.ForEach(_institutions, identity => identity.Dispose());
        _portal.Dispose();
        Directory.Delete(_journals, recursive: true);
    }

    private Step VanishesAt(int institution) => institution < _plan.DropOut ? (Step)(institution % 3) : Step.Never;

    private void Contribute(int institution, float[] update, Quantiser quantiser, MemoryStream file, CancellationToken cancellationToken)
    {
        using var participation = new Participation(_round, _institutions[institution], new RoundPolicy(), TimeProvider.System);
        Timed("shares", () =>
        {
            foreach (ShareEnvelope envelope in participation.DealShares())
            {
                Require(_intake.Receive(envelope.ToBytes().Span));
            }

            return 0;
        });
        if (VanishesAt(institution) == Step.Submitting)
        {
            return;
        }

        file.SetLength(0);
        var values = new QuantisedValues(update, quantiser);
        _hashes[institution] = Timed("protect", () => participation.Submit(values, file, _plan.Threads, cancellationToken));
        file.Position = 0;
        Verdict verdict = Timed("inspect", () => UpdateInspection.Inspect(file, _round, _plan.Threads, cancellationToken));
        Require(_intake.Receive(verdict));
        file.Position = 0;
        Timed("sum", () =>
        {
            _sum.Add(file, verdict.Hash!, _plan.Threads, cancellationToken);
            return 0;
        });
        AddInTheClear(update, quantiser);
    }

    private void AddInTheClear(float[] update, Quantiser quantiser)
    {
        quantiser.Quantise(update, 1, _levels);
        for (int i = 0; i < _levels.Length; i++)
        {
            _expected[i] += _levels[i];
        }
    }

    private void AnswerAll(byte[] published, SumUnlocking unlocking)
    {
        int[] answering = [.. _round.Description.Helpers.Where(helper => VanishesAt(helper) == Step.Never)];
        foreach (int place in answering)
        {
            byte[] answer = Timed("answers", () => Answer(place, published));
            if (place > answering[^1] - _plan.Liars)
            {
                answer = Falsified(place, answer);
            }

            if (unlocking.Receive(answer) is { } refusal)
            {
                throw new InvalidOperationException(refusal);
            }
        }
    }

    private byte[] Answer(int place, byte[] published)
    {
        var journal = new AnswerJournal(Path.Combine(_journals, place.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var helper = new UnlockHelper(_round, _institutions[place], journal, _hashes[place]);
        foreach (ReadOnlyMemory<byte> envelope in _intake.EnvelopesFor(place))
        {
            if (helper.Receive(envelope.Span) is { } complaint)
            {
                throw new InvalidOperationException(complaint);
            }
        }

        return helper.Answer(published);
    }

    // One bit of the summed share, signed as if it were right.
    private byte[] Falsified(int place, byte[] answer)
    {
        byte[] body = answer[..^64];
        body[^40] ^= 1;
        return [.. body, .. _institutions[place].Sign(Signatures.Answer, body)];
    }

    private SimulationReport Report(SumUnlocking unlocking, IReadOnlyList<int> liars, DecryptedSum sum, long updateBytes)
    {
        ReadOnlySpan<int> values = sum.Values.Span;
        long wrong = 0;
        for (int i = 0; i < values.Length; i++)
        {
            wrong += values[i] == _expected[i] ? 0 : 1;
        }

        return new SimulationReport(
            _set.Name, _institutions.Length, _plan.Values, _demand.ValueBits, _plan.Threshold, _plan.Helpers, _plan.Threads, _plan.DropOut,
            sum.Members.Count, unlocking.Answered.Count, [.. liars.Select(place => _institutions[place].Card.Name)],
            wrong, values.Length, (long)values.Length * sum.Members.Count, updateBytes / (double)_plan.Values, updateBytes, _plan.Fit.MarginBits,
            (double)_set.Delta, sum.ErrorDeviation, sum.ExpectedErrorDeviation, sum.LargestError,
            _seconds["shares"], _seconds["protect"], _seconds["inspect"], _seconds["sum"], _seconds["answers"], _seconds["reconstruct"], _seconds["decrypt"],
            _coreSeconds["protect"], _coreSeconds["inspect"], _coreSeconds["sum"], _coreSeconds["decrypt"]);
    }

    private T Timed<T>(string step, Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan busy = Environment.CpuUsage.TotalTime;
        T result = work();
        _coreSeconds[step] = _coreSeconds.GetValueOrDefault(step) + (Environment.CpuUsage.TotalTime - busy).TotalSeconds;
        _seconds[step] = _seconds.GetValueOrDefault(step) + Stopwatch.GetElapsedTime(start).TotalSeconds;
        return result;
    }

    private static void Require(Verdict verdict)
    {
        if (!verdict.Accepted)
        {
            throw new InvalidOperationException(verdict.Refusal);
        }
    }

    private enum Step
    {
        Sharing,
        Submitting,
        Answering,
        Never,
    }
}
