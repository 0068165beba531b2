using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Site.CommandLine.SecureAggregation;

/// <summary>What to simulate.</summary>
internal sealed record SimulationPlan(
    SetFit Fit, int Values, int DropOut, int Liars, int Threshold, int Helpers, int Threads, ulong Seed);
