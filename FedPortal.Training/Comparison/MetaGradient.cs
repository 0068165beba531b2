namespace FedPortal.Training.Comparison;

/// <summary>Writes the gradient of a loss at some weights; weights and gradient are of one length.</summary>
public delegate void GradientAt(ReadOnlySpan<float> weights, float[] gradient);

/// <summary>
/// The gradient of F(w) = f′(w − α∇f(w)), the objective of Per-FedAvg (Fallah, Mokhtari and Ozdaglar, NeurIPS 2020): (I − α∇²f(w)) ∇f′(w − α∇f(w)), with f the
/// loss of one batch (inner step) and f′ that of another (outer step). The product with the Hessian is either left out (FO) or taken from two further gradients
/// (HF), ∇²f(w)·g ≈ (∇f(w + δg) − ∇f(w − δg))/2δ.
/// </summary>
public static class MetaGradient
{
    /// <summary>How far w ± δg lies from w, as a length.</summary>
    private const double Reach = 1e-2;

    /// <param name="weights">w.</param>
    /// <param name="innerRate">α.</param>
    /// <param name="inner">∇f.</param>
    /// <param name="outer">∇f′.</param>
    /// <param name="isHessianFree">HF; else FO.</param>
    /// <param name="curvature">∇f of a third batch for the product with the Hessian, or null for the inner one.</param>
    /// <returns>∇F(w), or its first-order part.</returns>
    public static float[] At(ReadOnlySpan<float> weights, double innerRate, GradientAt inner, GradientAt outer, bool isHessianFree, GradientAt? curvature = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        float[] step = new float[weights.Length];
        inner(weights, step);
        float[] gradient = new float[weights.Length];
        outer(Moved(weights, step, -innerRate), gradient);
        if (isHessianFree)
        {
            SubtractCurvature(gradient, weights, innerRate, curvature ?? inner);
        }

        return gradient;
    }

    /// <summary>gradient −= α ∇²f(w)·gradient.</summary>
    private static void SubtractCurvature(float[] gradient, ReadOnlySpan<float> weights, double innerRate, GradientAt curvature)
    {
        double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
        if (norm == 0)
        {
            return;
        }

        double delta = Reach / norm;
        float[] ahead = new float[gradient.Length];
        float[] behind = new float[gradient.Length];
        curvature(Moved(weights, gradient, delta), ahead);
        curvature(Moved(weights, gradient, -delta), behind);
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] -= (float)(innerRate * (ahead[i] - (double)behind[i]) / (2 * delta));
        }
    }

    private static float[] Moved(ReadOnlySpan<float> weights, float[] direction, double rate)
    {
        float[] moved = new float[weights.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            moved[i] = (float)(weights[i] + (rate * direction[i]));
        }

        return moved;
    }
}
