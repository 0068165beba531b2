using System.Security.Cryptography;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using Xunit;

namespace FedPortal.Tests.Training.Ledger;

public sealed class LedgerWriterTests : IDisposable
{
    private readonly SampleLedger _ledger = new();

    [Fact]
    public void ASiteWhoseBudgetIsUsedUpRefusesAndKeepsTheRefusal()
    {
        using LedgerWriter writer = _ledger.Create(epsilonCap: 1.5);

        FilterDecision[] decisions = [.. Enumerable.Range(1, 6).Select(round => writer.Record(SampleLedger.Release(round)))];
        writer.Dispose();

        int allowed = decisions.Count(decision => decision.Allowed);
        Assert.InRange(allowed, 1, 5);
        Assert.True(decisions.Take(allowed).All(decision => decision.Allowed));
        Assert.Contains("cap 1.5", decisions[^1].Reason, StringComparison.Ordinal);
        LedgerVerification verification = LedgerVerifier.Verify(_ledger.Lines);
        Assert.Null(verification.Problem);
        Assert.Equal(6, verification.Rows.Count);
        Assert.Equal(allowed, verification.Rows.Count(row => row.Allowed));
    }

    [Fact]
    public void ARestartDoesNotForgetWhatWasSpent()
    {
        int withoutRestart;
        using (var other = new SampleLedger())
        using (LedgerWriter writer = other.Create(epsilonCap: 3))
        {
            withoutRestart = Enumerable.Range(1, 30).Count(round => writer.Record(SampleLedger.Release(round)).Allowed);
        }

        _ledger.Create(epsilonCap: 3).Dispose();
        int withRestarts = Enumerable.Range(1, 30).Count(round =>
        {
            using LedgerWriter writer = _ledger.Open();
            return writer.Record(SampleLedger.Release(round)).Allowed;
        });

        Assert.Equal(withoutRestart, withRestarts);
        Assert.Null(LedgerVerifier.Verify(_ledger.Lines).Problem);
    }

    [Fact]
    public void ALastLineThatACrashCutOffIsRemoved()
    {
        _ledger.With(rounds: 2);
        File.AppendAllText(_ledger.Path, "{\"row\":{\"sequen");

        using (LedgerWriter writer = _ledger.Open())
        {
            writer.Record(SampleLedger.Release(3));
        }

        Assert.Null(LedgerVerifier.Verify(_ledger.Lines).Problem);
        Assert.Equal(4, _ledger.Lines.Length);
    }

    [Fact]
    public void ATamperedLedgerIsNotContinued()
    {
        _ledger.With(rounds: 2);
        File.WriteAllText(_ledger.Path, File.ReadAllText(_ledger.Path).Replace("\"round\":1", "\"round\":5", StringComparison.Ordinal));

        var refusal = Assert.Throws<InvalidDataException>(() => _ledger.Open());

        Assert.Contains("row 1: hash mismatch", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMechanismThatTheAccountantDoesNotKnowIsRefusedAndNeverCountsAsZero()
    {
        using LedgerWriter writer = _ledger.Create();

        FilterDecision decision = writer.Record(SampleLedger.Release(1, mechanism: "magic"));

        Assert.False(decision.Allowed);
        Assert.Contains("not accounted", decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("magic", "not accounted")]
    [InlineData(MechanismNames.CentredPoisson, "not accounted")]
    [InlineData(MechanismNames.CentredPoissonReal, "infinite")]
    [InlineData(MechanismNames.Clear, "infinite")]
    public void AStudyWithoutACapSaysWhatItReleased(string mechanism, string expected)
    {
        using (LedgerWriter writer = _ledger.Create(double.PositiveInfinity))
        {
            Assert.True(writer.Record(SampleLedger.Release(1)).Allowed);
            Assert.True(writer.Record(SampleLedger.Release(2, mechanism)).Allowed);
        }

        LedgerVerification verification = LedgerVerifier.Verify(_ledger.Lines);
        Assert.Null(verification.Problem);
        Assert.All(PrivacyAccountant.Views, view => Assert.Equal(expected, verification.Rows[^1].Epsilon(view)));
        Assert.NotEqual(expected, verification.Rows[0].SumEpsilon);
    }

    [Fact]
    public void ANewLedgerHasReleasedNothing()
    {
        _ledger.Create().Dispose();

        LedgerVerification verification = LedgerVerifier.Verify(_ledger.Lines);

        Assert.IsType<NothingReleased>(verification.Statements[PrivacyView.PublishedSum]);
        Assert.StartsWith("nothing released, δ", verification.Claim(PrivacyView.PublishedSum), StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedNormCheckLetsNothingLeave()
    {
        using LedgerWriter writer = _ledger.Create();

        FilterDecision decision = writer.Record(SampleLedger.Release(1) with { NormCheckPassed = false });

        Assert.False(decision.Allowed);
        Assert.IsType<NothingReleased>(decision.After);
    }

    [Fact]
    public void ACapOfTheInstitutionHoldsBesidesTheStudys()
    {
        var institution = new PrivacyFilter("institution", 1, 1e-5, RenyiOrders.Standard);
        using LedgerWriter writer = LedgerWriter.Create(_ledger.Path, SampleLedger.Header(epsilonCap: 8), _ledger.Key, [institution], TimeProvider.System);

        FilterDecision[] decisions = [.. Enumerable.Range(1, 4).Select(round => writer.Record(SampleLedger.Release(round)))];

        Assert.Contains(decisions, decision => !decision.Allowed && decision.Reason.StartsWith("institution: ", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatOneLedgerSpentFillsTheInstitutionsFilterForTheNext()
    {
        _ledger.With(rounds: 2);
        PrivacyCost spent = LedgerVerifier.Verify(_ledger.Lines).Cost(PrivacyView.PublishedSum)!;
        var institution = new PrivacyFilter("institution", 8, 1e-5, RenyiOrders.Standard);
        institution.Restore(spent);
        using var next = new SampleLedger();
        using LedgerWriter writer = LedgerWriter.Create(next.Path, SampleLedger.Header(), next.Key, [institution], TimeProvider.System);

        writer.Record(SampleLedger.Release(1));

        PrivacyCost each = SampleLedger.Noise.Release().Cost(5, RenyiOrders.Standard);
        Assert.Equal(each.Repeat(3) is RenyiCost three ? three.Curve.Values[0] : -1, ((RenyiCost)institution.Spent!).Curve.Values[0], 1e-12);
    }

    [Fact]
    public void AKeyOnAnotherCurveIsNoSiteKey()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Null(LedgerLine.PublicKey(LedgerLine.PublicKeyText(other)));
        Assert.Null(LedgerLine.PublicKey("rubbish"));
        using ECDsa? good = LedgerLine.PublicKey(_ledger.SiteKey);
        Assert.NotNull(good);
    }

    [Fact]
    public void ThePortalsCountersignatureIsCheckedOnBothWays()
    {
        using var portal = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using (LedgerWriter writer = _ledger.Create())
        {
            writer.Record(SampleLedger.Release(1));
            var content = new LedgerCountersignature { Sequence = 1, RowHash = writer.Head, Signer = "portal", Key = LedgerLine.PublicKeyText(portal) };
            writer.Add(LedgerLine.Sign(content, portal));
            Assert.Throws<ArgumentException>(() => writer.Add(LedgerLine.Sign(content with { RowHash = "00" }, portal)));
            Assert.Throws<ArgumentException>(() => writer.Add(LedgerLine.Sign(content, _ledger.Key)));
        }

        string[] lines = _ledger.Lines;
        Assert.Equal("portal", Assert.Single(LedgerVerifier.Verify(lines).Countersignatures).Signer);
        lines[2] = lines[2].Replace("\"signer\":\"portal\"", "\"signer\":\"nobody\"", StringComparison.Ordinal);
        Assert.Equal(LedgerProblemKind.Signature, LedgerVerifier.Verify(lines).Problem!.Kind);
    }

    [Theory]
    [InlineData("unheard-of", 5)]
    [InlineData(ReleaseKinds.Sketch, 4)]
    [InlineData(ReleaseKinds.Sketch, 6)]
    public void AReleaseThatTheHeaderDoesNotAllowIsNotWritten(string kind, int contributors)
    {
        using LedgerWriter writer = _ledger.Create();
        LedgerRelease release = SampleLedger.Release(1) with { Kind = kind, Contributors = [.. Enumerable.Range(0, contributors).Select(i => $"{i}")] };

        Assert.Throws<ArgumentException>(() => writer.Record(release));
        Assert.Equal(0, writer.RowCount);
    }

    [Fact]
    public void AReleaseWithATooSmallSensitivityIsNotWritten()
    {
        using LedgerWriter writer = _ledger.Create();
        LedgerRelease release = SampleLedger.Release(1);

        Assert.Throws<ArgumentException>(() => writer.Record(release with { ClippingNorm = 2 }));
        Assert.Throws<ArgumentException>(() => writer.Record(release with { Parameters = release.Parameters with { L2 = double.NaN } }));
        Assert.Throws<ArgumentException>(() => writer.Record(release with { Contributors = ["A", "A", "B", "C", "D"] }));
        Assert.Equal(0, writer.RowCount);
    }

    public void Dispose() => _ledger.Dispose();
}
