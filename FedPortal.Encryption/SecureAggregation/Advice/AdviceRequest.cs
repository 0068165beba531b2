using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Encryption.SecureAggregation.Advice;

/// <summary>What a study needs of secure aggregation.</summary>
/// <param name="Values">Values in an update.</param>
/// <param name="Demand">Institutions, weights, value bits and noise.</param>
/// <param name="SecurityLevel">128, 192 or 256.</param>
public sealed record AdviceRequest(long Values, SumDemand Demand, int SecurityLevel = 128);
