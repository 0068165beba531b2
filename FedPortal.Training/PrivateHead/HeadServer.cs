namespace FedPortal.Training.PrivateHead;

/// <summary>The server's half: gradient descent with momentum on released sums. It never sees a patient or a single institution.</summary>
public sealed class HeadServer
{
    private readonly PrivateHeadPlan _plan;

    /// <summary>Exponential sum of past steps, in the order of the head's values.</summary>
    private readonly float[] _velocity;

    public HeadServer(PrivateHeadPlan plan)
    {
        _plan = plan.Checked();
        Head = LinearHead.Zero(plan.Dimension, plan.ClassCount);
        _velocity = new float[plan.ValueCount];
    }

    /// <summary>The global head after <see cref="Round"/> rounds.</summary>
    public LinearHead Head { get; private set; }

    /// <summary>Rounds that are done.</summary>
    public int Round { get; private set; }

    /// <summary>
    /// One step: g = sum / (s·q·N), v ← m·v + g, w ← w − η(v + λw). Biases do not decay. q·N is the expected number of patients; the
    /// number that was drawn is nobody's to know.
    /// </summary>
    /// <param name="sum">The released integer sum over the round's contributors.</param>
    public LinearHead Apply(ReadOnlySpan<long> sum)
    {
        if (sum.Length != _plan.ValueCount)
        {
            throw new ArgumentException($"Expected {_plan.ValueCount} values but got {sum.Length}.", nameof(sum));
        }

        if (Round >= _plan.Rounds)
        {
            throw new InvalidOperationException($"The plan has {_plan.Rounds} rounds and all are done.");
        }

        double perUnit = 1 / (_plan.Noise.Scale * _plan.ExpectedPatients);
        double[] gradient = new double[sum.Length];
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = sum[i] * perUnit;
        }

        return Apply(gradient);
    }

    /// <summary>The same step without protection, for comparison.</summary>
    /// <param name="sums">Each institution's sum of gradients.</param>
    /// <param name="patients">Patients behind them.</param>
    public LinearHead ApplyPlain(IReadOnlyList<double[]> sums, int patients)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patients, 1);
        return Apply([.. Enumerable.Range(0, _plan.ValueCount).Select(i => sums.Sum(sum => sum[i]) / patients)]);
    }

    private LinearHead Apply(double[] gradient)
    {
        float[] next = Head.Values.ToArray();
        int weights = _plan.Dimension * _plan.ClassCount;
        for (int i = 0; i < next.Length; i++)
        {
            _velocity[i] = (float)((_plan.Momentum * _velocity[i]) + gradient[i]);
            double decay = i < weights ? _plan.WeightDecay * next[i] : 0;
            next[i] -= (float)(_plan.LearningRate * (_velocity[i] + decay));
        }

        Head = new LinearHead(_plan.Dimension, _plan.ClassCount, next);
        Round++;
        return Head;
    }
}
