using System.Numerics;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Parameters;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

public class PrimeRingTests
{
    public static TheoryData<int, ulong> Rings =>
        [.. ParameterSets.All.SelectMany(set => set.Primes.Select(prime => (set.Degree, prime))).Distinct()];

    [Fact]
    public void Forward_OfTheSmallestRing_IsTheTransformByItsDefinition()
    {
        var ring = new PrimeRing(16, 97);
        ulong[] a = [.. Enumerable.Range(0, 16).Select(i => (ulong)i)];

        ring.Forward(a);

        Assert.Equal(Evaluations(16, 97), a);
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public void Forward_EvaluatesAtTheOddPowersOfTheSmallestRoot(int degree, ulong prime)
    {
        var ring = new PrimeRing(degree, prime);
        ulong root = SmallestRoot(degree, prime);
        ulong[] a = Residues(degree, prime, seed: 1);
        ulong[] transformed = [.. a];

        ring.Forward(transformed);

        foreach (int i in (int[])[0, 1, 2, 7, 8, 15, degree / 2, degree - 1])
        {
            ulong at = Power(root, (2 * Reverse(i, degree)) + 1, prime);
            Assert.Equal(Evaluate(a, at, prime), transformed[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public void Inverse_UndoesForward(int degree, ulong prime)
    {
        var ring = new PrimeRing(degree, prime);
        ulong[] a = Residues(degree, prime, seed: 2);
        ulong[] back = [.. a];

        ring.Forward(back);
        ring.Inverse(back);

        Assert.Equal(a, back);
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public void VectorPaths_GiveTheResiduesOfTheScalarPaths(int degree, ulong prime)
    {
        var ring = new PrimeRing(degree, prime);
        foreach (ulong[] a in (ulong[][])[Residues(degree, prime, 3), Constant(degree, prime - 1), Constant(degree, 0), Alternating(degree, prime)])
        {
            using var factor = new RingFactor(prime, degree);
            Residues(degree, prime, 4).CopyTo(factor.Values);
            factor.Complete();
            ulong[] fast = [.. a];
            ulong[] slow = [.. a];

            ring.Forward(fast);
            ring.ForwardScalar(slow);
            Assert.Equal(slow, fast);
            ring.Multiply(fast, factor);
            PrimeRing.MultiplyScalar(slow, factor);
            Assert.Equal(slow, fast);
            ring.Inverse(fast);
            ring.InverseScalar(slow);
            Assert.Equal(slow, fast);
        }
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public void Multiply_AgreesWithBigIntegers(int degree, ulong prime)
    {
        ulong[] x = Residues(degree, prime, 5);
        ulong[] y = Residues(degree, prime, 6);
        x[0] = y[0] = x[1] = prime - 1;
        using var factor = new RingFactor(prime, degree);
        y.CopyTo(factor.Values);
        factor.Complete();
        ulong[] expected = [.. x.Zip(y, (a, b) => (ulong)((BigInteger)a * b % prime))];

        new PrimeRing(degree, prime).Multiply(x, factor);

        Assert.Equal(expected, x);
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public void PreparedQuotients_AreExact(int degree, ulong prime)
    {
        using var factor = new RingFactor(prime, degree);
        Residues(degree, prime, 8).CopyTo(factor.Values);
        (factor.Values[0], factor.Values[1], factor.Values[2], factor.Values[3]) = (0, 1, prime - 1, prime / 2);

        factor.Complete();

        Assert.Equal(factor.Values.ToArray().Select(value => (ulong)(((BigInteger)value << 64) / prime)), factor.ShoupQuotients.ToArray());
    }

    [Fact]
    public void ProductOfTransforms_IsTheNegacyclicProduct()
    {
        ParameterSet set = ParameterSets.Precise;
        ulong prime = set.Primes[0];
        var ring = new PrimeRing(set.Degree, prime);
        ulong[] a = Residues(set.Degree, prime, 7);
        int[] s = [.. Enumerable.Range(0, set.Degree).Select(i => i is 0 or 3 or 2047 ? i - 60 : 0)];
        ulong[] expected = Negacyclic(a, s, prime);

        using RingFactor factor = ring.Prepare(s);
        ring.Forward(a);
        ring.Multiply(a, factor);
        ring.Inverse(a);

        Assert.Equal(expected, a);
    }

    [Theory]
    [InlineData(2048, 1_125_899_906_826_240)]
    [InlineData(2048, 18014398509404161)]
    [InlineData(2000, 1_125_899_906_826_241)]
    [InlineData(8, 1_125_899_906_826_241)]
    public void OtherRings_AreRefused(int degree, ulong prime)
    {
        Assert.Throws<ArgumentException>(() => new PrimeRing(degree, prime));
    }

    private static ulong[] Negacyclic(ulong[] a, int[] s, ulong prime)
    {
        int degree = a.Length;
        var result = new BigInteger[degree];
        foreach (int k in Enumerable.Range(0, degree).Where(k => s[k] != 0))
        {
            for (int i = 0; i < degree; i++)
            {
                result[(i + k) % degree] += (i + k < degree ? 1 : -1) * s[k] * (BigInteger)a[i];
            }
        }

        return [.. result.Select(value => (ulong)(((value % prime) + prime) % prime))];
    }

    private static ulong[] Evaluations(int degree, ulong prime)
    {
        ulong root = SmallestRoot(degree, prime);
        ulong[] a = [.. Enumerable.Range(0, degree).Select(i => (ulong)i)];
        return [.. Enumerable.Range(0, degree).Select(i => Evaluate(a, Power(root, (2 * Reverse(i, degree)) + 1, prime), prime))];
    }

    private static ulong SmallestRoot(int degree, ulong prime)
    {
        BigInteger order = 2 * degree;
        BigInteger generator = Enumerable.Range(2, 1000).Select(g => BigInteger.ModPow(g, (prime - 1) / order, prime))
            .First(candidate => BigInteger.ModPow(candidate, degree, prime) == prime - 1);
        BigInteger square = generator * generator % prime;
        BigInteger smallest = generator;
        for (int i = 0; i < degree; i++)
        {
            generator = generator * square % prime;
            smallest = BigInteger.Min(smallest, generator);
        }

        return (ulong)smallest;
    }

    private static ulong Evaluate(ulong[] a, ulong at, ulong prime) =>
        (ulong)a.Reverse().Aggregate(BigInteger.Zero, (sum, coefficient) => ((sum * at) + coefficient) % prime);

    private static ulong Power(ulong x, int exponent, ulong prime) => (ulong)BigInteger.ModPow(x, exponent, prime);

    private static int Reverse(int i, int degree)
    {
        int reversed = 0;
        for (int bit = 1; bit < degree; bit *= 2, i /= 2)
        {
            reversed = (2 * reversed) + (i % 2);
        }

        return reversed;
    }

    private static ulong[] Residues(int count, ulong prime, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64((long)prime))];
    }

    private static ulong[] Constant(int count, ulong value) => [.. Enumerable.Repeat(value, count)];

    private static ulong[] Alternating(int count, ulong prime) => [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? 0 : prime - 1)];
}
