namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>The weighted integers of an update, read in pieces, by several threads at once.</summary>
public interface ILatticeSource
{
    long Count { get; }

    /// <summary>Writes values first … first + destination.Length − 1.</summary>
    void Read(long first, Span<int> destination);
}
