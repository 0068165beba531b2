using System.Numerics;
using FedPortal.Encryption.Arithmetic;
using Xunit;

namespace FedPortal.Tests.Encryption.Arithmetic;

public class NegacyclicNttTests
{
    public static TheoryData<int> Degrees => [4, 8, 16, 32, 64, 1024, 2048, 4096, 8192, 16384, 32768];

    [Fact]
    public void TheTransformOfEightSmallNumbersIsThePublishedOne()
    {
        var ntt = new NegacyclicNtt(8, new Modulus(17));
        ulong[] a = [0, 1, 2, 3, 4, 5, 6, 7];

        ntt.Forward(a);

        Assert.Equal(3UL, ntt.Root);
        Assert.Equal([6, 8, 5, 2, 13, 0, 12, 5], a);
    }

    [Fact]
    public void TheTransformOfTwoThousandNumbersIsThePublishedOne()
    {
        var ntt = new NegacyclicNtt(2048, new Modulus(0x3FFFFFFF000001));
        ulong[] a = [.. Enumerable.Range(0, 2048).Select(i => (ulong)i)];

        ntt.Forward(a);

        Assert.Equal(729_480_106_838UL, ntt.Root);
        Assert.Equal(4_227_682_693_666_353UL, a[0]);
        Assert.Equal(13_339_086_994_666_915UL, a[2047]);
    }

    [Theory]
    [MemberData(nameof(Degrees))]
    public void EveryPathIsTheValueOfThePolynomialAtOddPowersOfTheRoot(int degree)
    {
        var modulus = new Modulus(Primes.ForBitSizes(degree, [60])[0]);
        ulong[] a = TestPrimes.Residues(degree, modulus.Value, degree);
        int[] places = [0, 1, 2, 3, degree / 2, degree - 1, .. Enumerable.Range(0, 5).Select(i => i * 7919 % degree)];
        foreach (LaneWidth width in LaneWidths.Supported)
        {
            var ntt = new NegacyclicNtt(degree, modulus, width);
            ulong[] actual = [.. a];

            ntt.Forward(actual);

            foreach (int place in places)
            {
                int exponent = (2 * NegacyclicNtt.ReverseBits(place, BitOperations.Log2((uint)degree))) + 1;
                Assert.Equal(Horner(a, (ulong)BigInteger.ModPow(ntt.Root, exponent, modulus.Value), modulus.Value), actual[place]);
            }

            ntt.Inverse(actual);
            Assert.Equal(a, actual);
        }
    }

    [Theory]
    [InlineData(1024, 27), InlineData(4096, 49), InlineData(8192, 40), InlineData(2048, 60)]
    public void EveryPathGivesTheSameWords_ForTheLargestInputsToo(int degree, int bits)
    {
        var modulus = new Modulus(Primes.ForBitSizes(degree, [bits])[0]);
        ulong[][] inputs = [TestPrimes.Residues(degree, modulus.Value, 1), [.. Enumerable.Repeat(modulus.Value - 1, degree)], new ulong[degree]];
        foreach (ulong[] input in inputs)
        {
            ulong[] forward = [.. input], inverse = [.. input];
            var specification = new NegacyclicNtt(degree, modulus, LaneWidth.One);
            specification.Forward(forward);
            specification.Inverse(inverse);
            foreach (LaneWidth width in LaneWidths.Supported)
            {
                var ntt = new NegacyclicNtt(degree, modulus, width);
                ulong[] a = [.. input], b = [.. input];
                ntt.Forward(a);
                ntt.Inverse(b);
                Assert.Equal(forward, a);
                Assert.Equal(inverse, b);
            }
        }
    }

    [Fact]
    public void ProductsOfTransformsAreNegacyclicProducts()
    {
        const int Degree = 64;
        var modulus = new Modulus(Primes.ForBitSizes(Degree, [60])[0]);
        ulong[] x = TestPrimes.Residues(Degree, modulus.Value, 1), y = TestPrimes.Residues(Degree, modulus.Value, 2);
        var expected = new BigInteger[Degree];
        for (int i = 0; i < Degree; i++)
        {
            for (int j = 0; j < Degree; j++)
            {
                expected[(i + j) % Degree] += (i + j < Degree ? BigInteger.One : BigInteger.MinusOne) * x[i] * y[j];
            }
        }

        var ntt = new NegacyclicNtt(Degree, modulus);
        ntt.Forward(x);
        ntt.Forward(y);
        ModularVector.Multiply(x, y, modulus, x);
        ntt.Inverse(x);

        Assert.Equal(expected.Select(e => (ulong)(((e % modulus.Value) + modulus.Value) % modulus.Value)), x);
    }

    [Fact]
    public void WrongDegreesModuliAndLengthsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("degree", () => new NegacyclicNtt(1000, new Modulus(12289)));
        Assert.Throws<ArgumentException>("modulus", () => new NegacyclicNtt(4096, new Modulus(12289)));
        var error = Assert.Throws<ArgumentException>("residues", () => new NegacyclicNtt(1024, new Modulus(12289)).Forward(new ulong[1023]));
        Assert.Contains("Expected 1024 residues but got 1023.", error.Message, StringComparison.Ordinal);
    }

    private static ulong Horner(ulong[] coefficients, ulong x, ulong q)
    {
        ulong value = 0;
        foreach (ulong coefficient in coefficients.Reverse())
        {
            value = (ulong)((((UInt128)value * x) + coefficient) % q);
        }

        return value;
    }
}
