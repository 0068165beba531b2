using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Sharing;

namespace FedPortal.Encryption.SecureAggregation.Advice;

/// <summary>Lays all parameter sets side by side for a study: those that fit with what they cost, the others with why not.</summary>
public static class ParameterAdvisor
{
    // Header, fresh key, tag and signature around a share.
    private const int EnvelopeOverheadBytes = 186;

    /// <summary>Fitting sets first, the fewest bytes first; the first one is what <see cref="SetFit.Choose"/> takes.</summary>
    /// <param name="request">What the study needs.</param>
    /// <param name="measure">Measures a fitting set; the default runs each of its steps for a tenth of a second.</param>
    public static IReadOnlyList<SetAdvice> Advise(AdviceRequest request, Func<ParameterSet, MachineSpeed>? measure = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Values, 1);
        measure ??= set => MachineSpeed.Measure(set);
        return [.. ParameterSets.All
            .Select(set => Advise(request, SetFit.Evaluate(set, request.Demand, request.SecurityLevel), measure))
            .OrderBy(advice => !advice.Fit.Fits).ThenBy(advice => advice.BytesPerValue)];
    }

    private static SetAdvice Advise(AdviceRequest request, SetFit fit, Func<ParameterSet, MachineSpeed> measure)
    {
        ParameterSet set = fit.Set;
        SumDemand demand = request.Demand;
        MachineSpeed? speed = fit.Fits ? measure(set) : null;
        double levels = Math.Pow(2, demand.ValueBits) - 1;
        return new SetAdvice(
            fit,
            (long)set.BlockCount(request.Values) * set.BytesPerBlock,
            (long)demand.Institutions * (SecretShare.ByteCount(set.Degree) + EnvelopeOverheadBytes),
            1 / (levels * Math.Sqrt(3.0 * demand.Institutions)),
            2 * demand.NoiseDeviation / (levels * Math.Sqrt(demand.Institutions)),
            SetFit.AllowedModulusBits(set, request.SecurityLevel),
            LatticeSecurity.EstimateBits(set),
            request.Values / speed?.Protect,
            request.Values * (double)demand.Institutions / speed?.Sum,
            request.Values / speed?.Decrypt);
    }
}
