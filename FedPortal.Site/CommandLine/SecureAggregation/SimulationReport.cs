namespace FedPortal.Site.CommandLine.SecureAggregation;

/// <summary>What came out of a simulated round. Seconds are wall time of all institutions together; core seconds are processor time.</summary>
internal sealed record SimulationReport(
    string Set, int Clients, int Values, int Bits, int Threshold, int Helpers, int Threads, int DroppedOut, int Summed, int Answered,
    IReadOnlyList<string> Liars, long WrongSums, long CheckedSums, long SummedValues, double BytesPerValue, long UpdateBytes, double MarginBits,
    double Delta, double ErrorDeviation, double ExpectedErrorDeviation, double LargestError,
    double ShareSeconds, double ProtectSeconds, double InspectSeconds, double SumSeconds, double AnswerSeconds, double ReconstructSeconds, double DecryptSeconds,
    double ProtectCoreSeconds, double InspectCoreSeconds, double SumCoreSeconds, double DecryptCoreSeconds)
{
    /// <summary>Million values a second and core: quantise, encrypt, pack, hash and write.</summary>
    public double ProtectMegaValuesPerCore => SummedValues / ProtectCoreSeconds / 1e6;

    /// <summary>Million values a second and core: read, hash and check every word.</summary>
    public double InspectMegaValuesPerCore => SummedValues / InspectCoreSeconds / 1e6;

    /// <summary>Million values a second and core: read, hash, check and add every word.</summary>
    public double SumMegaValuesPerCore => SummedValues / SumCoreSeconds / 1e6;

    /// <summary>Million values a second and core.</summary>
    public double DecryptMegaValuesPerCore => Values / DecryptCoreSeconds / 1e6;
}
