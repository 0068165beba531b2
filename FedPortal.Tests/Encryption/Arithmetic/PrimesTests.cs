using System.Numerics;
using FedPortal.Encryption.Arithmetic;
using Xunit;

namespace FedPortal.Tests.Encryption.Arithmetic;

public class PrimesTests
{
    [Fact]
    public void IsPrime_AgreesWithTrialDivision()
    {
        for (ulong n = 0; n < 5000; n++)
        {
            bool expected = n >= 2 && !Enumerable.Range(2, (int)Math.Sqrt(n)).Any(d => (ulong)d < n && n % (ulong)d == 0);
            Assert.Equal(expected, Primes.IsPrime(n));
        }
    }

    [Theory]
    [InlineData(3_215_031_751UL, false)] // strong pseudoprime to 2, 3, 5 and 7
    [InlineData(3_825_123_056_546_413_051UL, false)] // to the first nine primes
    [InlineData(18_446_744_073_709_551_557UL, true)] // the largest 64-bit prime
    [InlineData(2_305_843_009_213_693_951UL, true)] // 2⁶¹ − 1
    [InlineData(1_152_921_504_606_846_975UL, false)] // 2⁶⁰ − 1
    public void IsPrime_KnowsTheHardCases(ulong n, bool expected)
    {
        Assert.Equal(expected, Primes.IsPrime(n));
    }

    [Fact]
    public void ForBitSizes_GivesTheSmallestToTheFirstPlace()
    {
        ulong[] primes = Primes.ForBitSizes(8192, [60, 40, 40, 60]);

        // What SEAL's CoeffModulus::Create(8192, {60, 40, 40, 60}) gives; the parms_id over these words is tested with the file format.
        Assert.True(primes[0] < primes[3] && primes[1] < primes[2]);
        Assert.Equal([60, 40, 40, 60], primes.Select(Modulus.BitLength));
        Assert.All(primes, q => Assert.True(q % 16384 == 1 && Primes.IsPrime(q)));
        Assert.Equal(2, CountBetween(primes[0], 1UL << 60, 16384));
        Assert.Equal(2, CountBetween(primes[1], 1UL << 40, 16384));
    }

    [Fact]
    public void ForBitSizes_SaysWhenThereAreTooFew()
    {
        Assert.Contains("of 16 bits", Assert.Throws<ArgumentException>(() => Primes.ForBitSizes(32768, [16])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Primes.ForBitSizes(1024, [61]));
    }

    [Fact]
    public void Modulus_AgreesWithBigIntegers()
    {
        foreach (Modulus modulus in TestPrimes.Moduli)
        {
            ulong q = modulus.Value;
            ulong[] x = TestPrimes.Residues(400, q, 1), y = TestPrimes.Residues(400, q, 2);
            for (int i = 0; i < x.Length; i++)
            {
                Assert.Equal((ulong)((UInt128)x[i] * y[i] % q), modulus.Multiply(x[i], y[i]));
                Assert.Equal((ulong)(((UInt128)x[i] + y[i]) % q), modulus.Add(x[i], y[i]));
                Assert.Equal((ulong)(((UInt128)x[i] + q - y[i]) % q), modulus.Subtract(x[i], y[i]));
                Assert.Equal((ulong)(((UInt128)x[i] << 64) / q), modulus.Shoup(x[i]));
                Assert.Equal((ulong)BigInteger.ModPow(x[i], y[i], q), modulus.Power(x[i], y[i]));
            }

            Assert.Equal(1UL, modulus.Multiply(q - 2, modulus.Inverse(q - 2)));
            Assert.All(new ulong[] { 0, q - 1, q, q + 1, ulong.MaxValue, ulong.MaxValue - 1, (1UL << 63) - 1 }, w => Assert.Equal(w % q, modulus.Reduce(w)));
        }
    }

    [Theory]
    [InlineData(15UL), InlineData(2UL), InlineData(0UL), InlineData(2_305_843_009_213_693_951UL)]
    public void Modulus_RefusesWhatIsNotAPrimeOfSixtyBits(ulong value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(nameof(value), () => new Modulus(value));
    }

    private static int CountBetween(ulong from, ulong below, ulong step)
    {
        int count = 0;
        for (ulong n = from; n < below; n += step)
        {
            count += Primes.IsPrime(n) ? 1 : 0;
        }

        return count;
    }
}
