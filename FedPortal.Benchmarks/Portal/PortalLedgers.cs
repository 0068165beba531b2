using System.Security.Cryptography;
using FedPortal.Privacy;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;

namespace FedPortal.Benchmarks.Portal;

/// <summary>
/// Genuine privacy ledgers of many rounds: one is written as a site writes it, and the other institutions' hold the same releases under their own names
/// and keys, so that every one of them verifies. The portal's countersignature is on each row.
/// </summary>
internal sealed class PortalLedgers : IDisposable
{
    private readonly ECDsa _site = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _portal = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly LedgerHeader _header;
    private readonly LedgerRow[] _rows;

    /// <param name="studyId">Named in the headers.</param>
    /// <param name="rounds">Rows of each ledger.</param>
    /// <param name="institutions">Contributors of each sum.</param>
    public PortalLedgers(Guid studyId, int rounds, IReadOnlyList<string> institutions)
    {
        var noise = new LatticeNoise(2049, 1, 4096, 5, new NoiseShares(institutions.Count, AssumedColluders: 1));
        string folder = Directory.CreateTempSubdirectory("fedportal-ledgers-").FullName;
        try
        {
            string path = Path.Combine(folder, "site.ledger");
            using (LedgerWriter writer = LedgerWriter.Create(path, HeaderOf($"{studyId}", noise, institutions.Count), _site, [], TimeProvider.System))
            {
                for (int round = 1; round <= rounds; round++)
                {
                    writer.Record(ReleaseOf(noise, round, institutions));
                }
            }

            LedgerLine[] lines = [.. File.ReadLines(path).Select(LedgerLine.Parse)];
            (_header, _rows) = (lines[0].Header!, [.. lines.Skip(1).Select(line => line.Row!)]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One institution's ledger as the portal keeps its copy.</summary>
    public (LedgerCopy Copy, IReadOnlyList<LedgerCopyLine> Lines) CopyOf(Guid studyId, Guid institutionId, string institution, DateTimeOffset now)
    {
        string id = $"{institutionId}";
        var copy = new LedgerCopy(studyId, institutionId, id, now);
        LedgerLine line = LedgerLine.Sign(_header with { LedgerId = id, Institution = institution }, _site);
        List<LedgerCopyLine> lines = [new(copy.Id, 0, line.ToText(), line.Hash, null, now)];
        foreach (LedgerRow row in _rows)
        {
            line = LedgerLine.Sign(row with { PreviousHash = line.Hash }, _site);
            LedgerLine countersigned = LedgerLine.Sign(
                new LedgerCountersignature { Sequence = row.Sequence, RowHash = line.Hash, Signer = "portal", Key = LedgerLine.PublicKeyText(_portal) }, _portal);
            lines.Add(new LedgerCopyLine(copy.Id, row.Sequence, line.ToText(), line.Hash, countersigned.ToText(), now));
        }

        copy.Grow(_rows.Length, line.Hash, now);
        return (copy, lines);
    }

    public void Dispose()
    {
        _site.Dispose();
        _portal.Dispose();
    }

    private static LedgerHeader HeaderOf(string study, LatticeNoise noise, int institutions) => new()
    {
        LedgerId = "",
        Institution = "",
        Study = study,
        CreatedAt = "2026-01-05T08:00:00Z",
        Unit = "institution",
        Adjacency = "zero-out",
        Delta = 1e-5,
        EpsilonCap = 100_000,
        Mechanism = MechanismNames.Skellam,
        Dimension = noise.Dimension,
        LayoutHash = "00",
        ClippingNorm = noise.ClippingNorm,
        Scale = noise.Scale,
        Beta = noise.Beta,
        Institutions = institutions,
        ToleratedDropouts = 0,
        AssumedColluders = 1,
        Sampling = "everyone in every round",
        BatchNormPolicy = "frozen",
        KeyCustody = "threshold",
        CodeVersion = "1",
        TuningRunsCounted = false,
        SiteKey = "",
    };

    private static LedgerRelease ReleaseOf(LatticeNoise noise, int round, IReadOnlyList<string> institutions) => new()
    {
        Round = round,
        ClippingNorm = noise.ClippingNorm,
        Scale = noise.Scale,
        Parameters = noise.Release(MechanismNames.Skellam),
        Contributors = institutions,
        NormCheckPassed = true,
        CiphertextHashes = [.. institutions.Select(_ => new string('c', 64))],
        SumHash = new string('e', 64),
        LargestResidue = 0.125,
    };
}
