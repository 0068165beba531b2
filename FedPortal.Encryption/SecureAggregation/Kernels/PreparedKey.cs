namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>A secret polynomial, transformed modulo each prime.</summary>
internal sealed class PreparedKey(params RingFactor[] factors) : IDisposable
{
    public RingFactor this[int prime] => factors[prime];

    public void Dispose() => Array.ForEach(factors, factor => factor.Dispose());
}
