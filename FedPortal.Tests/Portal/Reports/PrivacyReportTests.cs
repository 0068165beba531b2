using FedPortal.Reports;
using FedPortal.Tests.Training.Ledger;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using Xunit;

namespace FedPortal.Tests.Portal.Reports;

public sealed class PrivacyReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void AStudysFigureIsTheLargestOfItsLedgers()
    {
        using SampleLedger three = new SampleLedger().With(rounds: 3);
        using SampleLedger one = new SampleLedger().With(rounds: 1);

        PrivacyReport report = Report(ReportSubject.Study, [Verified(three.Lines), Verified(one.Lines)]);

        Assert.Equal(EpsilonAfter(3), EpsilonOf(report, PrivacyView.PublishedSum), 1e-9);
        Assert.All(report.Totals, total => Assert.Matches("ε = .*δ = 1E-05, unit = institution, adjacency = zero-out, adversary = .*tuning runs counted: no", total.Claim));
    }

    [Fact]
    public void AnInstitutionsFigureIsTheSumOverItsStudies_ByTheAccountantNotByAddingEpsilons()
    {
        using SampleLedger first = new SampleLedger().With(rounds: 3);
        using SampleLedger second = new SampleLedger().With(rounds: 2);

        PrivacyReport report = Report(ReportSubject.Institution, [Verified(first.Lines), Verified(second.Lines)]);

        Assert.Equal(EpsilonAfter(5), EpsilonOf(report, PrivacyView.PublishedSum), 1e-9);
    }

    [Fact]
    public void NothingReleasedIsSaidInWords_AndIsNotZero()
    {
        using SampleLedger empty = new SampleLedger().With(rounds: 0);

        PrivacyReport none = Report(ReportSubject.Study, []);
        PrivacyReport begun = Report(ReportSubject.Study, [Verified(empty.Lines)]);

        Assert.Empty(none.Totals);
        Assert.Contains(none.Remarks, remark => remark.Contains("nothing was released", StringComparison.Ordinal));
        Assert.All(begun.Totals, total => Assert.StartsWith("nothing released", total.Claim, StringComparison.Ordinal));
        Assert.All(begun.Totals, total => Assert.IsType<NothingReleased>(total.Statement));
    }

    [Fact]
    public void OneReleaseThatIsNotAccountedMakesTheWholeNotAccounted()
    {
        using var ledger = new SampleLedger();
        using (LedgerWriter writer = ledger.Create(double.PositiveInfinity))
        {
            writer.Record(SampleLedger.Release(1));
            writer.Record(SampleLedger.Release(2, "homemade"));
        }

        PrivacyReport report = Report(ReportSubject.Study, [Verified(ledger.Lines)]);

        Assert.All(report.Totals, total => Assert.StartsWith("not accounted", total.Claim, StringComparison.Ordinal));
        Assert.Contains(report.Remarks, remark => remark.Contains("no meaningful formal guarantee", StringComparison.Ordinal));
    }

    [Fact]
    public void ATamperedLedgerIsNamedWithItsFirstBadRow_AndItsFiguresAreThoseBefore()
    {
        using SampleLedger ledger = new SampleLedger().With(rounds: 3);
        string[] lines = ledger.Lines;
        lines[3] = lines[3].Replace("\"steps\":1", "\"steps\":2", StringComparison.Ordinal);

        PrivacyReport report = Report(ReportSubject.Study, [Verified(lines)]);

        Assert.Contains(report.Remarks, remark => remark.Contains("row 3: hash mismatch", StringComparison.Ordinal));
        Assert.Equal(EpsilonAfter(2), EpsilonOf(report, PrivacyView.PublishedSum), 1e-9);
    }

    [Fact]
    public void DifferentPromisesAreNotPutTogether()
    {
        using SampleLedger first = new SampleLedger().With(rounds: 1);
        using var second = new SampleLedger();
        LedgerWriter.Create(second.Path, SampleLedger.Header() with { Delta = 1e-6 }, second.Key, [], TimeProvider.System).Dispose();

        PrivacyReport report = Report(ReportSubject.Institution, [Verified(first.Lines), Verified(second.Lines)]);

        Assert.Empty(report.Totals);
        Assert.Contains(report.Remarks, remark => remark.Contains("differ in unit, adjacency or δ", StringComparison.Ordinal));
    }

    [Fact]
    public void TheBudgetSaysWhatIsLeft_AndHowManyRoundsMoreFit()
    {
        using SampleLedger ledger = new SampleLedger().With(rounds: 3, epsilonCap: 4);

        LedgerBudget budget = Verified(ledger.Lines).Budget!;

        // Independent: plan the same question until it passes the cap.
        int fit = Enumerable.Range(1, 200).TakeWhile(rounds => EpsilonAfter(rounds) <= 4).Last();
        Assert.Equal(fit - 3, budget.MoreLikeTheLast);
        Assert.Equal(4 - EpsilonAfter(3), budget.Left!.Value, 1e-9);
    }

    [Fact]
    public void WithoutACap_NothingIsLeftAndNothingIsMissing()
    {
        using SampleLedger ledger = new SampleLedger().With(rounds: 1, epsilonCap: double.PositiveInfinity);

        LedgerBudget budget = Verified(ledger.Lines).Budget!;

        Assert.Equal((false, null, null), (budget.HasCap, budget.Left, budget.MoreLikeTheLast));
    }

    [Fact]
    public void TheJsonHoldsEveryRowAndSaysInWordsWhatHasNoNumber()
    {
        using SampleLedger ledger = new SampleLedger().With(rounds: 2);

        string json = PrivacyReportJson.Of(Report(ReportSubject.Study, [Verified(ledger.Lines)])).ToJsonString();
        string empty = PrivacyReportJson.Of(Report(ReportSubject.Study, [])).ToJsonString();

        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(2, document.RootElement.GetProperty("ledgers")[0].GetProperty("releases").GetArrayLength());
        Assert.Equal(EpsilonAfter(2), document.RootElement.GetProperty("totals")[0].GetProperty("epsilon").GetDouble(), 1e-9);
        Assert.Contains("nothing was released", empty, StringComparison.Ordinal);
    }

    internal static LedgerReport Verified(string[] lines) => new(new LedgerText(Guid.NewGuid(), "Pneumonia", Guid.NewGuid(), "Hôpital Nord", null), LedgerVerifier.Verify(lines));

    private static PrivacyReport Report(ReportSubject subject, IReadOnlyList<LedgerReport> ledgers) => PrivacyReport.Of(subject, Guid.NewGuid(), "Pneumonia", ledgers, [], Now);

    private static double EpsilonOf(PrivacyReport report, PrivacyView view) => Assert.IsType<EpsilonStatement>(report.Totals.Single(total => total.View == view).Statement).Epsilon;

    /// <summary>The same releases as a what-if question, which goes another way through the accountant.</summary>
    private static double EpsilonAfter(int rounds) => Assert.IsType<EpsilonStatement>(new PrivacyQuestion
    {
        Mechanism = MechanismNames.Skellam,
        Noise = SampleLedger.Noise,
        Arrived = 5,
        Rounds = rounds,
        SamplingRate = 1,
        Scope = new PrivacyScope(1e-5, "institution", "zero-out", false),
        Views = PrivacyAccountant.Views,
    }.Statement(PrivacyView.PublishedSum, rounds)).Epsilon;
}
