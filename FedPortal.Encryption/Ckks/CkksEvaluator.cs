using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>Computes on ciphertexts without any key.</summary>
public static class CkksEvaluator
{
    /// <returns>x + y. Both at one level and one scale; the sizes may differ.</returns>
    public static Ciphertext Add(Ciphertext x, Ciphertext y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        (Ciphertext larger, Ciphertext smaller) = x.Size >= y.Size ? (x, y) : (y, x);
        Ciphertext sum = Copy(larger);
        AddTo(sum, smaller);
        return sum;
    }

    /// <summary>sum += x, in place. The sum has at least as many polynomials as x.</summary>
    public static void AddTo(Ciphertext sum, Ciphertext x)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(x);
        sum.Level.RequireSame(x.Level, nameof(x));
        RequireSameScale(sum.Scale, x.Scale);
        if (x.Size > sum.Size)
        {
            throw new ArgumentException($"Expected at most {sum.Size} polynomials but got {x.Size}.", nameof(x));
        }

        for (int polynomial = 0; polynomial < x.Size; polynomial++)
        {
            AddPolynomial(sum.Level, sum.Polynomial(polynomial), x.Polynomial(polynomial));
        }
    }

    /// <summary>sum += x, in place, for seeded ciphertexts of the same seed under different keys: the result decrypts under the sum of the keys.</summary>
    public static void AddTo(SeededCiphertext sum, SeededCiphertext x)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(x);
        sum.Level.RequireSame(x.Level, nameof(x));
        RequireSameScale(sum.Scale, x.Scale);
        if (!sum.Seed.SequenceEqual(x.Seed))
        {
            throw new ArgumentException("Expected two ciphertexts of one seed but the seeds differ.", nameof(x));
        }

        AddPolynomial(sum.Level, sum.Residues, x.Words);
    }

    /// <returns>x + plaintext.</returns>
    public static Ciphertext AddPlain(Ciphertext x, Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(plaintext);
        x.Level.RequireSame(plaintext.Level, nameof(plaintext));
        RequireSameScale(x.Scale, plaintext.Scale);
        Ciphertext sum = Copy(x);
        AddPolynomial(sum.Level, sum.Polynomial(0), plaintext.Words);
        return sum;
    }

    /// <returns>x·plaintext, slot by slot for slot packing. The scales multiply.</returns>
    public static Ciphertext MultiplyPlain(Ciphertext x, Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(plaintext);
        CkksLevel level = x.Level;
        level.RequireSame(plaintext.Level, nameof(plaintext));
        level.RequireScale(x.Scale * plaintext.Scale);
        if (plaintext.Words.IndexOfAnyExcept(0UL) < 0)
        {
            throw new ArgumentException("Multiplying by zero would give a ciphertext that anyone can read.", nameof(plaintext));
        }

        Ciphertext product = Copy(x);
        for (int part = 0; part < x.Size * level.PrimeCount; part++)
        {
            int prime = part % level.PrimeCount;
            Span<ulong> words = level.Part(product.Residues, part);
            ModularVector.Multiply(words, level.View(plaintext.Words, prime), level.Context.Modulus(prime), words);
        }

        product.Scale = x.Scale * plaintext.Scale;
        return product;
    }

    /// <returns>x divided by the last prime of its level, rounded, one level down; the scale is divided too.</returns>
    public static Ciphertext Rescale(Ciphertext x)
    {
        ArgumentNullException.ThrowIfNull(x);
        CkksLevel level = x.Level;
        CkksLevel next = level.Next ?? throw new ArgumentException("Expected a level with at least 2 primes but there is only 1.", nameof(x));
        CkksContext context = level.Context;
        var rescaled = new Ciphertext(next, x.Size, new ulong[x.Size * next.WordCount], x.Scale / context.Modulus(next.PrimeCount).Value);
        ulong[] dropped = new ulong[context.Degree], work = new ulong[context.Degree];
        for (int polynomial = 0; polynomial < x.Size; polynomial++)
        {
            DivideByLastPrime(level, x.Polynomial(polynomial), dropped, work, rescaled.Polynomial(polynomial));
        }

        return rescaled;
    }

    // c_i ← q⁻¹·(c_i − NTT(x − h)) with q the last prime, h = ⌊q/2⌋ and x = INTT(c_last) + h mod q.
    private static void DivideByLastPrime(CkksLevel level, ReadOnlySpan<ulong> polynomial, Span<ulong> dropped, Span<ulong> work, Span<ulong> destination)
    {
        CkksContext context = level.Context;
        int last = level.PrimeCount - 1;
        Modulus droppedModulus = context.Modulus(last);
        ulong half = droppedModulus.Value / 2;
        level.View(polynomial, last).CopyTo(dropped);
        context.Transform(last).Inverse(dropped);
        ModularVector.Reduce(dropped, half, droppedModulus, dropped);
        for (int prime = 0; prime < last; prime++)
        {
            Modulus modulus = context.Modulus(prime);
            ModularVector.Reduce(dropped, modulus.Value - modulus.Reduce(half), modulus, work);
            context.Transform(prime).Forward(work);
            ModularVector.SubtractAndScale(level.View(polynomial, prime), work, context.InverseOf(last, prime), modulus, level.Part(destination, prime));
        }
    }

    private static void AddPolynomial(CkksLevel level, Span<ulong> sum, ReadOnlySpan<ulong> x)
    {
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            Span<ulong> part = level.Part(sum, prime);
            ModularVector.Add(part, level.View(x, prime), level.Context.Modulus(prime), part);
        }
    }

    private static Ciphertext Copy(Ciphertext x) => new(x.Level, x.Size, x.Words.ToArray(), x.Scale);

    // The tolerance covers the rounding of a product of scales and nothing more.
    private static void RequireSameScale(double expected, double actual)
    {
        if (Math.Abs(expected - actual) > 1e-12 * Math.Max(expected, actual))
        {
            throw new ArgumentException($"Expected the scale {expected:R} but got {actual:R}.", nameof(actual));
        }
    }
}
