using FedPortal.Encryption.SecureAggregation.Advice;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Protocol;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;
using Xunit;

namespace FedPortal.Tests.Portal.Studies;

public class FlightPlanTests
{
    private static readonly Dictionary<string, int> Classes = new() { ["a"] = 100, ["b"] = 300 };

    [Fact]
    public void EpsilonOfThePlan_IsTheAccountantsForTheSameReleases()
    {
        StudyDesign design = Design() with { Privacy = new PrivacyProfile { NoiseIntensity = 10, AssumedColluders = 1 }, Encryption = new EncryptionProfile { ValueBits = 12 }, Rounds = 30 };

        PlannedPrivacy plan = Forecast(design).Privacy!;

        // Five institutions, each sized so that four of them reach z = 10: with five the noise is √(5/4) larger.
        double five = GaussianPrivacy.ExactEpsilon(1e-5, 1, 10 * Math.Sqrt(1.25), 30);
        double four = GaussianPrivacy.ExactEpsilon(1e-5, 1, 10, 30);
        double one = GaussianPrivacy.ExactEpsilon(1e-5, 1, 5, 30);
        Assert.InRange(plan.Views[0].Expected!.Value, five, five * 1.25);
        Assert.InRange(plan.Views[1].Expected!.Value, four, four * 1.25);
        Assert.InRange(plan.Views[2].Expected!.Value, one, one * 1.25);
        Assert.Equal(30, plan.Views[0].LimitByRound.Count);
        Assert.Equal(plan.Views[0].Limit, plan.Views[0].LimitByRound[^1]);
        Assert.True(plan.Views[0].LimitByRound[0] < plan.Views[0].LimitByRound[^1]);
    }

    [Fact]
    public void AssumedDropouts_RaiseTheLimitAboveTheExpectation_AndNeverBelowFewest()
    {
        StudyDesign design = Design() with { Privacy = new PrivacyProfile { NoiseIntensity = 1, AssumedDropouts = 2 } };

        PlannedPrivacy plan = Forecast(design).Privacy!;

        Assert.Equal(3, plan.FewestContributors);
        Assert.True(plan.Views[0].Limit > plan.Views[0].Expected);
    }

    [Fact]
    public void WithoutNoise_NoEpsilonIsClaimed_AndTheReasonIsSaid()
    {
        PlannedPrivacy plan = Forecast(Design()).Privacy!;

        Assert.All(plan.Views, view => Assert.Null(view.Limit));
        Assert.All(plan.Views, view => Assert.Contains("no privacy from noise", view.Words, StringComparison.Ordinal));
    }

    [Fact]
    public void SketchesWithoutNoise_LeaveNoBound_AsTheLedgersChargeThem()
    {
        StudyDesign design = Design() with { Privacy = new PrivacyProfile { NoiseIntensity = 1 }, Screening = new ScreeningProfile() };

        PlannedPrivacy plan = Forecast(design).Privacy!;

        Assert.All(plan.Views, view => Assert.Null(view.Limit));
        Assert.All(plan.Views, view => Assert.NotNull(view.SumsAlone));
        Assert.Contains("sketch is shown to the portal without noise", plan.Views[2].Words, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePlan_TakesTheSetThatSetFitChooses_WithItsMargin()
    {
        StudyForecast forecast = Forecast(Design());

        SetFit chosen = SetFit.Choose(SumDemand.Equal(5, 8));
        Assert.Equal((chosen.Set.Name, chosen.MarginBits), (forecast.Encryption!.Set, forecast.Encryption.MarginBits));
        Assert.Equal(4, forecast.Encryption.Threshold);
        Assert.Equal((long)chosen.Set.BlockCount(forecast.Network.ValueCount) * chosen.Set.BytesPerBlock, forecast.Traffic.UpdateBytes);
    }

    [Fact]
    public void WhatDoesNotFit_IsRefusedWithTheReason_AndNothingIsPutInItsPlace()
    {
        StudyForecast forecast = Forecast(Design() with { Encryption = new EncryptionProfile { ParameterSet = "compact", ValueBits = 16 } });

        Assert.Null(forecast.Encryption);
        Assert.Contains("a lane of compact has 13", forecast.EncryptionReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4096, "60, 49", 40, "would carry the sum")]
    [InlineData(2048, "60, 49", 40, "insecure")]
    [InlineData(4096, "30, 30", 25, "needs")]
    public void SealParameters_HaveALiveVerdict(int degree, string bits, int scale, string verdict)
    {
        int[] primes = [.. bits.Split(", ").Select(int.Parse)];
        StudyForecast forecast = Forecast(Design() with { Encryption = new EncryptionProfile { Mode = EncryptionMode.SealCompatible, SealDegree = degree, SealModulusBits = primes, SealScaleBits = scale } });

        Assert.Null(forecast.Encryption);
        Assert.Contains(verdict, forecast.EncryptionReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_ComeFromRoundsWhereThereAreAny_ElseFromTheMachine_ElseAreUnknown()
    {
        var figures = new StageFigures(new Dictionary<string, StageFigure> { [StageNames.Train] = new(0.01, 12) }, 3, SitePrograms: 2);

        StudyForecast forecast = StudyForecaster.Make(Design(), Roster(), Classes, figures, _ => new MachineSpeed(1e6, 2e6, 4e6));

        PlannedStage train = forecast.Stages.Single(stage => stage.Stage == StageNames.Train);
        Assert.Equal(StageSource.Rounds, train.Source);
        Assert.Equal(0.01 * 2 * 1500 / 2, train.Seconds!.Value, 9); // 1,500 images of five hosted institutions, two epochs, two at a time
        PlannedStage sum = forecast.Stages.Single(stage => stage.Stage == StageNames.Sum);
        Assert.Equal((StageSource.Machine, forecast.Network.ValueCount * 5 / 2e6), (sum.Source, sum.Seconds!.Value));
        Assert.Equal((StageSource.Unknown, null), forecast.Stages.Where(stage => stage.Stage == StageNames.Evaluate).Select(stage => (stage.Source, stage.Seconds)).Single());
    }

    [Fact]
    public void APlainStudy_PlansNoProtectionAndSaysSo()
    {
        StudyForecast forecast = Forecast(Design() with { Strategy = FederatedStrategy.PlainFedAvg });

        Assert.Null(forecast.Privacy);
        Assert.Null(forecast.Encryption);
        Assert.Equal("updates are added in the clear", forecast.EncryptionReason);
        Assert.DoesNotContain(forecast.Stages, stage => stage.Stage == StageNames.Encrypt);
        Assert.Equal(4 * forecast.Network.ValueCount, forecast.Traffic.Up);
    }

    [Fact]
    public void ThePlansText_ReadsBack_AndItsHashIsOfEveryCharacter()
    {
        FlightPlan plan = Forecast(Design()).ToPlan(Design(), Roster(), DateTimeOffset.UnixEpoch);
        string text = plan.ToText();

        Assert.Equal(text, FlightPlan.FromText(text).ToText());
        Assert.Equal(64, FlightPlan.HashOf(text).Length);
        Assert.NotEqual(FlightPlan.HashOf(text), FlightPlan.HashOf(text.Replace("\"rounds\":8", "\"rounds\":9", StringComparison.Ordinal)));
    }

    [Fact]
    public void ARunThatKeepsToItsPlan_GoesOn() => Assert.Null(FlightWatch.Deviation(Plan(z: 1), Plan(z: 1).Design, 5, Spent(Plan(z: 1), releases: 3)));

    [Fact]
    public void ChangedSettings_EndTheRun() =>
        Assert.Contains("encryption was changed", FlightWatch.Deviation(Plan(z: 1), Plan(z: 1).Design with { Encryption = new EncryptionProfile { ParameterSet = "wide" } }, 5, StudySpending.Nothing), StringComparison.Ordinal);

    [Fact]
    public void ARosterBelowThePlan_EndsTheRun() =>
        Assert.Contains("needs 5 institutions in a round but only 4", FlightWatch.Deviation(Plan(z: 1), Plan(z: 1).Design, 4, StudySpending.Nothing), StringComparison.Ordinal);

    [Fact]
    public void AReleaseBeyondThePlan_IsStoppedBeforeItIsMade()
    {
        FlightPlan plan = Plan(z: 1);

        Assert.Null(FlightWatch.Deviation(plan, plan.Design, 5, Spent(plan, releases: 7)));
        Assert.Contains("pays for 8 updates of each institution and 8 were charged", FlightWatch.Deviation(plan, plan.Design, 5, Spent(plan, releases: 8)), StringComparison.Ordinal);
        Assert.Contains("the ledgers have charged", FlightWatch.Deviation(plan, plan.Design, 5, Spent(plan, releases: 20)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50)]
    [InlineData(ClassifierArchitecture.ResNet50GroupNorm)]
    [InlineData(ClassifierArchitecture.ResNet50Slim)]
    [InlineData(ClassifierArchitecture.EfficientNetB0)]
    public void TheSizeOfANetwork_IsThatOfTheNetworkItself(ClassifierArchitecture architecture)
    {
        var description = new ModelDescription(architecture, ClassCount: 7);

        Assert.Equal(ClassifierModel.LayoutOf(description).ValueCount, NetworkSize.ValueCount(description));
    }

    private static StudyDesign Design() => new()
    {
        Name = "Study",
        Question = "What is it?",
        Classes = ["a", "b"],
        Strategy = FederatedStrategy.ProtectedFedAvg,
        Quorum = 3,
        Screening = new ScreeningProfile { Sketch = new SketchProfile { Dimensions = 0 } },
    };

    private static PlannedSeat[] Roster() => [.. Enumerable.Range(0, 5).Select(i => new PlannedSeat(new Guid(i + 1, 0, 0, new byte[8]), $"Hospital {i}", new Guid(i + 100, 0, 0, new byte[8]), "hash", 100 * (i + 1), 80, IsHosted: true))];

    private static StudyForecast Forecast(StudyDesign design) => StudyForecaster.Make(design, Roster(), Classes, StageFigures.None, _ => null);

    private static FlightPlan Plan(double z)
    {
        StudyDesign design = Design() with { Privacy = new PrivacyProfile { NoiseIntensity = z } };
        return Forecast(design).ToPlan(design, Roster(), DateTimeOffset.UnixEpoch);
    }

    private static StudySpending Spent(FlightPlan plan, int releases)
    {
        PrivacyCost cost = new GaussianMechanism(1, plan.Privacy!.NoiseIntensity * 1.01).Cost(RenyiOrders.Standard).Repeat(releases);
        return new StudySpending(releases, new Dictionary<PrivacyView, PrivacyStatement> { [PrivacyView.PublishedSum] = PrivacyStatement.For(cost, plan.Privacy.Delta) });
    }
}
