namespace FedPortal.Encryption.SecureAggregation.Sharing;

/// <summary>One helper's sum, modulo p, of the shares it holds of every accepted institution's key.</summary>
/// <param name="Point">Where the helper's share polynomial is evaluated: 1, 2, ….</param>
/// <param name="Elements">One element of the field for every coefficient.</param>
public sealed record SummedShare(int Point, IReadOnlyList<int> Elements);
