using System.Security.Cryptography;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;

namespace FedPortal.Tests.Training.Ledger;

/// <summary>A small ledger in its own folder: five institutions, a head of 2049 values, distributed Skellam noise at z = 5.</summary>
internal sealed class SampleLedger : IDisposable
{
    public static readonly LatticeNoise Noise = new(2049, 1, 4096, 5, new NoiseShares(5, AssumedColluders: 1));

    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-").FullName;

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Path => System.IO.Path.Combine(_folder, "site.ledger");

    public string[] Lines => File.ReadAllLines(Path);

    public string SiteKey => LedgerLine.PublicKeyText(Key);

    public static LedgerHeader Header(double epsilonCap = 8) => new()
    {
        LedgerId = "8c1f",
        Institution = "Hôpital; \"Nord\", 1",
        Study = "pneumonia",
        CreatedAt = "2026-01-02T03:04:05Z",
        Unit = "institution",
        Adjacency = "zero-out",
        Delta = 1e-5,
        EpsilonCap = epsilonCap,
        Mechanism = MechanismNames.Skellam,
        Dimension = Noise.Dimension,
        LayoutHash = "00",
        ClippingNorm = Noise.ClippingNorm,
        Scale = Noise.Scale,
        Beta = Noise.Beta,
        Institutions = 5,
        ToleratedDropouts = 0,
        AssumedColluders = 1,
        Sampling = "everyone in every round",
        BatchNormPolicy = "frozen",
        KeyCustody = "4 of 5 institutions",
        CodeVersion = "1",
        TuningRunsCounted = false,
        SiteKey = "",
    };

    public static LedgerRelease Release(int round, string mechanism = MechanismNames.Skellam) => new()
    {
        Round = round,
        ClippingNorm = Noise.ClippingNorm,
        Scale = Noise.Scale,
        Parameters = Noise.Release(mechanism),
        Contributors = ["A", "B", "C; 50%", "D", "E"],
        NormCheckPassed = true,
        CiphertextHashes = ["aa", "bb"],
        SumHash = "cc",
        LargestResidue = 0.125,
    };

    public LedgerWriter Create(double epsilonCap = 8) => LedgerWriter.Create(Path, Header(epsilonCap), Key, [], new FixedClock());

    public LedgerWriter Open() => LedgerWriter.Open(Path, Key, [], new FixedClock());

    /// <summary>A closed ledger with some rounds.</summary>
    public SampleLedger With(int rounds, double epsilonCap = 8)
    {
        using LedgerWriter writer = Create(epsilonCap);
        for (int round = 1; round <= rounds; round++)
        {
            writer.Record(Release(round));
        }

        return this;
    }

    /// <returns>The line of a row after a change that its site signed anew: what only a lying site can do.</returns>
    public string Forge(int row, Func<LedgerRow, LedgerRow> change) =>
        LedgerLine.Sign(change(LedgerLine.Parse(Lines[row]).Row!), Key).ToText();

    public void Dispose()
    {
        Key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
