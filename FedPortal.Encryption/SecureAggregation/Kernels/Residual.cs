namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>What decryption rounded off: the errors of the coefficients.</summary>
internal readonly record struct Residual(double SumOfSquares, double Largest)
{
    public static Residual operator +(Residual left, Residual right) =>
        new(left.SumOfSquares + right.SumOfSquares, Math.Max(left.Largest, right.Largest));
}
