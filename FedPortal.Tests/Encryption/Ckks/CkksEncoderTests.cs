using System.Numerics;
using FedPortal.Encryption.Ckks;
using Xunit;

namespace FedPortal.Tests.Encryption.Ckks;

public class CkksEncoderTests
{
    private static readonly CkksContext Small = new(CkksParameters.Create(1024, [40, 40, 40], SecurityLevel.Unchecked));
    private static readonly double Scale = Math.ScaleB(1, 36);

    [Fact]
    public void SlotI_IsTheValueAtTheRootToThePowerOfThree()
    {
        Complex[] values = [.. TestValues.Uniform(512, 1).Zip(TestValues.Uniform(512, 2), (re, im) => new Complex(re, im))];
        var plaintext = new Plaintext(Small.FirstDataLevel);
        double[] coefficients = new double[1024];
        var encoder = new CkksEncoder(Small);

        encoder.EncodeSlots(values, Scale, plaintext);
        encoder.DecodeCoefficients(plaintext, coefficients);

        foreach (int slot in new[] { 0, 1, 2, 3, 255, 256, 510, 511 })
        {
            double angle = Math.PI * (int)BigInteger.ModPow(3, slot, 2048) / 1024;
            Complex value = coefficients.Select((a, j) => a * Complex.FromPolarCoordinates(1, angle * j)).Aggregate(Complex.Add);

            // Each of N coefficients is rounded by at most a half.
            Assert.InRange((value - values[slot]).Magnitude, 0, 512 / Scale);
        }
    }

    [Fact]
    public void DecodingUndoesEncoding_AtEveryLevel_WithinTheRoundingOfCoefficients()
    {
        double[] values = TestValues.Uniform(512, 3);
        var encoder = new CkksEncoder(Small);
        foreach (CkksLevel level in Small.Levels.Where(l => !l.IsForKeysOnly))
        {
            var plaintext = new Plaintext(level);
            double[] slots = new double[512], few = new double[7];
            var complex = new Complex[512];

            encoder.EncodeSlots(values, Scale, plaintext);
            encoder.DecodeSlots(plaintext, slots);
            encoder.DecodeSlots(plaintext, few);
            encoder.DecodeSlots(plaintext, complex);

            // Rounding errors are uniform in ±1/2: a slot's error has σ = √(N/24)/scale in its real part; seven deviations.
            double bound = 7 * Math.Sqrt(1024 / 24.0) / Scale;
            Assert.InRange(TestValues.LargestDifference(values, slots), 0, bound);
            Assert.Equal(slots[..7], few);
            Assert.Equal(slots, complex.Select(z => z.Real));
            Assert.InRange(complex.Max(z => Math.Abs(z.Imaginary)), 0, bound);
        }
    }

    [Fact]
    public void CoefficientPackingRoundsEachNumberOnce()
    {
        double[] values = TestValues.Uniform(1024, 4);
        var encoder = new CkksEncoder(Small);
        double[] decoded = new double[1024];

        encoder.DecodeCoefficients(encoder.EncodeCoefficients(values, Scale), decoded);

        Assert.InRange(TestValues.LargestDifference(values, decoded), 0, 0.5001 / Scale);
    }

    [Fact]
    public void HugeNumbersSurvive_UpToTheModulus()
    {
        var encoder = new CkksEncoder(Small);
        double[] values = [Math.ScaleB(1, 42), -Math.ScaleB(1, 42), Math.ScaleB(3, 40), -5, 0];
        double[] decoded = new double[values.Length];

        encoder.DecodeCoefficients(encoder.EncodeCoefficients(values, Math.ScaleB(1, 35)), decoded);

        Assert.Equal(values, decoded);
    }

    [Fact]
    public void NumbersThatAreTooLargeOrNoneAreRefused()
    {
        var encoder = new CkksEncoder(Small);

        Assert.Contains("too large", Assert.Throws<ArgumentException>(() => encoder.EncodeCoefficients([Math.ScaleB(1, 44)], Scale)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => encoder.EncodeSlots([double.NaN], Scale));
        Assert.Throws<ArgumentException>(() => encoder.EncodeSlots([double.PositiveInfinity], Scale));
        Assert.Contains("at most 512", Assert.Throws<ArgumentException>(() => encoder.EncodeSlots(new double[513], Scale)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => encoder.EncodeCoefficients(new double[1025], Scale));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.EncodeSlots([1], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.EncodeSlots([1], Math.ScaleB(1, 80)));
        Assert.Throws<ArgumentException>(() => encoder.EncodeSlots([1.0], Scale, new Plaintext(Small.KeyLevel)));
    }

    [Fact]
    public void HalvesAreRoundedAwayFromZero()
    {
        (double Value, long Rounded)[] cases =
        [
            (0, 0), (0.5, 1), (-0.5, -1), (0.49999999999999994, 0), (-0.49999999999999994, 0), (1.5, 2), (-1.5, -2), (2.5, 3), (-2.5, -3), (0.75, 1),
            (-0.25, 0), (4503599627370495.5, 4503599627370496), (-4503599627370495.5, -4503599627370496), (4503599627370494.5, 4503599627370495),
            (9007199254740992, 9007199254740992), (Math.ScaleB(1, 60), 1L << 60), (-Math.ScaleB(1, 60), -(1L << 60)), (1e-300, 0),
        ];
        long[] together = new long[cases.Length], alone = new long[1];

        CoefficientRounding.Round([.. cases.Select(c => c.Value)], together);

        Assert.Equal(cases.Select(c => c.Rounded), together);
        foreach ((double value, long rounded) in cases)
        {
            CoefficientRounding.Round([value], alone);
            Assert.Equal(rounded, alone[0]);
        }
    }

    [Fact]
    public void ResiduesOfSeveralPrimesBecomeTheNearestNumberToZero()
    {
        CkksLevel level = Small.FirstDataLevel;
        BigInteger q = level.Context.Parameters.CoeffModulus.Take(2).Aggregate(BigInteger.One, (product, p) => product * p);
        var random = new Random(6);
        BigInteger[] numbers =
        [
            0, 1, -1, (q - 1) / 2, -(q - 1) / 2, ((q - 1) / 2) - 1, Small.Parameters.CoeffModulus[0], -(BigInteger)Small.Parameters.CoeffModulus[0],
            .. Enumerable.Range(0, 1016).Select(_ => new BigInteger(random.NextInt64(long.MinValue, long.MaxValue)) >> random.Next(63)),
        ];
        ulong[] residues = [.. Enumerable.Range(0, 2).SelectMany(prime => numbers.Select(n => Residue(n, Small.Parameters.CoeffModulus[prime])))];
        double[] actual = new double[1024];

        new MixedRadix(level).ToReal(residues, 1, actual);

        foreach ((BigInteger number, double real) in numbers.Zip(actual))
        {
            // Two roundings of a product and a sum.
            Assert.InRange(Math.Abs((double)number - real), 0, 4e-16 * Math.Abs((double)number));
        }
    }

    private static ulong Residue(BigInteger number, ulong q) => (ulong)(((number % q) + q) % q);
}
