namespace FedPortal.Site.CommandLine.SecureAggregation;

/// <summary>What came out of a simulated round. Seconds are wall time of all institutions together; values are per second on all threads.</summary>
internal sealed record SimulationReport(
    string Set, int Clients, int Values, int Bits, int Threshold, int Helpers, int Threads, int DroppedOut, int Summed, int Answered,
    IReadOnlyList<string> Liars, long WrongSums, long CheckedSums, long SummedValues, double BytesPerValue, long UpdateBytes, double MarginBits,
    double Delta, double ErrorDeviation, double ExpectedErrorDeviation, double LargestError,
    double ShareSeconds, double ProtectSeconds, double InspectSeconds, double SumSeconds, double AnswerSeconds, double ReconstructSeconds, double DecryptSeconds)
{
    public double ProtectMegaValues => SummedValues / ProtectSeconds / 1e6;

    public double InspectMegaValues => SummedValues / InspectSeconds / 1e6;

    public double SumMegaValues => SummedValues / SumSeconds / 1e6;

    public double DecryptMegaValues => Values / DecryptSeconds / 1e6;
}
