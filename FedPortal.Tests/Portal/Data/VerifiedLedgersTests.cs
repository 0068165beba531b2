using FedPortal.Data;
using FedPortal.Tests.Training.Ledger;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using Xunit;

namespace FedPortal.Tests.Portal.Data;

/// <summary>Whatever was verified before, the outcome is that of verifying all lines as they are now.</summary>
public sealed class VerifiedLedgersTests : IDisposable
{
    private const int Rounds = 4;

    private readonly SampleLedger _ledger = new SampleLedger().With(Rounds);
    private readonly VerifiedLedgers _verified = new();
    private readonly (Guid Study, Guid Institution) _name = (Guid.NewGuid(), Guid.NewGuid());

    // What somebody who can write the database may do to lines that were verified.
    private static readonly Dictionary<string, Func<SampleLedger, string[], string[]>> Changes = new()
    {
        ["first row"] = (_, lines) => Replaced(lines, 1, line => line.Replace("\"steps\":1", "\"steps\":2", StringComparison.Ordinal)),
        ["a row in the middle"] = (_, lines) => Replaced(lines, 5, line => line.Replace("\"allowed\":true", "\"allowed\":false", StringComparison.Ordinal)),
        ["last row"] = (_, lines) => Replaced(lines, 7, line => line.Replace("\"steps\":1", "\"steps\":2", StringComparison.Ordinal)),
        ["header"] = (_, lines) => Replaced(lines, 0, line => line.Replace("\"epsilonCap\":8", "\"epsilonCap\":80", StringComparison.Ordinal)),
        ["a countersignature"] = (_, lines) => Replaced(lines, 4, line => line.Replace("\"signer\":\"portal\"", "\"signer\":\"nobody\"", StringComparison.Ordinal)),
        ["a row signed anew by its site"] = (ledger, lines) => Replaced(lines, 3, _ => ledger.Forge(2, row => row with { Round = 77 })),
        ["a row is gone"] = (_, lines) => [.. lines.Where((_, at) => at is not (3 or 4))],
        ["two rows change places"] = (_, lines) => [.. lines.Take(3), lines[5], lines[6], lines[3], lines[4], .. lines.Skip(7)],
        ["a space"] = (_, lines) => Replaced(lines, 3, line => line.Replace("\"round\":2", "\"round\": 2", StringComparison.Ordinal)),
        ["two lines become one"] = (_, lines) => [lines[0], lines[1] + "\n" + lines[2], .. lines.Skip(3)],
        ["a row twice"] = (_, lines) => [.. lines.Take(3), lines[1], .. lines.Skip(3)],
        ["all of it"] = (_, _) => [],
    };

    public static TheoryData<string> WhatIsChanged => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(WhatIsChanged))]
    public async Task ChangedLinesThatWereVerifiedBefore_AreFoundAsIfNothingWasRemembered(string what)
    {
        string[] lines = Countersigned();
        Assert.Null((await VerifyAsync(lines)).Problem);
        string[] changed = Changes[what](_ledger, lines);

        LedgerVerification found = await VerifyAsync(changed);
        LedgerVerification again = await VerifyAsync(changed);

        LedgerVerification expected = LedgerVerifier.Verify(changed);
        Assert.NotNull(expected.Problem);
        Assert.Equal(expected.Problem, found.Problem);
        Assert.Equal(expected.Rows.Count, found.Rows.Count);
        Assert.Equal(found.Problem, again.Problem);
        Assert.Null((await VerifyAsync(lines)).Problem);
    }

    [Fact]
    public async Task ALedgerThatGrows_IsVerifiedAsIfItWereReadAtOnce()
    {
        string[] lines = Countersigned();
        for (int count = 1; count <= lines.Length; count++)
        {
            AssertSame(LedgerVerifier.Verify([.. lines.Take(count)]), await VerifyAsync([.. lines.Take(count)]));
        }
    }

    [Fact]
    public async Task WhatWasVerifiedAndIsTheSame_IsNotVerifiedAgain_UntilItIsForgotten()
    {
        string[] lines = Countersigned();
        LedgerVerification first = await VerifyAsync(lines);

        Assert.Same(first, await VerifyAsync([.. lines.Select(line => new string(line.AsSpan()))]));
        _verified.Forget(_name);
        Assert.NotSame(first, await VerifyAsync(lines));
    }

    [Fact]
    public async Task ABadRowBehindGoodOnes_IsFound_AndIsNotRemembered()
    {
        string[] lines = Countersigned();
        await VerifyAsync([.. lines.Take(5)]);
        string[] forged = Replaced(lines, 5, _ => _ledger.Forge(3, row => row with { SumEpsilon = "0.1" }));

        LedgerVerification bad = await VerifyAsync(forged);
        LedgerVerification good = await VerifyAsync(lines);

        Assert.Equal((3, LedgerProblemKind.Epsilon), (bad.Problem!.Row, bad.Problem.Kind));
        Assert.Equal(LedgerVerifier.Verify(forged).Statements[PrivacyView.Colluders], bad.Statements[PrivacyView.Colluders]);
        AssertSame(LedgerVerifier.Verify(lines), good);
    }

    [Fact]
    public async Task FewerRowsThanWereVerified_AreVerifiedAnew()
    {
        string[] lines = Countersigned();
        await VerifyAsync(lines);

        AssertSame(LedgerVerifier.Verify([.. lines.Take(5)]), await VerifyAsync([.. lines.Take(5)]));
    }

    public void Dispose() => _ledger.Dispose();

    private Task<LedgerVerification> VerifyAsync(string[] lines) => _verified.VerifyAsync(_name, lines.ToAsyncEnumerable(), TestContext.Current.CancellationToken);

    // As a portal keeps them: each row followed by a countersignature.
    private string[] Countersigned() =>
    [
        .. _ledger.Lines.SelectMany(text => LedgerLine.Parse(text) is { Row: { } row } line
            ? new[] { text, LedgerLine.Sign(new LedgerCountersignature { Sequence = row.Sequence, RowHash = line.Hash, Signer = "portal", Key = _ledger.SiteKey }, _ledger.Key).ToText() }
            : [text]),
    ];

    private static string[] Replaced(string[] lines, int at, Func<string, string> change)
    {
        string[] changed = [.. lines];
        changed[at] = change(changed[at]);
        Assert.NotEqual(lines[at], changed[at]);
        return changed;
    }

    private static void AssertSame(LedgerVerification expected, LedgerVerification found)
    {
        Assert.Null(found.Problem);
        Assert.Equal(expected.Hashes, found.Hashes);
        Assert.Equal(expected.Head, found.Head);
        Assert.Equal(expected.Rows.Select(row => (row.Sequence, row.Time, row.SumEpsilon, row.SumHash)), found.Rows.Select(row => (row.Sequence, row.Time, row.SumEpsilon, row.SumHash)));
        Assert.All(expected.Rows.Zip(found.Rows), pair => Assert.Equal(pair.First.ColludersCurve, pair.Second.ColludersCurve));
        Assert.Equal(expected.Countersignatures, found.Countersignatures);
        Assert.Equal(expected.Statements, found.Statements);
        Assert.Equal(Curve(expected), Curve(found));
    }

    private static IReadOnlyList<double>? Curve(LedgerVerification ledger) => (ledger.Cost(PrivacyView.SingleUpdate) as RenyiCost)?.Curve.Values;
}
