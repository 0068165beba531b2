using System.Numerics;

namespace FedPortal.Encryption.Ckks;

/// <summary>Packs real numbers into a plaintext and takes them out again. One instance belongs to one thread.</summary>
/// <remarks>
/// Slot packing: N/2 numbers, as Microsoft SEAL packs them; products of plaintexts and ciphertexts act on each slot. Coefficient packing: N numbers,
/// each the coefficient of a power of X; only sums act on each number, and both halves of the ring are used.
/// </remarks>
public sealed class CkksEncoder
{
    private readonly CkksContext _context;
    private readonly CanonicalTransform _transform;
    private readonly double[] _coefficients;
    private readonly long[] _rounded;
    private readonly ulong[] _residues;
    private readonly MixedRadix?[] _radices;

    public CkksEncoder(CkksContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _transform = new CanonicalTransform(context.Degree);
        _coefficients = new double[context.Degree];
        _rounded = new long[context.Degree];
        _residues = new ulong[context.KeyLevel.WordCount];
        _radices = new MixedRadix?[context.KeyLevel.PrimeCount + 1];
    }

    private Span<double> Real => _coefficients.AsSpan(0, _transform.Length);

    private Span<double> Imaginary => _coefficients.AsSpan(_transform.Length);

    /// <returns>The numbers in the slots of a plaintext at the first data level.</returns>
    public Plaintext EncodeSlots(ReadOnlySpan<double> values, double scale)
    {
        var plaintext = new Plaintext(_context.FirstDataLevel);
        EncodeSlots(values, scale, plaintext);
        return plaintext;
    }

    /// <summary>Overwrites a plaintext, at its level, with up to N/2 numbers; the other slots become zero.</summary>
    public void EncodeSlots(ReadOnlySpan<double> values, double scale, Plaintext destination)
    {
        RequireCount(values.Length, _context.SlotCount);
        Span<double> real = Real;
        real.Clear();
        Imaginary.Clear();
        ReadOnlySpan<int> places = _transform.Places;
        for (int slot = 0; slot < values.Length; slot++)
        {
            real[places[slot]] = values[slot];
        }

        FinishSlots(scale, destination);
    }

    /// <summary>Overwrites a plaintext, at its level, with up to N/2 complex numbers.</summary>
    public void EncodeSlots(ReadOnlySpan<Complex> values, double scale, Plaintext destination)
    {
        RequireCount(values.Length, _context.SlotCount);
        Span<double> real = Real, imaginary = Imaginary;
        _coefficients.AsSpan().Clear();
        ReadOnlySpan<int> places = _transform.Places;
        for (int slot = 0; slot < values.Length; slot++)
        {
            real[places[slot]] = values[slot].Real;
            imaginary[places[slot]] = slot % 2 == 0 ? values[slot].Imaginary : -values[slot].Imaginary;
        }

        FinishSlots(scale, destination);
    }

    /// <returns>The numbers as coefficients of a plaintext at the first data level.</returns>
    public Plaintext EncodeCoefficients(ReadOnlySpan<double> values, double scale)
    {
        var plaintext = new Plaintext(_context.FirstDataLevel);
        EncodeCoefficients(values, scale, plaintext);
        return plaintext;
    }

    /// <summary>Overwrites a plaintext, at its level, with up to N numbers; the other coefficients become zero.</summary>
    public void EncodeCoefficients(ReadOnlySpan<double> values, double scale, Plaintext destination)
    {
        RequireCount(values.Length, _context.Degree);
        for (int i = 0; i < values.Length; i++)
        {
            _coefficients[i] = values[i] * scale;
        }

        _coefficients.AsSpan(values.Length).Clear();
        Finish(scale, destination);
    }

    /// <summary>Overwrites the destination with the numbers of the first slots, up to N/2; imaginary parts are left out.</summary>
    public void DecodeSlots(Plaintext plaintext, Span<double> destination)
    {
        RequireCount(destination.Length, _context.SlotCount);
        ToValues(plaintext);
        Span<double> real = Real;
        ReadOnlySpan<int> places = _transform.Places;
        for (int slot = 0; slot < destination.Length; slot++)
        {
            destination[slot] = real[places[slot]];
        }
    }

    /// <summary>Overwrites the destination with the complex numbers of the first slots, up to N/2.</summary>
    public void DecodeSlots(Plaintext plaintext, Span<Complex> destination)
    {
        RequireCount(destination.Length, _context.SlotCount);
        ToValues(plaintext);
        Span<double> real = Real, imaginary = Imaginary;
        ReadOnlySpan<int> places = _transform.Places;
        for (int slot = 0; slot < destination.Length; slot++)
        {
            int place = places[slot];
            destination[slot] = new Complex(real[place], slot % 2 == 0 ? imaginary[place] : -imaginary[place]);
        }
    }

    /// <summary>Overwrites the destination with the first coefficients, up to N.</summary>
    public void DecodeCoefficients(Plaintext plaintext, Span<double> destination)
    {
        RequireCount(destination.Length, _context.Degree);
        ToCoefficients(plaintext);
        _coefficients.AsSpan(0, destination.Length).CopyTo(destination);
    }

    private void FinishSlots(double scale, Plaintext destination)
    {
        _transform.Inverse(Real, Imaginary);
        double factor = scale / _transform.Length;
        Span<double> coefficients = _coefficients;
        Span<Vector<double>> vectors = System.Runtime.InteropServices.MemoryMarshal.Cast<double, Vector<double>>(coefficients);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] *= factor;
        }

        Finish(scale, destination);
    }

    private void Finish(double scale, Plaintext destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        CkksLevel level = destination.Level;
        RequireDataLevel(level);
        level.RequireScale(scale);
        CoefficientRounding.ToResidues(_coefficients, level, _rounded, destination.Residues);
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            level.Context.Transform(prime).Forward(level.Part(destination.Residues, prime));
        }

        destination.Scale = scale;
    }

    private void ToValues(Plaintext plaintext)
    {
        ToCoefficients(plaintext);
        _transform.Forward(Real, Imaginary);
    }

    private void ToCoefficients(Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        CkksLevel level = plaintext.Level;
        RequireDataLevel(level);
        Span<ulong> residues = _residues.AsSpan(0, level.WordCount);
        plaintext.Words.CopyTo(residues);
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            level.Context.Transform(prime).Inverse(level.Part(residues, prime));
        }

        MixedRadix radix = _radices[level.PrimeCount] ??= new MixedRadix(level);
        radix.ToReal(residues, 1 / plaintext.Scale, _coefficients);
    }

    private void RequireDataLevel(CkksLevel level)
    {
        if (_context.FindLevel(level.Id) is null || level.IsForKeysOnly)
        {
            throw new ArgumentException(
                $"Expected a data level of the parameters with key-level id {_context.KeyLevel.Id} but got the level with id {level.Id}.", nameof(level));
        }
    }

    private static void RequireCount(int actual, int atMost)
    {
        if (actual > atMost)
        {
            throw new ArgumentException($"Expected at most {atMost} values but got {actual}.", nameof(actual));
        }
    }
}
