using FedPortal.Training.Models;

namespace FedPortal.Training.Learning;

/// <summary>The factors of <see cref="LearningRateSchedule"/>, and what they are applied to.</summary>
public static class LearningRates
{
    /// <summary>The rate of local AdamW where nobody names another: slim networks take larger steps than whole ones.</summary>
    public static double UsualOf(ClassifierArchitecture architecture) => architecture == ClassifierArchitecture.ResNet50Slim ? 1e-3 : 3e-4;

    /// <summary>What the base learning rate is multiplied by at one step (or round) of a sequence.</summary>
    /// <param name="schedule">The form of the curve.</param>
    /// <param name="step">From 0 to <paramref name="count"/> − 1.</param>
    /// <param name="count">Length of the sequence, at least 1.</param>
    /// <returns>A factor in (0, 1].</returns>
    public static double Factor(LearningRateSchedule schedule, int step, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, count);
        return schedule switch
        {
            LearningRateSchedule.Constant => 1,
            LearningRateSchedule.Step => StepFactor(step, count),
            LearningRateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * step / count)),
            LearningRateSchedule.WarmUp => Math.Min(1, (step + 1.0) / (WarmUpLength(count) + 1)),
            _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, "Not a known schedule."),
        };
    }

    private static double StepFactor(int step, int count) =>
        4L * step >= 3L * count ? 0.01 : 2L * step >= count ? 0.1 : 1;

    /// <summary>The first tenth, rounded up. Its steps rise evenly and the first step is already above zero.</summary>
    private static int WarmUpLength(int count) => (count + 9) / 10;
}
