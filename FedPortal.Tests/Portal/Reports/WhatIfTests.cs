using FedPortal.Reports;
using FedPortal.Training.Accounting;
using Xunit;

namespace FedPortal.Tests.Portal.Reports;

public sealed class WhatIfTests
{
    [Fact]
    public void TheFigureIsTheReferenceValueOfTheCommandLine()
    {
        WhatIf whatIf = Ask(("dimension", "2049"), ("scale", "4096"), ("noise-multiplier", "5"), ("shares", "5"), ("colluders", "0"), ("rounds", "20"));

        var known = Assert.IsType<EpsilonStatement>(whatIf.Question!.Statement(PrivacyView.PublishedSum, 20));
        Assert.Equal(4.1625741007511685, known.Epsilon, 1e-6);
    }

    [Theory]
    [InlineData(MechanismNames.Skellam, "1")]
    [InlineData(MechanismNames.Gaussian, "0.1")]
    [InlineData(MechanismNames.CentredPoissonReal, "1")]
    public void TheCurveIsWhatEachRoundWouldSay(string mechanism, string rate)
    {
        PrivacyQuestion question = Ask(("mechanism", mechanism), ("sampling-rate", rate), ("dimension", "64"), ("rounds", "3")).Question!;

        foreach (PrivacyView view in question.Views)
        {
            Assert.Equal(Enumerable.Range(1, 3).Select(round => question.Statement(view, round)), question.Curve(view));
        }
    }

    [Fact]
    public void AWantedEpsilonIsPlannedForTheColluders()
    {
        WhatIf whatIf = Ask(("dimension", "64"), ("epsilon", "4"), ("shares", "5"), ("colluders", "1"), ("rounds", "30"));

        var known = Assert.IsType<EpsilonStatement>(whatIf.Question!.Statement(PrivacyView.Colluders, 30));
        Assert.InRange(known.Epsilon, 3.999, 4);
        Assert.StartsWith("./fedportal privacy plan ", whatIf.Command(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheCommandAsksTheSame()
    {
        string command = Ask(("dimension", "64"), ("scale", ""), ("arrived", "4"), ("dropouts", "1")).Command();

        Assert.Equal("./fedportal privacy epsilon --mechanism skellam --dimension 64 --clip 1 --noise-multiplier 5 --shares 5 --dropouts 1 --colluders 1 --rounds 20 --sampling-rate 1 --delta 1e-5 --unit institution --arrived 4", command);
    }

    [Theory]
    [InlineData("mechanism", "magic", "The mechanism")]
    [InlineData("dimension", "-1", "The number of values")]
    [InlineData("dimension", "many", "\"many\"")]
    [InlineData("rounds", "100000", "The number of rounds")]
    [InlineData("sampling-rate", "2", "The sampling rate")]
    [InlineData("delta", "0", "δ must be")]
    [InlineData("shares", "1", "leave no share of noise")]
    [InlineData("arrived", "9", "shares that arrive")]
    [InlineData("noise-multiplier", "NaN", "The noise must be")]
    public void WhatMakesNoSenseIsSaid(string field, string text, string said)
    {
        WhatIf whatIf = Ask((field, text));

        Assert.Contains(whatIf.Problems, problem => problem.Contains(said, StringComparison.Ordinal));
        Assert.Null(whatIf.Question);
    }

    private static WhatIf Ask(params (string Name, string Text)[] fields)
    {
        Dictionary<string, string> typed = fields.ToDictionary(field => field.Name, field => field.Text);
        return WhatIf.From(typed.GetValueOrDefault);
    }
}
