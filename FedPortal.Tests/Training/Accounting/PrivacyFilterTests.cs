using FedPortal.Training.Accounting;
using Xunit;

namespace FedPortal.Tests.Training.Accounting;

public class PrivacyFilterTests
{
    private static readonly PrivacyCost Each = new GaussianMechanism(1, 10).Cost(RenyiOrders.Standard);

    [Fact]
    public void TheFilterAllowsWhatFitsAndNotOneMore()
    {
        PrivacyFilter filter = Filter("study", 8);

        int allowed = Enumerable.Range(0, 300).Count(_ => filter.Spend(Each).Allowed);

        // The reference value for this cap.
        Assert.Equal(245, allowed);
        Assert.Equal(0, filter.RemainingReleases(Each));
    }

    [Fact]
    public void ARefusalSpendsNothing()
    {
        PrivacyFilter filter = Filter("study", 1);
        PrivacyCost big = new GaussianMechanism(1, 0.5).Cost(RenyiOrders.Standard);

        Assert.False(filter.Spend(big).Allowed);

        Assert.Null(filter.Spent);
        Assert.True(filter.Spend(Each).Allowed);
    }

    [Fact]
    public void WhenOneFilterRefusesNoFilterPays()
    {
        PrivacyFilter study = Filter("study", 8);
        PrivacyFilter institution = Filter("institution", 0.4);
        var budget = new PrivacyBudget([study, institution]);
        Assert.True(budget.Spend(Each).Allowed);
        PrivacyCost? spent = study.Spent;

        FilterDecision decision = budget.Spend(Each.Repeat(20));

        Assert.False(decision.Allowed);
        Assert.StartsWith("institution: ", decision.Reason, StringComparison.Ordinal);
        Assert.Same(spent, study.Spent);
    }

    [Fact]
    public void ACapCanOnlyBeLowered()
    {
        PrivacyFilter filter = Filter("study", 2);

        filter.LowerCap(1);

        Assert.Equal(1, filter.EpsilonCap);
        Assert.Throws<ArgumentOutOfRangeException>(() => filter.LowerCap(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => filter.LowerCap(double.NaN));
    }

    [Fact]
    public void WithoutACapEverythingIsCountedAndNothingRefused()
    {
        PrivacyFilter filter = Filter("study", double.PositiveInfinity);

        Assert.True(filter.Spend(new ClearRelease().Cost(RenyiOrders.Standard)).Allowed);
        Assert.IsType<UnboundedStatement>(PrivacyStatement.For(filter.Spent, 1e-5));
    }

    private static PrivacyFilter Filter(string name, double cap) => new(name, cap, 1e-5, RenyiOrders.Standard);
}
