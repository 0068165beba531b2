using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using FedPortal.Training.Accounting;

namespace FedPortal.Training.Ledger;

/// <summary>Checks a ledger line by line and recomputes every number from the rows' own parameters. It needs nothing but the lines.</summary>
public sealed class LedgerVerifier : IDisposable
{
    /// <summary>Numbers may differ by this fraction between machines.</summary>
    public const double Tolerance = 1e-9;

    private readonly List<LedgerRow> _rows = [];
    private readonly List<string> _hashes = [];
    private readonly List<LedgerCountersignature> _countersignatures = [];
    private LedgerHeader? _header;
    private LedgerMath? _math;
    private ECDsa? _key;
    private ECDsa? _otherKey;
    private string _otherKeyText = "";

    private LedgerVerifier()
    {
    }

    /// <summary>Verifies the lines of a ledger file.</summary>
    /// <param name="lines">Without line feeds.</param>
    /// <param name="siteKey">The site's public key as known from elsewhere; null trusts the header's own, which a forger may have replaced.</param>
    /// <param name="expectedHead">The last hash as known from elsewhere; null cannot notice that rows were cut off the end.</param>
    public static LedgerVerification Verify(IReadOnlyList<string> lines, string? siteKey = null, string? expectedHead = null)
    {
        using var verifier = new LedgerVerifier();
        return verifier.Conclude(verifier.FirstProblem(lines, siteKey) ?? verifier.HeadProblem(expectedHead));
    }

    /// <summary>Goes on behind lines that were verified before: the outcome is that of verifying all lines together, but only the further ones are looked at.</summary>
    /// <param name="before">What verifying the lines before them found: a header, and no problem.</param>
    /// <param name="further">The lines behind them, without line feeds.</param>
    /// <param name="siteKey">As in <see cref="Verify"/>.</param>
    public static LedgerVerification GoOn(LedgerVerification before, IReadOnlyList<string> further, string? siteKey = null)
    {
        if (before is not { Problem: null, Header: { } header })
        {
            throw new ArgumentException($"Expected lines that verify but got: {before.Problem?.ToString() ?? "no header"}", nameof(before));
        }

        using var verifier = new LedgerVerifier();
        return verifier.Conclude(verifier.KeyProblem(header, siteKey) ?? verifier.Begin(header) ?? verifier.FirstProblem(before, further));
    }

    public void Dispose()
    {
        _key?.Dispose();
        _otherKey?.Dispose();
    }

    private LedgerVerification Conclude(LedgerProblem? problem)
    {
        // The running sum may hold the row that turned out bad.
        LedgerMath? math = _header is null ? null : problem is null ? _math! : SumOf(_header, _rows);
        return new LedgerVerification
        {
            Problem = problem,
            Header = _header,
            Rows = _rows,
            Head = _hashes.LastOrDefault() ?? "",
            Hashes = _hashes,
            Countersignatures = _countersignatures,
            Statements = math is null ? new Dictionary<PrivacyView, PrivacyStatement>() : PrivacyAccountant.Views.ToDictionary(view => view, math.Statement),
            Costs = math?.Costs() ?? new Dictionary<PrivacyView, PrivacyCost>(),
        };
    }

    private static LedgerMath SumOf(LedgerHeader header, IEnumerable<LedgerRow> rows)
    {
        var math = new LedgerMath(header);
        foreach (LedgerRow row in rows.Where(row => row.Allowed))
        {
            math.Add(row.Parameters, row.Contributors.Count);
        }

        return math;
    }

    private LedgerProblem? FirstProblem(IReadOnlyList<string> lines, string? siteKey)
    {
        if (lines.Count == 0)
        {
            return new LedgerProblem(0, LedgerProblemKind.Header, "the file is empty");
        }

        return ReadHeader(lines[0], siteKey) ?? FirstProblem(lines.Skip(1));
    }

    private LedgerProblem? FirstProblem(LedgerVerification before, IEnumerable<string> further)
    {
        _rows.AddRange(before.Rows);
        _hashes.AddRange(before.Hashes);
        _countersignatures.AddRange(before.Countersignatures);
        _math!.Restore(before.Costs);
        return FirstProblem(further);
    }

    private LedgerProblem? FirstProblem(IEnumerable<string> rows) => rows.Select(ReadLine).FirstOrDefault(problem => problem is not null);

    private LedgerProblem? HeadProblem(string? expected) => expected is null || expected == _hashes[^1]
        ? null
        : new LedgerProblem(_rows.Count, LedgerProblemKind.Head, $"expected the last hash {expected} but the ledger ends with {_hashes[^1]}");

    private LedgerProblem? ReadHeader(string text, string? siteKey)
    {
        LedgerProblem? unreadable = Read(text, 0, out LedgerLine? line);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (line!.Header is not { FormatVersion: LedgerHeader.CurrentVersion } header)
        {
            return new LedgerProblem(0, LedgerProblemKind.Header, $"expected a header of version {LedgerHeader.CurrentVersion} in the first line");
        }

        if ((KeyProblem(header, siteKey) ?? SealProblem(line, text, 0, _key!) ?? Begin(header)) is { } problem)
        {
            return problem;
        }

        _hashes.Add(line.Hash);
        return null;
    }

    private LedgerProblem? KeyProblem(LedgerHeader header, string? siteKey)
    {
        _key = LedgerLine.PublicKey(header.SiteKey);
        return _key is null || (siteKey is not null && siteKey != header.SiteKey)
            ? new LedgerProblem(0, LedgerProblemKind.Header, $"expected the site key {siteKey ?? "on P-256"} but the header has {header.SiteKey}")
            : null;
    }

    private LedgerProblem? Begin(LedgerHeader header)
    {
        try
        {
            _math = new LedgerMath(header);
            _ = Enum.Parse<PrivacyView>(header.CapView);
        }
        catch (ArgumentException failure)
        {
            return new LedgerProblem(0, LedgerProblemKind.Header, failure.Message);
        }

        _header = header;
        return null;
    }

    private LedgerProblem? ReadLine(string text)
    {
        int next = _rows.Count + 1;
        LedgerProblem? unreadable = Read(text, next, out LedgerLine? line);
        return unreadable ?? line switch
        {
            { Row: { } row } => ReadRow(line, text, row, next),
            { Countersignature: { } countersignature } => ReadCountersignature(line, text, countersignature),
            _ => new LedgerProblem(next, LedgerProblemKind.Header, "a second header; a changed header needs a new ledger"),
        };
    }

    private static LedgerProblem? Read(string text, int row, out LedgerLine? line)
    {
        line = null;
        try
        {
            line = LedgerLine.Parse(text);
        }
        catch (JsonException failure)
        {
            return new LedgerProblem(row, LedgerProblemKind.Format, failure.Message);
        }

        return line.ToText() == text ? null : new LedgerProblem(row, LedgerProblemKind.Format, "the line is not written in the canonical way");
    }

    private static LedgerProblem? SealProblem(LedgerLine line, string text, int row, ECDsa key)
    {
        string hash = line.ComputeHash(text);
        if (hash != line.Hash)
        {
            return new LedgerProblem(row, LedgerProblemKind.Hash, $"the contents give {hash} but the line says {line.Hash}");
        }

        return line.IsSignedBy(key) ? null : new LedgerProblem(row, LedgerProblemKind.Signature, "not signed by the site's key");
    }

    private LedgerProblem? ReadRow(LedgerLine line, string text, LedgerRow row, int next)
    {
        // The seal first: what nobody signed is not worth explaining further.
        LedgerProblem? problem = SealProblem(line, text, next, _key!) ?? ChainProblem(row, next) ?? ContributorProblem(row)
            ?? SensitivityProblem(row) ?? CostProblem(row);
        if (problem is null)
        {
            _rows.Add(_rows.Count == 0 ? row : Sharing(row, _rows[^1]));
            _hashes.Add(line.Hash);
        }

        return problem;
    }

    /// <summary>Most rows repeat the lists of the row before, which are most of a row's memory: they hold them together.</summary>
    private static LedgerRow Sharing(LedgerRow row, LedgerRow before)
    {
        return row with
        {
            Contributors = One(row.Contributors, before.Contributors),
            SumCurve = One(row.SumCurve, before.SumCurve),
            ColludersCurve = One(row.ColludersCurve, before.ColludersCurve),
            SingleCurve = One(row.SingleCurve, before.SingleCurve),
        };

        static IReadOnlyList<T> One<T>(IReadOnlyList<T> list, IReadOnlyList<T> known) => list.SequenceEqual(known) ? known : list;
    }

    private LedgerProblem? ChainProblem(LedgerRow row, int next)
    {
        if (row.Sequence != next)
        {
            return new LedgerProblem(next, LedgerProblemKind.Sequence, $"expected sequence {next} but got {row.Sequence}");
        }

        return row.PreviousHash == _hashes[^1]
            ? null
            : new LedgerProblem(next, LedgerProblemKind.Sequence, $"follows {row.PreviousHash} but the line before is {_hashes[^1]}");
    }

    private LedgerProblem? ContributorProblem(LedgerRow row)
    {
        int least = _header!.Shares.MinimumContributors;
        int distinct = row.Contributors.Distinct().Count();
        return distinct == row.Contributors.Count && distinct >= least && distinct <= _header.Institutions
            ? null
            : new LedgerProblem(
                row.Sequence,
                LedgerProblemKind.Contributors,
                $"expected {least} to {_header.Institutions} different ones but got {row.Contributors.Count}, {distinct} different");
    }

    private LedgerProblem? SensitivityProblem(LedgerRow row)
    {
        if (row.Kind == ReleaseKinds.Update && row.Dimension != _header!.Dimension)
        {
            return new LedgerProblem(row.Sequence, LedgerProblemKind.Header, $"an update of {row.Dimension} values under a header for {_header.Dimension}");
        }

        return _math!.SensitivityProblem(row.Parameters, row.ClippingNorm, row.Scale) is { } detail
            ? new LedgerProblem(row.Sequence, LedgerProblemKind.Sensitivity, detail)
            : null;
    }

    private LedgerProblem? CostProblem(LedgerRow row)
    {
        try
        {
            if (row.Allowed)
            {
                _math!.Add(row.Parameters, row.Contributors.Count);
            }

            return PrivacyAccountant.Views.Select(view => ViewProblem(row, view)).FirstOrDefault(problem => problem is not null) ?? CapProblem(row);
        }
        catch (ArgumentException failure)
        {
            return new LedgerProblem(row.Sequence, LedgerProblemKind.Epsilon, failure.Message);
        }
    }

    private LedgerProblem? ViewProblem(LedgerRow row, PrivacyView view)
    {
        IReadOnlyList<double> curve = LedgerMath.Curve(_math!.Cost(row.Parameters, row.Contributors.Count, view));
        if (curve.Count != row.Curve(view).Count || !curve.Zip(row.Curve(view)).All(pair => IsClose(pair.First, pair.Second)))
        {
            return new LedgerProblem(row.Sequence, LedgerProblemKind.Epsilon, $"the Rényi curve of the view {view} is not what the row's parameters give");
        }

        string epsilon = LedgerMath.Text(_math.Statement(view));
        bool same = double.TryParse(epsilon, CultureInfo.InvariantCulture, out double computed)
            ? double.TryParse(row.Epsilon(view), CultureInfo.InvariantCulture, out double written) && IsClose(computed, written)
            : epsilon == row.Epsilon(view);
        return same
            ? null
            : new LedgerProblem(row.Sequence, LedgerProblemKind.Epsilon, $"the view {view} recomputes to ε = {epsilon} but the row says {row.Epsilon(view)}");
    }

    private LedgerProblem? CapProblem(LedgerRow row)
    {
        if (!row.Allowed)
        {
            return null;
        }

        PrivacyStatement statement = _math!.Statement(Enum.Parse<PrivacyView>(_header!.CapView));
        bool within = double.IsPositiveInfinity(_header.EpsilonCap)
            || (statement is EpsilonStatement known && known.Epsilon <= _header.EpsilonCap * (1 + Tolerance));
        return within && row.NormCheckPassed
            ? null
            : new LedgerProblem(
                row.Sequence,
                LedgerProblemKind.Cap,
                $"released with {PrivacyWording.Of(statement)} under a cap of {_header.EpsilonCap}, norm check {(row.NormCheckPassed ? "passed" : "failed")}");
    }

    private LedgerProblem? ReadCountersignature(LedgerLine line, string text, LedgerCountersignature content)
    {
        ECDsa? key = OtherKey(content.Key);
        bool known = content.Sequence >= 1 && content.Sequence <= _rows.Count && _hashes[content.Sequence] == content.RowHash;
        if (!known || key is null || line.ComputeHash(text) != line.Hash || !line.IsSignedBy(key))
        {
            return new LedgerProblem(
                content.Sequence,
                LedgerProblemKind.Signature,
                $"the countersignature by {content.Signer} does not fit the row or its own key");
        }

        _countersignatures.Add(content);
        return null;
    }

    // One portal signs them all.
    private ECDsa? OtherKey(string text)
    {
        if (text != _otherKeyText)
        {
            _otherKey?.Dispose();
            (_otherKey, _otherKeyText) = (LedgerLine.PublicKey(text), text);
        }

        return _otherKey;
    }

    private static bool IsClose(double a, double b) => a == b || Math.Abs(a - b) <= Tolerance * Math.Max(Math.Abs(a), Math.Abs(b));
}
