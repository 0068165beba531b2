using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Encryption.SecureAggregation.Aggregation;

/// <summary>Checks an uploaded update on arrival: length, header, range of words, signature. A bad one is put aside, never summed.</summary>
public static class UpdateInspection
{
    /// <summary>Reads the update to its end.</summary>
    public static Verdict Inspect(Stream update, SignedRound round, int threads = 1, CancellationToken cancellationToken = default)
    {
        try
        {
            (int sender, string hash) = UpdateReader.Read(update, round, sums: null, threads, cancellationToken);
            return new Verdict(sender, null, hash);
        }
        catch (FormatException exception)
        {
            return new Verdict(-1, exception.Message);
        }
    }
}
