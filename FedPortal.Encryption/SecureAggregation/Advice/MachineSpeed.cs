using System.Diagnostics;
using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Submission;

namespace FedPortal.Encryption.SecureAggregation.Advice;

/// <summary>Values a second and core that this machine manages with a set, measured now.</summary>
/// <param name="Protect">Quantise, encrypt and pack, at one institution.</param>
/// <param name="Sum">Unpack and add one update, at the portal.</param>
/// <param name="Decrypt">Open the sum, at the portal.</param>
public sealed record MachineSpeed(double Protect, double Sum, double Decrypt)
{
    private const int BlocksAtOnce = 10;

    /// <summary>Runs each step for about twice this long on the calling thread.</summary>
    public static MachineSpeed Measure(ParameterSet set, double secondsPerStep = 0.1)
    {
        var demand = SumDemand.Equal(3, set.ValueBits);
        byte[] seed = RandomNumberGenerator.GetBytes(32);
        using var protector = new BlockProtector(set, seed, demand, weight: 1);
        using var cipher = BlockCipher.Create(set, seed);
        using var generator = AesCtrGenerator.FromOperatingSystem();
        using var key = new OneTimeKey(set.Degree, generator);
        int[] coefficients = new int[set.Degree];
        key.Spend(coefficients);
        using PreparedKey prepared = cipher.Prepare(coefficients);
        CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(coefficients.AsSpan()));

        var source = new QuantisedValues(new float[set.ValuesPerBlock * 4], new Quantiser(1, set.ValueBits));
        byte[] packed = new byte[set.BytesPerBlock];
        ulong[] sums = new ulong[set.WordsPerBlock];
        int[] values = new int[set.ValuesPerBlock];
        int block = 0;
        double protect = Rate(set, secondsPerStep, () => protector.Protect(block = (block + 1) % 4, source, prepared, packed));
        double sum = Rate(set, secondsPerStep, () => WordPacking.AddTo(packed, set.WordBits, sums));
        double decrypt = Rate(set, secondsPerStep, () => cipher.Decrypt(1, sums, 1, 0, prepared, values));
        return new MachineSpeed(protect, sum, decrypt);
    }

    // The fastest of many short runs: what the machine can do when nothing else is in the way. The first half warms up.
    private static double Rate(ParameterSet set, double seconds, Action step)
    {
        long start = Stopwatch.GetTimestamp();
        double best = double.MaxValue;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 2 * seconds)
        {
            long from = Stopwatch.GetTimestamp();
            for (int i = 0; i < BlocksAtOnce; i++)
            {
                step();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalSeconds);
        }

        return BlocksAtOnce * (double)set.ValuesPerBlock / best;
    }
}
