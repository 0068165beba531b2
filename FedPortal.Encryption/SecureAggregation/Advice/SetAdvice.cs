using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Encryption.SecureAggregation.Advice;

/// <summary>What one parameter set means for a request.</summary>
/// <param name="Fit">Whether it fits, its margin, and why not.</param>
/// <param name="UpdateBytes">One institution's encrypted update.</param>
/// <param name="ShareBytes">What one institution uploads to share its key with every helper, envelopes included.</param>
/// <param name="QuantisationError">Expected root mean square error of the mean, as a fraction of the clipping bound: 1/((2^b−1)·√(3n)).</param>
/// <param name="NoiseError">Standard deviation of the mean from the added noise, as a fraction of the clipping bound: 2σ/((2^b−1)·√n).</param>
/// <param name="AllowedModulusBits">What the standard's table allows at this degree and level.</param>
/// <param name="SecurityEstimateBits">Our own estimate of the primal attack, in bits.</param>
/// <param name="ProtectSeconds">One update on one core of this machine; null where the set does not fit and was not measured.</param>
/// <param name="SumSeconds">Adding all updates on one core of this machine.</param>
/// <param name="DecryptSeconds">Opening the sum on one core of this machine.</param>
public sealed record SetAdvice(
    SetFit Fit, long UpdateBytes, long ShareBytes, double QuantisationError, double NoiseError, int AllowedModulusBits,
    double SecurityEstimateBits, double? ProtectSeconds, double? SumSeconds, double? DecryptSeconds)
{
    public double BytesPerValue => Fit.Set.BytesPerValue;
}
