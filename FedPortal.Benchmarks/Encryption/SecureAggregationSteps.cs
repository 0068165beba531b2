using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Submission;

namespace FedPortal.Benchmarks.Encryption;

/// <summary>One block of a set with everything that the steps need. For one thread.</summary>
internal sealed class SecureAggregationSteps : IDisposable
{
    private readonly ParameterSet _set;
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(32);
    private readonly BlockCipher _cipher;
    private readonly BlockProtector _protector;
    private readonly PublicPolynomials _polynomials;
    private readonly AesCtrGenerator _generator = AesCtrGenerator.FromOperatingSystem();
    private readonly PreparedKey _key;
    private readonly PrimeRing[] _rings;
    private readonly Quantiser _quantiser;
    private readonly float[] _update;
    private readonly int[] _values;
    private readonly short[] _error;
    private readonly ulong[] _polynomial;
    private readonly ulong[] _words;
    private readonly ulong[] _sums;
    private readonly byte[] _packed;

    public SecureAggregationSteps(ParameterSet set)
    {
        _set = set;
        _cipher = BlockCipher.Create(set, _seed);
        _protector = new BlockProtector(set, _seed, SumDemand.Equal(3, set.ValueBits), weight: 1);
        _polynomials = new PublicPolynomials(_seed, set.Degree);
        _rings = [.. set.Primes.Select(prime => RingCache.Get(set.Degree, prime))];
        _quantiser = new Quantiser(1, set.ValueBits);
        var random = new Random(1);
        _update = [.. Enumerable.Range(0, set.ValuesPerBlock).Select(_ => (2 * random.NextSingle()) - 1)];
        _values = new int[set.ValuesPerBlock];
        _error = new short[set.Degree];
        _polynomial = new ulong[set.Degree];
        _words = new ulong[set.WordsPerBlock];
        _sums = new ulong[set.WordsPerBlock];
        _packed = new byte[set.BytesPerBlock];
        _key = _cipher.Prepare([.. Enumerable.Range(0, set.Degree).Select(_ => random.Next(-20, 21))]);
        _quantiser.Quantise(_update, 1, _values);
        _cipher.Encrypt(0, _values, _key, _error, _words);
        WordPacking.Pack(_words, set.WordBits, _packed);
    }

    public static IReadOnlyList<string> Names { get; } =
    [
        "quantise", "public polynomial", "times key and inverse transform", "errors", "encrypt (the three above)", "pack",
        "protect (from float to bytes)", "hash", "sum (unpack and add one update)", "decrypt",
    ];

    public void Run(string step)
    {
        switch (step)
        {
            case "quantise": _quantiser.Quantise(_update, 1, _values); break;
            case "public polynomial": Expand(); break;
            case "times key and inverse transform": MultiplyAndInvert(); break;
            case "errors": DiscreteGaussian.Wide.Sample(_generator, _error); break;
            case "encrypt (the three above)": Encrypt(); break;
            case "pack": WordPacking.Pack(_words, _set.WordBits, _packed); break;
            case "protect (from float to bytes)": Protect(); break;
            case "hash": SHA256.HashData(_packed); break;
            case "sum (unpack and add one update)": WordPacking.AddTo(_packed, _set.WordBits, _sums); break;
            case "decrypt": _cipher.Decrypt(0, _words, 1, 0, _key, _values); break;
            default: throw new ArgumentException($"Expected one of {string.Join(", ", Names)} but got '{step}'.", nameof(step));
        }
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _protector.Dispose();
        _polynomials.Dispose();
        _generator.Dispose();
        _key.Dispose();
    }

    private void Expand()
    {
        for (int i = 0; i < _rings.Length; i++)
        {
            _polynomials.Expand(0, i, _rings[i].Modulus, _polynomial);
        }
    }

    private void MultiplyAndInvert()
    {
        for (int i = 0; i < _rings.Length; i++)
        {
            _rings[i].Multiply(_polynomial, _key[i]);
            _rings[i].Inverse(_polynomial);
        }
    }

    private void Encrypt()
    {
        DiscreteGaussian.Wide.Sample(_generator, _error);
        _cipher.Encrypt(0, _values, _key, _error, _words);
    }

    private void Protect() => _protector.Protect(0, new QuantisedValues(_update, _quantiser), _key, _packed);
}
