using FedPortal.Encryption.Arithmetic;
using FedPortal.Training.Accounting;
using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Tests.Training.PrivateHead;

/// <summary>Feature vectors that a linear head can tell apart, and randomness that repeats.</summary>
internal static class HeadSamples
{
    public static RandomWords Words(byte seed) => new(new AesCtrGenerator([seed, .. new byte[15]], nonce: 7));

    /// <summary>Vectors of length 1 near one direction a class; every patient has as many images as given.</summary>
    public static FeatureSet Features(int patients, int dimension, int classes, int seed, int imagesEach = 1, string prefix = "p")
    {
        var random = new Random(seed);
        int images = patients * imagesEach;
        float[] features = new float[images * dimension];
        int[] labels = [.. Enumerable.Range(0, images).Select(image => image / imagesEach % classes)];
        for (int image = 0; image < images; image++)
        {
            double[] vector = [.. Enumerable.Range(0, dimension).Select(i => (i == labels[image] ? 1.5 : 0) + random.NextDouble() - 0.5)];
            double length = Math.Sqrt(vector.Sum(value => value * value));
            for (int i = 0; i < dimension; i++)
            {
                features[(image * dimension) + i] = (float)(vector[i] / length);
            }
        }

        return new FeatureSet(dimension, classes, features, labels, [.. Enumerable.Range(0, images).Select(image => $"{prefix}{image / imagesEach}")]);
    }

    public static PrivateHeadPlan Plan(int dimension, int classes, int patients, NoiseShares shares) => new()
    {
        Dimension = dimension,
        ClassCount = classes,
        DeclaredPatients = patients,
        Shares = shares,
        NoiseMultiplier = 1,
    };

    public static double Accuracy(LinearHead head, FeatureSet features)
    {
        float[] probabilities = head.Probabilities(features);
        int right = Enumerable.Range(0, features.Count).Count(image =>
        {
            float[] row = probabilities[(image * head.ClassCount)..((image + 1) * head.ClassCount)];
            return Array.IndexOf(row, row.Max()) == features.Labels[image];
        });
        return (double)right / features.Count;
    }
}
