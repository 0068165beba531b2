using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>How long the files of a round are: known before they are made.</summary>
public static class UpdateSize
{
    /// <returns>Bytes of every encrypted update of the round: header, blocks and signature.</returns>
    public static long Of(RoundDescription description) => UpdateHeader.TotalBytes(description);
}
