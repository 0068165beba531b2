using FedPortal.Training.Perturbation;

namespace FedPortal.Training.Attacks.Inversion;

/// <summary>L-BFGS (Liu and Nocedal 1989) with halving until the value falls enough.</summary>
internal static class LimitedMemoryMinimizer
{
    private const int Memory = 50;
    private const int Halvings = 25;

    /// <param name="function">Value and gradient at a point.</param>
    /// <param name="start">Changed in place to the best point found.</param>
    /// <param name="iterations">At most.</param>
    /// <param name="tick">Called after each iteration with the value; false ends.</param>
    /// <returns>The value at the end.</returns>
    public static double Minimize(Func<double[], (double Value, double[] Gradient)> function, double[] start, int iterations, Func<int, double, bool> tick)
    {
        var steps = new List<(double[] Move, double[] Change, double Curvature)>();
        (double value, double[] gradient) = function(start);
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            double[] direction = Direction(gradient, steps);
            double slope = VectorNorm.Dot(gradient, direction);
            if (!(slope < 0))
            {
                steps.Clear();
                direction = [.. gradient.Select(g => -g)];
                slope = -VectorNorm.Dot(gradient, gradient);
            }

            double length = steps.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(VectorNorm.Dot(gradient, gradient))) : 1;
            if (Search(function, start, direction, slope, value, length) is not var (next, nextValue, nextGradient))
            {
                if (steps.Count == 0)
                {
                    break;
                }

                steps.Clear();
                continue;
            }

            Remember(steps, start, next, gradient, nextGradient);
            next.CopyTo(start, 0);
            (value, gradient) = (nextValue, nextGradient);
            if (!tick(iteration, value))
            {
                break;
            }
        }

        return value;
    }

    private static (double[] Point, double Value, double[] Gradient)? Search(
        Func<double[], (double Value, double[] Gradient)> function, double[] start, double[] direction, double slope, double value, double length)
    {
        const double Enough = 1e-4;
        for (int halving = 0; halving < Halvings; halving++, length /= 2)
        {
            double[] next = [.. start.Select((x, i) => x + (length * direction[i]))];
            (double nextValue, double[] nextGradient) = function(next);
            if (nextValue <= value + (Enough * length * slope) && nextValue < value)
            {
                return (next, nextValue, nextGradient);
            }
        }

        return null;
    }

    private static void Remember(List<(double[] Move, double[] Change, double Curvature)> steps, double[] from, double[] to, double[] gradient, double[] nextGradient)
    {
        double[] move = [.. to.Select((x, i) => x - from[i])];
        double[] change = [.. nextGradient.Select((g, i) => g - gradient[i])];
        double curvature = VectorNorm.Dot(move, change);
        if (curvature > 1e-14 * VectorNorm.Dot(change, change))
        {
            steps.Add((move, change, curvature));
            if (steps.Count > Memory)
            {
                steps.RemoveAt(0);
            }
        }
    }

    private static double[] Direction(double[] gradient, List<(double[] Move, double[] Change, double Curvature)> steps)
    {
        double[] direction = [.. gradient.Select(g => -g)];
        double[] weights = new double[steps.Count];
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            weights[i] = VectorNorm.Dot(steps[i].Move, direction) / steps[i].Curvature;
            Add(direction, steps[i].Change, -weights[i]);
        }

        if (steps.Count > 0)
        {
            (double[] _, double[] change, double curvature) = steps[^1];
            double scale = curvature / VectorNorm.Dot(change, change);
            for (int i = 0; i < direction.Length; i++)
            {
                direction[i] *= scale;
            }
        }

        for (int i = 0; i < steps.Count; i++)
        {
            Add(direction, steps[i].Move, weights[i] - (VectorNorm.Dot(steps[i].Change, direction) / steps[i].Curvature));
        }

        return direction;
    }

    private static void Add(double[] to, double[] what, double times)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += times * what[i];
        }
    }
}
