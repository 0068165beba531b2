using System.Numerics;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using Xunit;

namespace FedPortal.Tests.Encryption.Ckks;

public class CkksSchemeTests
{
    private static readonly double Scale = Math.ScaleB(1, 40);

    public static TheoryData<int, int[]> ParameterSets => new()
    {
        { 8192, [60, 40, 40, 60] },
        { 4096, [60, 49] },
        { 2048, [54] },
    };

    [Theory]
    [MemberData(nameof(ParameterSets))]
    public void EveryKindOfEncryptionDecryptsWithinItsNoise(int degree, int[] bits)
    {
        var context = new CkksContext(CkksParameters.Create(degree, bits));
        using SecretKey key = SecretKey.Generate(context);
        var encoder = new CkksEncoder(context);
        using var publicly = new PublicKeyEncryptor(PublicKey.Generate(key));
        using var symmetric = new SymmetricEncryptor(key);
        double[] values = TestValues.Uniform(degree / 2, 1);
        Plaintext plaintext = encoder.EncodeSlots(values, Scale);

        double symmetricError = Error(encoder, key, symmetric.Encrypt(plaintext), values);
        double seededError = Error(encoder, key, symmetric.EncryptSeeded(plaintext).Expand(), values);
        double publicError = Error(encoder, key, publicly.Encrypt(plaintext), values);

        // A coefficient error of variance v gives a slot error with variance v·N/2 in its real part. Encoding rounds (1/12), a fresh symmetric
        // ciphertext adds σ² = 3.2², a public one rounds both polynomials after the drop, (1 + ‖s‖²)/12 with ‖s‖² = 2N/3, or, with nothing to
        // drop, carries u·e + e_0 + e_1·s, σ²·(1 + 4N/3).
        double fresh = 1.0 / 12 + (3.2 * 3.2);
        double masked = bits.Length > 1 ? 1.0 / 12 + ((1 + (2.0 * degree / 3)) / 12) : 1.0 / 12 + (3.2 * 3.2 * (1 + (4.0 * degree / 3)));
        Assert.InRange(symmetricError, 0, Bound(fresh, degree));
        Assert.InRange(seededError, 0, Bound(fresh, degree));
        Assert.InRange(publicError, 0, ProductBound(masked, degree));
    }

    [Fact]
    public void EveryLevelEncryptsAndTravelsThroughAFile()
    {
        var context = new CkksContext(CkksParameters.Create(8192, [60, 40, 40, 60]));
        using SecretKey key = SecretKey.Generate(context);
        var encoder = new CkksEncoder(context);
        using var publicly = new PublicKeyEncryptor(PublicKey.Generate(key));
        using var symmetric = new SymmetricEncryptor(key);
        double[] values = TestValues.Uniform(4096, 3);
        foreach (CkksLevel level in context.Levels.Where(level => !level.IsForKeysOnly))
        {
            var plaintext = new Plaintext(level);
            encoder.EncodeSlots(values, Scale, plaintext);

            Ciphertext fromPublic = SealCiphertextFile.Read(SealCiphertextFile.Write(publicly.Encrypt(plaintext)), context);
            Ciphertext fromSeed = SealCiphertextFile.Read(SealCiphertextFile.Write(symmetric.EncryptSeeded(plaintext)), context);

            Assert.Same(level, fromPublic.Level);
            Assert.InRange(Error(encoder, key, fromPublic, values), 0, ProductBound((2 + (2.0 * 8192 / 3)) / 12, 8192));
            Assert.InRange(Error(encoder, key, fromSeed, values), 0, Bound((1.0 / 12) + (3.2 * 3.2), 8192));
        }
    }

    [Fact]
    public void SumsProductsAndRescalingComputeOnTheValues()
    {
        var context = new CkksContext(CkksParameters.Create(8192, [60, 40, 40, 60]));
        using SecretKey key = SecretKey.Generate(context);
        var encoder = new CkksEncoder(context);
        using var encryptor = new PublicKeyEncryptor(PublicKey.Generate(key));
        double[][] clients = [.. Enumerable.Range(0, 5).Select(seed => TestValues.Uniform(4096, seed))];
        double[] weights = TestValues.Uniform(4096, 9);

        Ciphertext sum = clients.Select(values => encryptor.Encrypt(encoder.EncodeSlots(values, Scale))).Aggregate(CkksEvaluator.Add);
        Ciphertext shifted = CkksEvaluator.AddPlain(sum, encoder.EncodeSlots(weights, Scale));
        Ciphertext product = CkksEvaluator.Rescale(CkksEvaluator.MultiplyPlain(shifted, encoder.EncodeSlots(weights, Scale)));

        double[] expectedSum = [.. Enumerable.Range(0, 4096).Select(i => clients.Sum(values => values[i]))];
        double[] expectedProduct = [.. expectedSum.Select((s, i) => (s + weights[i]) * weights[i])];
        double masked = 5 * (1.0 / 12 + ((1 + (2.0 * 8192 / 3)) / 12));
        Assert.InRange(Error(encoder, key, sum, expectedSum), 0, ProductBound(masked, 8192));

        // The product carries the sum's noise times |w| ≤ 1, the weights' rounding times |sum| ≤ 6, and the rounding of one more drop.
        Assert.Equal(2, product.Level.PrimeCount);
        Assert.InRange(Error(encoder, key, product, expectedProduct), 0, ProductBound(masked + (36 / 12.0) + ((1 + (2.0 * 8192 / 3)) / 12), 8192));
    }

    [Fact]
    public void Rescaling_IsTheRoundedQuotientOfTheWholeNumbers()
    {
        var context = new CkksContext(CkksParameters.Create(1024, [40, 30, 40, 30], SecurityLevel.Unchecked));
        CkksLevel level = context.FirstDataLevel;
        var random = new Random(8);
        BigInteger q = Product(context, 3), last = context.Parameters.CoeffModulus[2], rest = Product(context, 2);
        BigInteger[] numbers = [0, 1, q - 1, last, last / 2, (last / 2) + 1, q / 2, .. Enumerable.Range(0, 1017).Select(_ => RandomBelow(q, random))];
        var ciphertext = new Ciphertext(level);
        SetCoefficients(ciphertext.Polynomial(0), level, numbers);
        SetCoefficients(ciphertext.Polynomial(1), level, [.. numbers.Reverse()]);
        ciphertext.Scale = Math.ScaleB(1, 60);

        Ciphertext rescaled = CkksEvaluator.Rescale(ciphertext);

        var expected = new Ciphertext(rescaled.Level);
        BigInteger[] quotients = [.. numbers.Select(n => ((n + (last / 2)) / last) % rest)];
        SetCoefficients(expected.Polynomial(0), rescaled.Level, quotients);
        SetCoefficients(expected.Polynomial(1), rescaled.Level, [.. quotients.Reverse()]);
        Assert.Equal(expected.Words.ToArray(), rescaled.Words.ToArray());
        Assert.Equal(Math.ScaleB(1, 60) / (double)last, rescaled.Scale);
    }

    [Fact]
    public void OwnKeysUnderOneSeedAddUpToACiphertextOfTheSumOfTheKeys()
    {
        var context = new CkksContext(CkksParameters.Create(4096, [60, 49]));
        var encoder = new CkksEncoder(context);
        byte[] seed = [.. Enumerable.Range(0, 64).Select(i => (byte)(3 * i))];
        double[][] clients = [.. Enumerable.Range(0, 5).Select(client => TestValues.Uniform(2048, client))];
        short[] sumOfKeys = new short[4096], samples = new short[4096];
        SeededCiphertext? sum = null;
        using AesCtrGenerator generator = AesCtrGenerator.FromOperatingSystem();
        foreach (double[] values in clients)
        {
            DiscreteGaussian.Wide.Sample(generator, samples);
            sumOfKeys = [.. sumOfKeys.Zip(samples, (a, b) => (short)(a + b))];
            using SecretKey own = SecretKey.FromCoefficients(context, samples);
            using var encryptor = new SymmetricEncryptor(own, DiscreteGaussian.Wide);
            var ciphertext = new SeededCiphertext(context.FirstDataLevel);
            encryptor.EncryptSeeded(encoder.EncodeSlots(values, Scale), seed, ciphertext);
            if (sum is null)
            {
                sum = ciphertext;
            }
            else
            {
                CkksEvaluator.AddTo(sum, ciphertext);
            }
        }

        using SecretKey sumKey = SecretKey.FromCoefficients(context, sumOfKeys);
        double[] expected = [.. Enumerable.Range(0, 2048).Select(i => clients.Sum(values => values[i]))];

        Assert.InRange(Error(encoder, sumKey, sum!.Expand(), expected), 0, Bound(5 * ((6.4 * 6.4) + (1.0 / 12)), 4096));
        Assert.Throws<ArgumentException>(() => CkksEvaluator.AddTo(sum, new SeededCiphertext(context.FirstDataLevel) { Scale = Scale }));
    }

    [Fact]
    public void ACiphertextOfThreePolynomialsDecryptsWithTheSquareOfTheKey()
    {
        var context = new CkksContext(CkksParameters.Create(1024, [50], SecurityLevel.Unchecked));
        using SecretKey key = SecretKey.Generate(context);
        Modulus modulus = context.Modulus(0);
        var random = new Random(4);
        ulong[] words = [.. Enumerable.Range(0, 3 * 1024).Select(_ => (ulong)random.NextInt64((long)modulus.Value))];
        var ciphertext = new Ciphertext(context.KeyLevel, 3, words, Scale);

        Plaintext actual = CkksDecryptor.Decrypt(key, ciphertext);

        ulong[] s = key.Residues.ToArray();
        Assert.Equal(
            Enumerable.Range(0, 1024).Select(i => (ulong)((words[i] + (new BigInteger(words[1024 + i]) * s[i]) + (new BigInteger(words[2048 + i]) * s[i] * s[i])) % modulus.Value)),
            actual.Words.ToArray());
        Ciphertext sum = CkksEvaluator.Add(new Ciphertext(context.KeyLevel) { Scale = Scale }, ciphertext);
        Assert.Equal(words, sum.Words.ToArray());
    }

    [Fact]
    public void WhatDoesNotBelongTogetherIsRefused()
    {
        var context = new CkksContext(CkksParameters.Create(8192, [60, 40, 40, 60]));
        var other = new CkksContext(CkksParameters.Create(8192, [60, 40, 60]));
        using SecretKey key = SecretKey.Generate(context);
        var encoder = new CkksEncoder(context);
        using var encryptor = new SymmetricEncryptor(key);
        Plaintext plaintext = encoder.EncodeSlots([1.0], Scale);
        Ciphertext ciphertext = encryptor.Encrypt(plaintext);

        Assert.Contains("scale", Assert.Throws<ArgumentException>(() =>
            CkksEvaluator.AddPlain(ciphertext, encoder.EncodeSlots([1.0], Scale * 1.001))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CkksEvaluator.Add(ciphertext, new Ciphertext(context.Levels[2]) { Scale = Scale }));
        Assert.Throws<ArgumentException>(() => CkksDecryptor.Decrypt(key, new Ciphertext(other.FirstDataLevel)));
        Assert.Throws<ArgumentException>(() => new CkksEncoder(other).DecodeSlots(plaintext, new double[1]));
        Assert.Throws<ArgumentException>(() => CkksEvaluator.MultiplyPlain(ciphertext, encoder.EncodeSlots([0.0], Scale)));
        Assert.Throws<ArgumentException>(() => CkksEvaluator.Rescale(new Ciphertext(context.Levels[3])));
        Assert.Throws<ArgumentException>(() => SecretKey.FromCoefficients(context, new short[4096]));
        Assert.Throws<ArgumentException>(() => SeedExpander.Uniform(new byte[63], context.KeyLevel, new ulong[4 * 8192]));
    }

    [Fact]
    public void ADisposedSecretKeyIsWipedAndRefused_AndNeverPrintsItself()
    {
        var context = new CkksContext(CkksParameters.Create(1024, [27]));
        SecretKey key = SecretKey.Generate(context);
        ReadOnlySpan<ulong> words = key.Residues;
        Assert.True(words.IndexOfAnyExcept(0UL) >= 0);

        key.Dispose();

        Assert.True(words.IndexOfAnyExcept(0UL) < 0);
        Assert.Throws<ObjectDisposedException>(() => CkksDecryptor.Decrypt(key, new Ciphertext(context.KeyLevel)));
        Assert.Equal(typeof(SecretKey).FullName, key.ToString());
    }

    private static double Error(CkksEncoder encoder, SecretKey key, Ciphertext ciphertext, double[] expected)
    {
        double[] decoded = new double[expected.Length];
        encoder.DecodeSlots(CkksDecryptor.Decrypt(key, ciphertext), decoded);
        return TestValues.LargestDifference(expected, decoded);
    }

    /// <summary>Seven deviations of a Gaussian: among 4096 slots one beyond it has probability 10⁻⁸.</summary>
    private static double Bound(double coefficientVariance, int degree) => 7 * Math.Sqrt(coefficientVariance * degree / 2) / Scale;

    /// <summary>
    /// At a slot the public-key error is a Gaussian times the value of s there, which is Gaussian over the slots itself: the product is a Laplace
    /// variable. Beyond 20 of its deviations lies exp(−20·√2), 2·10⁻⁹ for 4096 slots.
    /// </summary>
    private static double ProductBound(double coefficientVariance, int degree) => 20.0 / 7 * Bound(coefficientVariance, degree);

    private static BigInteger Product(CkksContext context, int primes) =>
        context.Parameters.CoeffModulus.Take(primes).Aggregate(BigInteger.One, (product, p) => product * p);

    private static BigInteger RandomBelow(BigInteger bound, Random random)
    {
        byte[] bytes = new byte[bound.GetByteCount() + 8];
        random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true) % bound;
    }

    private static void SetCoefficients(Span<ulong> polynomial, CkksLevel level, BigInteger[] numbers)
    {
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            Span<ulong> part = level.Part(polynomial, prime);
            for (int i = 0; i < part.Length; i++)
            {
                part[i] = (ulong)(numbers[i] % level.Context.Modulus(prime).Value);
            }

            level.Context.Transform(prime).Forward(part);
        }
    }
}
