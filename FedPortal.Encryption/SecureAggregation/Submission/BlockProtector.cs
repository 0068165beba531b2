using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>One thread's tools and buffers to read, encrypt and pack blocks.</summary>
internal sealed class BlockProtector(ParameterSet set, ReadOnlySpan<byte> seed, SumDemand demand, int weight) : IDisposable
{
    private readonly BlockCipher _cipher = BlockCipher.Create(set, seed);
    private readonly AesCtrGenerator _generator = AesCtrGenerator.FromOperatingSystem();
    private readonly short[] _error = GC.AllocateArray<short>(set.Degree, pinned: true);
    private readonly int[] _values = GC.AllocateArray<int>(set.ValuesPerBlock, pinned: true);
    private readonly ulong[] _words = new ulong[set.WordsPerBlock];
    private readonly long _smallest = -demand.LaneOffset;
    private readonly long _largest = ((long)weight * ((1L << demand.ValueBits) - 1)) + demand.LaneOffset;

    public void Protect(int block, ILatticeSource source, PreparedKey key, Span<byte> packed)
    {
        long first = (long)block * set.ValuesPerBlock;
        int present = (int)Math.Min(set.ValuesPerBlock, source.Count - first);
        source.Read(first, _values.AsSpan(0, present));
        _values.AsSpan(present).Clear();
        RequireRange(first);
        DiscreteGaussian.Wide.Sample(_generator, _error);
        _cipher.Encrypt(block, _values, key, _error, _words);
        WordPacking.Pack(_words, set.WordBits, packed);
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _generator.Dispose();
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_error.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_values.AsSpan()));
    }

    // A value out of range would spill into its neighbours' lanes.
    private void RequireRange(long first)
    {
        (int smallest, int largest) = ValueRange.Of(_values);
        if (smallest < _smallest || largest > _largest)
        {
            throw new ArgumentException(
                $"Expected weighted values in [{_smallest}, {_largest}] but values {first} onwards reach from {smallest} to {largest}.");
        }
    }
}
