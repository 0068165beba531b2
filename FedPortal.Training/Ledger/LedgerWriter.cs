using System.Security.Cryptography;
using System.Text;
using FedPortal.Training.Accounting;

namespace FedPortal.Training.Ledger;

/// <summary>
/// A site's own ledger. Every release is asked for here first: the filters decide, the row is on the disk, and only then may anything leave.
/// One process at a time; the file is locked while open.
/// </summary>
public sealed class LedgerWriter : IDisposable
{
    private readonly FileStream _file;
    private readonly ECDsa _key;
    private readonly TimeProvider _time;
    private readonly PrivacyBudget _budget;
    private readonly LedgerMath _math;
    private readonly List<string> _hashes;

    private LedgerWriter(FileStream file, LedgerHeader header, IEnumerable<string> hashes, LedgerMath math, WriterContext context)
    {
        _file = file;
        Header = header;
        _hashes = [.. hashes];
        _math = math;
        (_key, _budget, _time) = context;
    }

    public LedgerHeader Header { get; }

    /// <summary>Hash of the last row, or of the header: what the portal must hold as well.</summary>
    public string Head => _hashes[^1];

    /// <summary>Of the header, then of every row.</summary>
    public IReadOnlyList<string> Hashes => _hashes;

    public int RowCount => _hashes.Count - 1;

    /// <summary>Begins a ledger. The header's site key is filled in from the key.</summary>
    /// <param name="path">A file that does not exist.</param>
    /// <param name="header">What never changes.</param>
    /// <param name="key">The site's private key, ECDSA P-256; stays the caller's.</param>
    /// <param name="otherFilters">Caps besides the header's own, for example the institution's over all studies, already filled.</param>
    /// <param name="time">The clock.</param>
    public static LedgerWriter Create(string path, LedgerHeader header, ECDsa key, IReadOnlyList<PrivacyFilter> otherFilters, TimeProvider time)
    {
        LedgerHeader complete = header with { SiteKey = LedgerLine.PublicKeyText(key) };
        var math = new LedgerMath(complete);
        LedgerLine line = LedgerLine.Sign(complete, key);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        var writer = new LedgerWriter(file, complete, [line.Hash], math, new WriterContext(key, Budget(complete, otherFilters), time));
        writer.Write(line);
        return writer;
    }

    /// <summary>Goes on with a ledger after verifying all of it. A last line that a crash cut off is removed: its release never left.</summary>
    /// <param name="path">The ledger.</param>
    /// <param name="key">The site's private key; stays the caller's.</param>
    /// <param name="otherFilters">Caps besides the header's own, already filled (<see cref="PrivacyFilter.Restore"/>) with what their ledgers spent.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidDataException">The ledger does not verify.</exception>
    public static LedgerWriter Open(string path, ECDsa key, IReadOnlyList<PrivacyFilter> otherFilters, TimeProvider time)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            string[] lines = ReadWholeLines(file);
            LedgerVerification verification = LedgerVerifier.Verify(lines, LedgerLine.PublicKeyText(key));
            if (verification.Problem is { } problem || verification.Header is not { } header)
            {
                throw new InvalidDataException($"The ledger {Path.GetFileName(path)} does not verify: {verification.Problem}");
            }

            var math = new LedgerMath(header);
            PrivacyBudget budget = Budget(header, otherFilters);
            PrivacyFilter study = budget.Filters[0];
            foreach (LedgerRow row in verification.Rows.Where(row => row.Allowed))
            {
                math.Add(row.Parameters, row.Contributors.Count);
                study.Restore(math.Cost(row.Parameters, row.Contributors.Count, CapView(header)));
            }

            return new LedgerWriter(file, header, verification.Hashes, math, new WriterContext(key, budget, time));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Asks the filters without spending and without writing: worth it before the work that the release needs.</summary>
    public FilterDecision Ask(LedgerRelease release)
    {
        Check(release);
        PrivacyCost cost = _math.Cost(release.Parameters, release.Contributors.Count, CapView(Header));
        FilterDecision[] decisions = [.. _budget.Filters.Select(filter => filter.Ask(cost))];
        return decisions.FirstOrDefault(decision => !decision.Allowed) ?? decisions[^1];
    }

    /// <summary>Asks the filters, writes the row either way, and says whether the release may happen.</summary>
    /// <returns>The decision; when it is a refusal nothing may leave.</returns>
    public FilterDecision Record(LedgerRelease release)
    {
        Check(release);
        int contributors = release.Contributors.Count;
        FilterDecision decision = release.NormCheckPassed
            ? _budget.Spend(_math.Cost(release.Parameters, contributors, CapView(Header)))
            : new FilterDecision(false, _math.Statement(CapView(Header)), "the norm check failed");
        if (decision.Allowed)
        {
            _math.Add(release.Parameters, contributors);
        }

        LedgerLine line = LedgerLine.Sign(RowFor(release, decision), _key);
        Write(line);
        _hashes.Add(line.Hash);
        return decision;
    }

    /// <summary>Keeps the other side's signature on a row.</summary>
    /// <exception cref="ArgumentException">It signs another row, or not with its own key.</exception>
    public void Add(LedgerLine countersignature)
    {
        LedgerCountersignature? content = countersignature.Countersignature;
        bool known = content is not null && content.Sequence >= 1 && content.Sequence <= RowCount && _hashes[content.Sequence] == content.RowHash;
        using ECDsa? key = known ? LedgerLine.PublicKey(content!.Key) : null;
        if (key is null || countersignature.ComputeHash() != countersignature.Hash || !countersignature.IsSignedBy(key))
        {
            throw new ArgumentException($"Expected a countersignature of a row from 1 to {RowCount}, by its own key.", nameof(countersignature));
        }

        Write(countersignature);
    }

    public void Dispose() => _file.Dispose();

    private static PrivacyBudget Budget(LedgerHeader header, IReadOnlyList<PrivacyFilter> others) =>
        new([new PrivacyFilter($"study {header.Study}", header.EpsilonCap, header.Delta, RenyiOrders.Named(header.Orders)), .. others]);

    private static PrivacyView CapView(LedgerHeader header) => Enum.Parse<PrivacyView>(header.CapView);

    private static string[] ReadWholeLines(FileStream file)
    {
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        file.SetLength(end);
        file.Position = end;
        return Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private void Check(LedgerRelease release)
    {
        if (!ReleaseKinds.All.Contains(release.Kind))
        {
            throw new ArgumentException($"Expected a kind ({string.Join(", ", ReleaseKinds.All)}) but got '{release.Kind}'.", nameof(release));
        }

        int distinct = release.Contributors.Distinct().Count();
        if (distinct < Header.Shares.MinimumContributors || distinct > Header.Institutions || distinct < release.Contributors.Count)
        {
            throw new ArgumentException(
                $"Expected {Header.Shares.MinimumContributors} to {Header.Institutions} different contributors but got {release.Contributors.Count}, {distinct} different.",
                nameof(release));
        }

        if (release.Kind == ReleaseKinds.Update && release.Parameters.Dimension != Header.Dimension)
        {
            throw new ArgumentException($"Expected an update of {Header.Dimension} values but got {release.Parameters.Dimension}.", nameof(release));
        }

        if (_math.SensitivityProblem(release.Parameters, release.ClippingNorm, release.Scale) is { } problem)
        {
            throw new ArgumentException($"The sensitivity is wrong: {problem}.", nameof(release));
        }
    }

    private LedgerRow RowFor(LedgerRelease release, FilterDecision decision)
    {
        ReleaseParameters parameters = release.Parameters;
        IReadOnlyList<double> Curve(PrivacyView view) => LedgerMath.Curve(_math.Cost(parameters, release.Contributors.Count, view));
        string Epsilon(PrivacyView view) => LedgerMath.Text(_math.Statement(view));
        return new LedgerRow
        {
            Sequence = _hashes.Count,
            PreviousHash = _hashes[^1],
            Time = LedgerLine.TimeText(_time.GetUtcNow()),
            Round = release.Round,
            Attempt = release.Attempt,
            Kind = release.Kind,
            Mechanism = parameters.Mechanism,
            ClippingNorm = release.ClippingNorm,
            Scale = release.Scale,
            L1 = parameters.L1,
            L2 = parameters.L2,
            LInfinity = parameters.LInfinity,
            LocalNoise = parameters.LocalNoise,
            Dimension = parameters.Dimension,
            SamplingRate = parameters.SamplingRate,
            Steps = parameters.Steps,
            Contributors = release.Contributors,
            NormCheckPassed = release.NormCheckPassed,
            CiphertextHashes = release.CiphertextHashes,
            SumHash = release.SumHash,
            LargestResidue = release.LargestResidue,
            Sampler = release.Sampler,
            Allowed = decision.Allowed,
            FilterReason = decision.Reason,
            SumCurve = Curve(PrivacyView.PublishedSum),
            ColludersCurve = Curve(PrivacyView.Colluders),
            SingleCurve = Curve(PrivacyView.SingleUpdate),
            SumEpsilon = Epsilon(PrivacyView.PublishedSum),
            ColludersEpsilon = Epsilon(PrivacyView.Colluders),
            SingleEpsilon = Epsilon(PrivacyView.SingleUpdate),
        };
    }

    private void Write(LedgerLine line)
    {
        long end = _file.Length;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(line.ToText() + "\n"));
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // Half a line must not become the beginning of the next one.
            _file.SetLength(end);
            throw;
        }
    }

    private sealed record WriterContext(ECDsa Key, PrivacyBudget Budget, TimeProvider Time);
}
