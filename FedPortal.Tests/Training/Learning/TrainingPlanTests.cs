using FedPortal.Training.Learning;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Learning;

public class TrainingPlanTests
{
    public static TheoryData<TrainingPlan, string> Invalid => new()
    {
        { new TrainingPlan { Epochs = 0 }, "1 to 1000 local epochs but got 0" },
        { new TrainingPlan { BatchSize = 0 }, "batch size of 1 to 4096 but got 0" },
        { new TrainingPlan { LearningRate = 0 }, "learning rate above 0" },
        { new TrainingPlan { LearningRate = double.NaN }, "got NaN" },
        { new TrainingPlan { Momentum = 1 }, "momentum in [0, 1) but got 1" },
        { new TrainingPlan { WeightDecay = -1 }, "weight decay" },
        { new TrainingPlan { LabelSmoothing = 1 }, "label smoothing" },
        { new TrainingPlan { GradientClip = -1 }, "gradient clip" },
        { new TrainingPlan { ProximalTerm = -0.1 }, "proximal term" },
        { new TrainingPlan { Optimizer = (LocalOptimizer)7 }, "optimiser" },
        { new TrainingPlan { RoundSchedule = (LearningRateSchedule)9 }, "schedule" },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void PlanOutOfRange_IsRefusedWithTheNumber(TrainingPlan plan, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => TrainingPlanChecks.ThrowIfInvalid(plan)).Message, StringComparison.Ordinal);

    [Fact]
    public void DefaultPlan_IsValid() => TrainingPlanChecks.ThrowIfInvalid(new TrainingPlan());

    [Fact]
    public void Balance_BecomesTheRightTermOfTheLoss()
    {
        int[] labels = [0, 0, 0, 1];

        TrainingStepOptions Of(ClassBalance balance) => LocalTrainer.StepOptions(new TrainingPlan { Balance = balance, ProximalTerm = 0.25 }, labels, 2);

        Assert.Equal([4f / 6, 2f], Of(ClassBalance.WeightedLoss).ClassWeights!);
        Assert.Equal(2, Of(ClassBalance.FocalLoss).FocalGamma);
        Assert.Equal([MathF.Log(4f / 6), MathF.Log(2f / 6)], Of(ClassBalance.LogitAdjustment).LogitAdjustment!, (a, b) => Math.Abs(a - b) < 1e-6);
        foreach (ClassBalance balance in new[] { ClassBalance.None, ClassBalance.BalancedSampling })
        {
            Assert.Null(Of(balance).ClassWeights);
            Assert.Null(Of(balance).LogitAdjustment);
            Assert.Equal(0, Of(balance).FocalGamma);
        }

        Assert.Equal(0.25f, Of(ClassBalance.None).ProximalTerm);
    }
}
