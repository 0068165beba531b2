using FedPortal.Encryption.SecureAggregation.Advice;

namespace FedPortal.Site.CommandLine.SecureAggregation;

/// <summary>One parameter set in the JSON of <c>secagg advise</c>.</summary>
internal sealed record AdviceRow(
    string Set, bool Fits, IReadOnlyList<string> Refusals, int Degree, int ModulusBits, int AllowedModulusBits, double SecurityEstimateBits,
    double BytesPerValue, long UpdateBytes, long ShareBytes, double MarginBits, double QuantisationError, double NoiseError,
    double? ProtectSeconds, double? SumSeconds, double? DecryptSeconds)
{
    public static AdviceRow From(SetAdvice advice) => new(
        advice.Fit.Set.Name, advice.Fit.Fits, advice.Fit.Refusals, advice.Fit.Set.Degree, advice.Fit.Set.ModulusBits, advice.AllowedModulusBits,
        advice.SecurityEstimateBits, advice.BytesPerValue, advice.UpdateBytes, advice.ShareBytes, advice.Fit.MarginBits,
        advice.QuantisationError, advice.NoiseError, advice.ProtectSeconds, advice.SumSeconds, advice.DecryptSeconds);
}
