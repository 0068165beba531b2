using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;

namespace FedPortal.Encryption.SecureAggregation.Aggregation;

/// <summary>Checks an uploaded update on arrival: length, header, range of words, signature. A bad one is put aside, never summed.</summary>
public static class UpdateInspection
{
    /// <summary>So many bytes tell whether an update can belong to the round at all.</summary>
    public const int HeaderBytes = UpdateHeader.Bytes;

    /// <summary>Looks at the first bytes of an update only: what is meant for another round, or has another shape, need not be taken in.</summary>
    /// <param name="start">At least <see cref="HeaderBytes"/>.</param>
    /// <param name="round">The round it must belong to.</param>
    public static Verdict InspectHeader(ReadOnlySpan<byte> start, SignedRound round)
    {
        try
        {
            return new Verdict(UpdateHeader.Read(start[..UpdateHeader.Bytes], round), null);
        }
        catch (FormatException exception)
        {
            return new Verdict(-1, exception.Message);
        }
    }

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
