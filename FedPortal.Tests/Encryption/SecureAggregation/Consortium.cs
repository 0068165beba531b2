using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

/// <summary>A portal and some institutions in one process; a test drives them step by step and lets any of them misbehave.</summary>
internal sealed class Consortium : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedportal-secagg-").FullName;

    public Consortium(int institutions, ParameterSet? set = null, int values = 5000, int bits = 8, int threshold = 0, int[]? weights = null, double noise = 0)
    {
        Institutions = [.. Enumerable.Range(0, institutions).Select(i => InstitutionIdentity.Create($"hospital {i}"))];
        Values = [.. Enumerable.Range(0, institutions).Select(i => RandomValues(values, bits, weights?[i] ?? 1, seed: 100 + i))];
        Description = new RoundDescription
        {
            Study = "chest",
            Round = 1,
            Attempt = 1,
            ModelHash = new string('0', 64),
            Seed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Set = set ?? ParameterSets.Compact,
            ValueCount = values,
            ValueBits = bits,
            NoiseDeviation = noise,
            Deadline = DateTimeOffset.FromUnixTimeSeconds(4_000_000_000),
            MinimumInstitutions = 3,
            Threshold = threshold == 0 ? RoundDescription.DefaultThreshold(institutions) : threshold,
            Members = [.. Institutions.Select((identity, i) => new RosterMember(identity.Card.Name, identity.Card.Fingerprint, weights?[i] ?? 1))],
        };
        Open();
    }

    public InstitutionIdentity Portal { get; } = InstitutionIdentity.Create("portal");

    public InstitutionIdentity[] Institutions { get; }

    public int[][] Values { get; }

    public RoundDescription Description { get; private set; }

    public SignedRound Round { get; private set; } = null!;

    public RoundIntake Intake { get; private set; } = null!;

    /// <summary>Uploaded files by sender.</summary>
    public Dictionary<int, byte[]> Uploads { get; } = [];

    public void Open(Func<RoundDescription, RoundDescription>? change = null)
    {
        Description = change?.Invoke(Description) ?? Description;
        Round = SignedRound.Open(SignedRound.Publish(Portal, Description), Portal.Card, Institutions.Select(identity => identity.Card));
        Intake = new RoundIntake(Round);
        Uploads.Clear();
    }

    public Participation Join(int institution) =>
        new(Round, Institutions[institution], new RoundPolicy(), TimeProvider.System);

    /// <summary>Deals, encrypts and uploads.</summary>
    public void Contribute(int institution)
    {
        using Participation participation = Join(institution);
        foreach (ShareEnvelope envelope in participation.DealShares())
        {
            Assert.True(Intake.Receive(envelope.ToBytes().Span).Accepted);
        }

        using var file = new MemoryStream();
        participation.Submit(new LatticeValues(Values[institution]), file);
        Uploads[institution] = file.ToArray();
        Assert.True(Upload(Uploads[institution]).Accepted);
    }

    public void ContributeAll() => Array.ForEach([.. Enumerable.Range(0, Institutions.Length)], Contribute);

    public Verdict Upload(byte[] file) => Intake.Receive(UpdateInspection.Inspect(new MemoryStream(file), Round));

    public byte[] Close() => AcceptedSet.Publish(Portal, Round, Intake.Close());

    public string JournalFolder(int institution) => Path.Combine(_folder, $"{institution}");

    public AnswerJournal Journal(int institution, int answersPerRound = 1) => new(JournalFolder(institution), answersPerRound);

    /// <summary>A helper as it is after fetching its envelopes; made anew every time, as after a restart.</summary>
    public UnlockHelper Helper(int institution, int answersPerRound = 1)
    {
        string? own = Uploads.TryGetValue(institution, out byte[]? file) ? Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(0, file.Length - 64))) : null;
        var helper = new UnlockHelper(Round, Institutions[institution], Journal(institution, answersPerRound), own);
        foreach (ReadOnlyMemory<byte> envelope in Intake.EnvelopesFor(institution))
        {
            Assert.Null(helper.Receive(envelope.Span));
        }

        return helper;
    }

    /// <summary>The portal's last steps, with the answers of these helpers.</summary>
    public DecryptedSum Unlock(byte[] published, IEnumerable<byte[]> answers, out IReadOnlyList<int> liars)
    {
        var accepted = AcceptedSet.Open(published, Round);
        var sum = new CiphertextSum(Round);
        foreach (int member in accepted.Members)
        {
            sum.Add(new MemoryStream(Uploads[member]), accepted.HashOf(member)!);
        }

        var unlocking = new SumUnlocking(Round, accepted);
        foreach (byte[] answer in answers)
        {
            Assert.Null(unlocking.Receive(answer));
        }

        using SumKey key = unlocking.Reconstruct(out liars);
        return SumDecryptor.Decrypt(sum, Round, accepted, key, threads: 2);
    }

    /// <summary>What the sum has to be, added in the clear.</summary>
    public int[] Expected(IEnumerable<int> members)
    {
        int[] sum = new int[Description.ValueCount];
        foreach (int member in members)
        {
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += Values[member][i];
            }
        }

        return sum;
    }

    public void Dispose()
    {
        Array.ForEach(Institutions, identity => identity.Dispose());
        Portal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int[] RandomValues(int count, int bits, int weight, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => weight * random.Next(1 << bits))];
    }
}
