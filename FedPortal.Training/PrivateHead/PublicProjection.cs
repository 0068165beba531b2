using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Training.Perturbation;

namespace FedPortal.Training.PrivateHead;

/// <summary>
/// From a backbone's pooled features to a few: subtract a public mean, divide by a public spread, project onto orthonormal directions that
/// follow from a public seed, and shorten to length 1. Nothing here reads private data, so nothing here costs privacy.
/// </summary>
/// <remarks>
/// The directions are rows of random signs made orthonormal by the modified Gram-Schmidt process, in additions, multiplications, divisions
/// and square roots of doubles in a fixed order: the same bits on every machine. <see cref="Hash"/> names the result.
/// </remarks>
public sealed class PublicProjection
{
    private readonly float[] _mean;
    private readonly float[] _factor;
    private readonly float[] _directions;

    /// <param name="seed">Public.</param>
    /// <param name="statistics">Mean and spread of the pooled features on public images.</param>
    /// <param name="dimension">Features that remain, at most as many as there are.</param>
    public PublicProjection(int seed, FeatureStatistics statistics, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (dimension > statistics.Dimension)
        {
            throw new ArgumentException($"Expected at most {statistics.Dimension} dimensions but got {dimension}.", nameof(dimension));
        }

        Seed = seed;
        Dimension = dimension;
        InputDimension = statistics.Dimension;
        _mean = [.. statistics.Mean];
        _factor = [.. statistics.Deviation.Select(deviation => deviation > FeatureStatistics.LeastDeviation ? 1 / deviation : 0)];
        _directions = Directions(seed, InputDimension, dimension);
        Hash = HashOf();
    }

    public int Seed { get; }

    public int InputDimension { get; }

    public int Dimension { get; }

    /// <summary>SHA-256, lower-case hex, of mean, factor and directions. Institutions that agree on it compute the same features.</summary>
    public string Hash { get; }

    /// <summary>Row r of the projection, for tests.</summary>
    internal ReadOnlySpan<float> Direction(int row) => _directions.AsSpan(row * InputDimension, InputDimension);

    /// <returns>The same images with few features, each vector at most 1 long.</returns>
    public FeatureSet Apply(FeatureSet pooled)
    {
        if (pooled.Dimension != InputDimension)
        {
            throw new ArgumentException($"Expected {InputDimension} pooled features but got {pooled.Dimension}.", nameof(pooled));
        }

        float[] features = new float[pooled.Count * Dimension];
        float[] centred = new float[InputDimension];
        for (int image = 0; image < pooled.Count; image++)
        {
            ReadOnlySpan<float> source = pooled.Of(image);
            for (int i = 0; i < centred.Length; i++)
            {
                centred[i] = (source[i] - _mean[i]) * _factor[i];
            }

            Project(centred, features.AsSpan(image * Dimension, Dimension));
        }

        return new FeatureSet(Dimension, pooled.ClassCount, features, [.. pooled.Labels], pooled.PatientKeys);
    }

    private void Project(ReadOnlySpan<float> centred, Span<float> destination)
    {
        double square = 0;
        for (int row = 0; row < destination.Length; row++)
        {
            ReadOnlySpan<float> direction = Direction(row);
            double value = 0;
            for (int i = 0; i < centred.Length; i++)
            {
                value += (double)direction[i] * centred[i];
            }

            destination[row] = (float)value;
            square += value * value;
        }

        double length = Math.Sqrt(square);
        foreach (ref float value in destination)
        {
            value = length > 0 ? (float)(value / length) : 0;
        }
    }

    /// <returns>Orthonormal rows that follow from the seed: rows × inputs.</returns>
    internal static float[] Directions(int seed, int inputs, int rows)
    {
        Span<byte> key = stackalloc byte[AesCtrGenerator.KeyBytes];
        key.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(key, seed);
        using var generator = new AesCtrGenerator(key, nonce: 0x4844_5052_4F4A_0001);
        double[][] basis = new double[rows][];
        byte[] bits = new byte[inputs];
        for (int row = 0; row < rows; row++)
        {
            do
            {
                generator.Fill(bits);
                basis[row] = [.. bits.Select(b => (b & 1) == 0 ? 1.0 : -1.0)];
            }
            while (!MakeOrthonormal(basis, row));
        }

        return [.. basis.SelectMany(row => row.Select(value => (float)value))];
    }

    /// <returns>False when the row depends on those before it.</returns>
    private static bool MakeOrthonormal(double[][] basis, int row)
    {
        double[] current = basis[row];
        for (int before = 0; before < row; before++)
        {
            double along = VectorNorm.Dot(current, basis[before]);
            for (int i = 0; i < current.Length; i++)
            {
                current[i] -= along * basis[before][i];
            }
        }

        double length = Math.Sqrt(VectorNorm.Dot(current, current));
        if (length < 1e-6)
        {
            return false;
        }

        for (int i = 0; i < current.Length; i++)
        {
            current[i] /= length;
        }

        return true;
    }

    private string HashOf()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("fedportal-projection-1\n"u8);
        hash.AppendData(MemoryMarshal.AsBytes<float>(_mean));
        hash.AppendData(MemoryMarshal.AsBytes<float>(_factor));
        hash.AppendData(MemoryMarshal.AsBytes<float>(_directions));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
