using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Sharing;

namespace FedPortal.Encryption.SecureAggregation.Unlocking;

/// <summary>Σs over the accepted set: opens the sum and nothing else. Zeroed when disposed.</summary>
public sealed class SumKey : IDisposable
{
    private readonly int[] _coefficients;

    private SumKey(int degree) => _coefficients = GC.AllocateArray<int>(degree, pinned: true);

    internal ReadOnlySpan<int> Coefficients => _coefficients;

    /// <summary>Reconstructs the key, checks surplus answers, and checks that the key is as short as a sum of that many keys must be.</summary>
    /// <param name="shares">The helpers' summed shares.</param>
    /// <param name="threshold">t.</param>
    /// <param name="degree">N.</param>
    /// <param name="addends">How many keys were summed.</param>
    /// <param name="liars">Points of helpers whose answers did not fit.</param>
    /// <exception cref="ReconstructionException">Nothing trustworthy comes out.</exception>
    internal static SumKey Reconstruct(
        IReadOnlyList<SummedShare> shares, int threshold, int degree, int addends, out IReadOnlyList<int> liars)
    {
        var key = new SumKey(degree);
        try
        {
            liars = ShamirReconstruction.Reconstruct(shares, threshold, key._coefficients);
            int largest = key._coefficients.Max(Math.Abs);
            double bound = SetFit.ErrorDeviations * ParameterSet.Sigma * Math.Sqrt(addends);
            return largest <= bound
                ? key
                : throw new ReconstructionException(FormattableString.Invariant(
                    $"Expected a sum of {addends} keys with coefficients up to {bound:F0} but got {largest}: an answer or a dealt share is wrong."));
        }
        catch (ReconstructionException)
        {
            key.Dispose();
            throw;
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_coefficients.AsSpan()));
}
