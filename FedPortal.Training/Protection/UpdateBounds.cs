using FedPortal.Training.Learning;
using FedPortal.Training.Native;

namespace FedPortal.Training.Protection;

/// <summary>
/// How long an update is likely to be, worked out from the training plan and the declared number of images alone, so that a clipping norm can be
/// chosen without looking at private data. Advice, not a bound.
/// </summary>
/// <param name="Norm">Likely Euclidean norm.</param>
/// <param name="Coordinate">What hardly any coordinate exceeds.</param>
/// <remarks>
/// An adaptive optimiser moves every value by about its learning rate a step, at first all in one direction and then more and more at random: after T steps
/// by about ¾·rate·T^¾ in the middle. Plain gradient descent moves the whole vector by at most rate·gradient clip/(1 − momentum) a step, spread
/// unevenly. The largest institutions' updates of the slim and the full ResNet-50 were 0.65 to 1.1 times as long as advised, those of smaller ones shorter.
/// </remarks>
public sealed record UpdateBounds(double Norm, double Coordinate)
{
    /// <param name="plan">The study's local training.</param>
    /// <param name="dimension">Values that travel.</param>
    /// <param name="largestExamples">Training images of the largest institution.</param>
    public static UpdateBounds For(TrainingPlan plan, int dimension, long largestExamples)
    {
        double steps = plan.Epochs * Math.Ceiling((double)largestExamples / plan.BatchSize);
        double root = Math.Sqrt(dimension);
        if (plan.Optimizer == LocalOptimizer.AdamW)
        {
            double typical = 0.75 * plan.LearningRate * Math.Pow(steps, 0.75);
            return new UpdateBounds(typical * root, Math.Min(plan.LearningRate * steps * 1.25, 6 * typical));
        }

        double norm = plan.LearningRate * Math.Sqrt(steps) * Math.Max(plan.GradientClip, 1) / (1 - plan.Momentum);
        return new UpdateBounds(norm, Math.Min(norm, 16 * norm / root));
    }
}
