using System.Numerics;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Parameters;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

public class BlockCipherTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    public static TheoryData<string> Sets => [.. ParameterSets.All.Select(set => set.Name)];

    /// <summary>A whole block against the definition in big integers: key with three coefficients, so that the product is quick to write down.</summary>
    [Theory]
    [MemberData(nameof(Sets))]
    public void Encrypt_IsTheDefinition(string name)
    {
        ParameterSet set = ParameterSets.Get(name);
        var random = new Random(1);
        int[] key = new int[set.Degree];
        (key[0], key[5], key[set.Degree - 1]) = (-3, 17, 60);
        int[] values = [.. Enumerable.Range(0, set.ValuesPerBlock).Select(i => i % 3 == 0 ? (1 << set.LaneBits) - 1 : random.Next(-200, 1 << set.ValueBits))];
        short[] error = [.. Enumerable.Range(0, set.Degree).Select(_ => (short)random.Next(-60, 61))];
        ulong[] words = new ulong[set.WordsPerBlock];

        using var cipher = BlockCipher.Create(set, Seed);
        using PreparedKey prepared = cipher.Prepare(key);
        cipher.Encrypt(9, values, prepared, error, words);

        BigInteger[] product = Product(set, key, block: 9);
        for (int j = 0; j < set.Degree; j++)
        {
            BigInteger packed = Enumerable.Range(0, set.Lanes).Aggregate(BigInteger.Zero,
                (sum, lane) => sum + ((BigInteger)values[(lane * set.Degree) + j] << (lane * set.LaneBits)));
            BigInteger c = Mod((set.Delta * packed) - product[j] - error[j], set.Modulus);
            BigInteger rounded = (c + (BigInteger.One << (set.DroppedBits - 1))) >> set.DroppedBits;
            BigInteger actual = set.Limbs == 1 ? words[j] : words[j] + ((BigInteger)words[set.Degree + j] << set.WordBits);
            Assert.Equal(rounded, actual);
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Decrypt_GivesValuesAndErrorsOfASum(string name)
    {
        // Two updates under keys whose sum is known; errors chosen, so that even the residual can be written down.
        ParameterSet set = ParameterSets.Get(name);
        var random = new Random(2);
        int[] first = [.. Enumerable.Range(0, set.Degree).Select(_ => random.Next(-40, 41))];
        int[] second = [.. Enumerable.Range(0, set.Degree).Select(_ => random.Next(-40, 41))];
        int[] values = [.. Enumerable.Range(0, set.ValuesPerBlock).Select(_ => random.Next(-5, 1 << set.ValueBits))];
        short[] error = [.. Enumerable.Range(0, set.Degree).Select(_ => (short)random.Next(-60, 61))];
        ulong[] one = new ulong[set.WordsPerBlock];
        ulong[] sums = new ulong[set.WordsPerBlock];
        int[] opened = new int[set.ValuesPerBlock];

        using var cipher = BlockCipher.Create(set, Seed);
        using PreparedKey firstKey = cipher.Prepare(first);
        using PreparedKey secondKey = cipher.Prepare(second);
        using PreparedKey sumKey = cipher.Prepare([.. first.Zip(second, (a, b) => a + b)]);
        cipher.Encrypt(1, values, firstKey, error, sums);
        cipher.Encrypt(1, values, secondKey, error, one);
        sums = [.. sums.Zip(one, (a, b) => a + b)];
        Residual residual = cipher.Decrypt(1, sums, addends: 2, laneOffset: 100, sumKey, opened);

        Assert.Equal(values.Select(value => 2 * value), opened);
        Assert.InRange(residual.Largest, 1, (2 * 60) + (2 << (set.DroppedBits - 1)));
    }

    [Theory]
    [InlineData("compact")]
    [InlineData("precise")]
    [InlineData("wide")]
    public void VectorMask_GivesTheWordsOfTheScalarMask(string name)
    {
        ParameterSet set = ParameterSets.Get(name);
        var random = new Random(3);
        int limit = (1 << set.LaneBits) - 1;
        int[] values = [.. Enumerable.Range(0, set.ValuesPerBlock).Select(i => (i % 4) switch { 0 => limit, 1 => -limit, 2 => 0, _ => random.Next(-limit, limit) })];
        short[] error = [.. Enumerable.Range(0, set.Degree).Select(_ => (short)random.Next(-60, 61))];
        ulong[] fast = new ulong[set.Degree];
        ulong[] slow = new ulong[set.Degree];
        using var cipher = (SinglePrimeCipher)BlockCipher.Create(set, Seed);
        using PreparedKey key = cipher.Prepare([.. Enumerable.Range(0, set.Degree).Select(i => i % 7)]);

        cipher.Encrypt(4, values, key, error, fast);
        cipher.MaskScalar(values, error, slow, from: 0);

        Assert.Equal(slow, fast);
        Assert.All(fast, word => Assert.InRange(word, 0UL, (ulong)set.LargestCoefficient));
    }

    [Fact]
    public void PublicPolynomials_AreAesOfTheCounter()
    {
        using var polynomials = new PublicPolynomials(Seed, 2048);
        ulong[] a = new ulong[2048];
        const ulong Half = (1UL << 49) + 1; // half of all words are skipped

        polynomials.Expand(block: 3, primeNumber: 1, Half, a);

        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = Seed;
        var expected = new List<ulong>();
        for (ulong i = 0; expected.Count < a.Length; i++)
        {
            byte[] block = aes.EncryptEcb([.. BitConverter.GetBytes(i), .. BitConverter.GetBytes((1UL << 32) + 3)], System.Security.Cryptography.PaddingMode.None);
            expected.AddRange(new[] { BitConverter.ToUInt64(block, 0), BitConverter.ToUInt64(block, 8) }
                .Select(word => word & ((1UL << 50) - 1)).Where(word => word < Half));
        }

        Assert.Equal(expected.Take(a.Length), a);
    }

    private static BigInteger[] Product(ParameterSet set, int[] key, int block)
    {
        BigInteger[][] residues = [.. set.Primes.Select((prime, number) => ProductModulo(set.Degree, prime, number, key, block))];
        if (set.Limbs == 1)
        {
            return residues[0];
        }

        BigInteger p0 = set.Primes[0];
        BigInteger p1 = set.Primes[1];
        BigInteger inverse = BigInteger.ModPow(p0, p1 - 2, p1);
        return [.. residues[0].Zip(residues[1], (x0, x1) => x0 + (p0 * Mod((x1 - x0) * inverse, p1)))];
    }

    private static BigInteger[] ProductModulo(int degree, ulong prime, int number, int[] key, int block)
    {
        using var polynomials = new PublicPolynomials(Seed, degree);
        ulong[] a = new ulong[degree];
        polynomials.Expand(block, number, prime, a);
        new PrimeRing(degree, prime).InverseScalar(a);
        var product = new BigInteger[degree];
        foreach (int k in Enumerable.Range(0, degree).Where(k => key[k] != 0))
        {
            for (int i = 0; i < degree; i++)
            {
                product[(i + k) % degree] += (i + k < degree ? 1 : -1) * key[k] * (BigInteger)a[i];
            }
        }

        return [.. product.Select(value => Mod(value, prime))];
    }

    private static BigInteger Mod(BigInteger value, BigInteger modulus) => ((value % modulus) + modulus) % modulus;
}
