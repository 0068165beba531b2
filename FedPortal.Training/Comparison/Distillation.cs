using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Comparison;

/// <summary>
/// Knowledge distillation (Hinton, Vinyals and Dean 2015): the student's softened probabilities are pulled to the teachers', L = T²·KL(p ‖ softmax(z/T)), with p
/// the mean over teachers of softmax(teacher's logits/T). The factor T² keeps the size of gradients independent of T.
/// </summary>
public static class Distillation
{
    /// <summary>softmax(z/T), image by class.</summary>
    public static float[] Soften(ReadOnlySpan<float> logits, int classes, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(temperature, 0);
        float[] scaled = new float[logits.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (float)(logits[i] / temperature);
        }

        return Predictions.SoftMax(scaled, classes);
    }

    /// <summary>The mean of several teachers' soft labels (FedMD, Li and Wang 2019; FedDF, Lin and others 2020).</summary>
    public static float[] Mean(IReadOnlyList<float[]> teachers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(teachers.Count);
        float[] mean = new float[teachers[0].Length];
        foreach (float[] teacher in teachers)
        {
            if (teacher.Length != mean.Length)
            {
                throw new ArgumentException($"Expected {mean.Length} soft labels of every teacher but got {teacher.Length}.", nameof(teachers));
            }

            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += teacher[i] / teachers.Count;
            }
        }

        return mean;
    }

    /// <summary>L of one image.</summary>
    /// <param name="logits">z, the student's.</param>
    /// <param name="soft">p.</param>
    /// <param name="temperature">T.</param>
    public static double Loss(ReadOnlySpan<float> logits, ReadOnlySpan<float> soft, double temperature)
    {
        float[] student = Soften(logits, logits.Length, temperature);
        double sum = 0;
        for (int c = 0; c < student.Length; c++)
        {
            sum += soft[c] > 0 ? soft[c] * (Math.Log(soft[c]) - Math.Log(Math.Max(student[c], float.Epsilon))) : 0;
        }

        return temperature * temperature * sum;
    }
}
