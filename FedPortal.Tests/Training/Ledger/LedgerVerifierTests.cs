using System.Security.Cryptography;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using Xunit;

namespace FedPortal.Tests.Training.Ledger;

public sealed class LedgerVerifierTests : IDisposable
{
    private readonly SampleLedger _ledger = new SampleLedger().With(rounds: 4);

    [Fact]
    public void AnUntouchedLedgerVerifiesAndRecomputesItsEpsilon()
    {
        LedgerVerification verification = LedgerVerifier.Verify(_ledger.Lines, _ledger.SiteKey);

        // z is sized for four of five shares, so five shares are √(5/4) more noise.
        double sensitivity = SampleLedger.Noise.L2 / (5 * 4096);
        double gaussian = RenyiCurve.From(RenyiOrders.Standard, order => GaussianPrivacy.Renyi(order, sensitivity, Math.Sqrt(1.25)))
            .Repeat(4).ToEpsilon(1e-5).Epsilon;
        Assert.Null(verification.Problem);
        Assert.Equal(4, verification.Rows.Count);
        double published = Assert.IsType<EpsilonStatement>(verification.Statements[PrivacyView.PublishedSum]).Epsilon;
        double colluders = Assert.IsType<EpsilonStatement>(verification.Statements[PrivacyView.Colluders]).Epsilon;
        double single = Assert.IsType<EpsilonStatement>(verification.Statements[PrivacyView.SingleUpdate]).Epsilon;
        Assert.InRange(published, gaussian, gaussian * 1.001);
        Assert.True(published < colluders && colluders < single);
    }

    [Fact]
    public void TheClaimNamesUnitAdjacencyAdversaryAndTuning()
    {
        LedgerVerification verification = LedgerVerifier.Verify(_ledger.Lines);

        Assert.Matches(
            "^ε = [0-9.]+, δ = 1E-05, unit = institution, adjacency = zero-out, adversary = 1 colluding .*, tuning runs counted: no$",
            verification.Claim(PrivacyView.Colluders));
    }

    [Theory]
    [InlineData("\"steps\":1", "\"steps\":2")]
    [InlineData("\"scale\":4096", "\"scale\":1024")]
    [InlineData("\"allowed\":true", "\"allowed\":false")]
    [InlineData("\"kind\":\"update\"", "\"kind\":\"metric\"")]
    public void AChangedFieldIsFoundInItsRow(string from, string to)
    {
        string[] lines = _ledger.Lines;
        lines[3] = lines[3].Replace(from, to, StringComparison.Ordinal);

        AssertProblem(lines, 3, LedgerProblemKind.Hash);
    }

    [Fact]
    public void ARowWithAMatchingHashButAnotherKeyIsFound()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] lines = _ledger.Lines;
        lines[2] = LedgerLine.Sign(LedgerLine.Parse(lines[2]).Row! with { Round = 9 }, other).ToText();

        AssertProblem(lines, 2, LedgerProblemKind.Signature);
    }

    [Fact]
    public void ADeletedRowIsFoundWhereItIsMissing() => AssertProblem([.. _ledger.Lines.Where((_, i) => i != 2)], 2, LedgerProblemKind.Sequence);

    [Fact]
    public void SwappedRowsAreFound()
    {
        string[] lines = _ledger.Lines;
        (lines[2], lines[3]) = (lines[3], lines[2]);

        AssertProblem(lines, 2, LedgerProblemKind.Sequence);
    }

    [Fact]
    public void ARowThatWasRewrittenByItsSiteBreaksTheNextOne()
    {
        string[] lines = _ledger.Lines;
        lines[2] = _ledger.Forge(2, row => row with { Round = 77 });

        AssertProblem(lines, 3, LedgerProblemKind.Sequence);
    }

    [Fact]
    public void CutOffRowsAreFoundByTheHeadThatTheOtherSideHolds()
    {
        string[] lines = _ledger.Lines;
        string head = LedgerVerifier.Verify(lines).Head;

        Assert.Null(LedgerVerifier.Verify(lines, expectedHead: head).Problem);
        Assert.Equal(LedgerProblemKind.Head, LedgerVerifier.Verify(lines[..^1], expectedHead: head).Problem!.Kind);
    }

    [Fact]
    public void AChangedHeaderIsFound()
    {
        string[] lines = _ledger.Lines;
        lines[0] = lines[0].Replace("\"epsilonCap\":8", "\"epsilonCap\":80", StringComparison.Ordinal);

        AssertProblem(lines, 0, LedgerProblemKind.Hash);
    }

    [Fact]
    public void AHeaderThatItsSiteSignedAnewBreaksTheFirstRow()
    {
        string[] lines = _ledger.Lines;
        lines[0] = LedgerLine.Sign(LedgerLine.Parse(lines[0]).Header! with { EpsilonCap = 80 }, _ledger.Key).ToText();

        AssertProblem(lines, 1, LedgerProblemKind.Sequence);
    }

    [Fact]
    public void AWholeForgedLedgerIsFoundByThePinnedKey()
    {
        using SampleLedger forged = new SampleLedger().With(rounds: 1);

        LedgerProblem problem = LedgerVerifier.Verify(forged.Lines, _ledger.SiteKey).Problem!;

        Assert.Equal((0, LedgerProblemKind.Header), (problem.Row, problem.Kind));
    }

    [Fact]
    public void GoingOn_TrustsTheLinesBeforeButNotTheirKey()
    {
        using var other = new SampleLedger();
        LedgerVerification before = LedgerVerifier.Verify(_ledger.Lines[..3]);

        Assert.Null(LedgerVerifier.GoOn(before, _ledger.Lines[3..], _ledger.SiteKey).Problem);
        Assert.Equal((0, LedgerProblemKind.Header), LedgerVerifier.GoOn(before, _ledger.Lines[3..], other.SiteKey) is { Problem: { } problem } ? (problem.Row, problem.Kind) : default);
        Assert.Equal((3, LedgerProblemKind.Sequence), LedgerVerifier.GoOn(before, _ledger.Lines[4..]) is { Problem: { } gap } ? (gap.Row, gap.Kind) : default);
        Assert.Throws<ArgumentException>(() => LedgerVerifier.GoOn(LedgerVerifier.Verify([]), _ledger.Lines));
    }

    [Fact]
    public void ASiteThatSignsATooSmallEpsilonIsFound() =>
        AssertForgery(row => row with { SumEpsilon = "0.1" }, LedgerProblemKind.Epsilon);

    [Fact]
    public void ASiteThatSignsAWrongCurveIsFound() =>
        AssertForgery(row => row with { ColludersCurve = [.. row.ColludersCurve.Select(value => value / 2)] }, LedgerProblemKind.Epsilon);

    [Fact]
    public void ASiteThatSignsATooSmallSensitivityIsFound() =>
        AssertForgery(row => row with { L2 = row.L2 / 2 }, LedgerProblemKind.Sensitivity);

    [Fact]
    public void ASiteThatSignsAnUpdateOfAnotherLengthIsFound() =>
        AssertForgery(row => row with { Dimension = 100 }, LedgerProblemKind.Header);

    [Fact]
    public void ASiteThatCountsOneContributorTwiceIsFound() =>
        AssertForgery(row => row with { Contributors = ["A", "B", "C", "D", "D"] }, LedgerProblemKind.Contributors);

    [Fact]
    public void ASiteThatReleasesThoughTheNormCheckFailedIsFound() =>
        AssertForgery(row => row with { NormCheckPassed = false }, LedgerProblemKind.Cap);

    [Theory]
    [InlineData("not a line")]
    [InlineData("{}")]
    [InlineData("null")]
    public void ALineThatCannotBeReadIsFound(string line)
    {
        string[] lines = _ledger.Lines;
        lines[4] = line;

        AssertProblem(lines, 4, LedgerProblemKind.Format);
    }

    [Fact]
    public void AnAddedFieldOrSpaceIsFound()
    {
        string[] lines = _ledger.Lines;
        AssertProblem([lines[0], lines[1].Replace("{\"row\":{", "{\"row\":{\"note\":1,", StringComparison.Ordinal)], 1, LedgerProblemKind.Format);
        AssertProblem([lines[0], lines[1].Replace("\"round\":1", "\"round\": 1", StringComparison.Ordinal)], 1, LedgerProblemKind.Format);
    }

    [Fact]
    public void AnEmptyFileIsNoLedger() => AssertProblem([], 0, LedgerProblemKind.Header);

    [Fact]
    public void StatementsCountTheRowsBeforeTheProblemOnly()
    {
        string[] lines = _ledger.Lines;
        double twoRounds = Published(LedgerVerifier.Verify(lines[..3]));
        lines[3] = _ledger.Forge(3, row => row with { SumEpsilon = "0.1" });

        Assert.Equal(twoRounds, Published(LedgerVerifier.Verify(lines)));
    }

    [Fact]
    public void TwoCopiesAreComparedRowByRow()
    {
        string[] lines = _ledger.Lines;
        string[] changed = [.. lines[..3], _ledger.Forge(3, row => row with { Round = 9 })];

        Assert.Null(Compare(lines, lines).Difference);
        Assert.Equal(3, Compare(lines, changed).Difference!.Row);
        Assert.Equal(4, Compare(lines, lines[..4]).Difference!.Row);
    }

    public void Dispose() => _ledger.Dispose();

    private static double Published(LedgerVerification verification) =>
        Assert.IsType<EpsilonStatement>(verification.Statements[PrivacyView.PublishedSum]).Epsilon;

    private static LedgerComparison Compare(string[] one, string[] other) =>
        LedgerComparison.Of(LedgerVerifier.Verify(one), LedgerVerifier.Verify(other));

    private static void AssertProblem(string[] lines, int row, LedgerProblemKind kind)
    {
        LedgerProblem? problem = LedgerVerifier.Verify(lines).Problem;

        Assert.NotNull(problem);
        Assert.Equal((row, kind), (problem.Row, problem.Kind));
    }

    private void AssertForgery(Func<LedgerRow, LedgerRow> change, LedgerProblemKind kind)
    {
        string[] lines = _ledger.Lines;
        lines[2] = _ledger.Forge(2, change);

        AssertProblem(lines, 2, kind);
    }
}
