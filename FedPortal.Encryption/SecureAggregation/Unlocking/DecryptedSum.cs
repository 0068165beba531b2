namespace FedPortal.Encryption.SecureAggregation.Unlocking;

/// <summary>The sum of the accepted updates: whole numbers, exact. Everything below the quantisation step was rounded off.</summary>
/// <param name="Values">Σ of the weighted integers, noise included.</param>
/// <param name="Members">Places in the roster of those who are in the sum.</param>
/// <param name="TotalWeight">Σ of their weights.</param>
/// <param name="ErrorDeviation">Root mean square of the encryption errors that were rounded off, in units of 1/Δ of a step.</param>
/// <param name="ExpectedErrorDeviation">What it should be.</param>
/// <param name="LargestError">The largest of those errors; half of Δ would have been a wrong value.</param>
public sealed record DecryptedSum(
    ReadOnlyMemory<int> Values, IReadOnlyCollection<int> Members, long TotalWeight,
    double ErrorDeviation, double ExpectedErrorDeviation, double LargestError);
