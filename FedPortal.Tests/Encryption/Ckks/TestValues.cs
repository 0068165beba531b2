namespace FedPortal.Tests.Encryption.Ckks;

internal static class TestValues
{
    /// <returns>Numbers uniform in [−1, 1).</returns>
    public static double[] Uniform(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];
    }

    public static double LargestDifference(IEnumerable<double> expected, IEnumerable<double> actual) =>
        expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
}
