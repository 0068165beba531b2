using System.Security.Cryptography;
using System.Text;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Training.Perturbation;

namespace FedPortal.Training.Comparison;

/// <summary>
/// The published method's noise on a model update: x + (Z − λ)/s with Z from Poisson(λ), on real values and without clipping. The sources state no λ and no s; here λ = 4 and s is such
/// that the noise has a tenth of the update's root mean square. It is seeded, because it protects nobody anyway (<see cref="CentredPoissonWithoutGuarantee"/>).
/// </summary>
public static class PublishedNoise
{
    public const double Rate = 4;
    public const double RelativeDeviation = 0.1;

    /// <summary>In the order of the mechanism's name, for notes.</summary>
    public static readonly string Words = FormattableString.Invariant($"centred Poisson noise, λ = {Rate}, of {100 * RelativeDeviation} % of the update's root mean square, no clipping; the sources state neither");

    /// <summary>Adds it, in place.</summary>
    public static void AddTo(float[] update, int seed, int round, int site)
    {
        ArgumentNullException.ThrowIfNull(update);
        double square = update.Sum(value => (double)value * value) / Math.Max(1, update.Length);
        if (square == 0)
        {
            return;
        }

        byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"published noise {seed} {round} {site}")));
        using var words = new RandomWords(new AesCtrGenerator(key.AsSpan(0, AesCtrGenerator.KeyBytes), nonce: 0));
        new CentredPoissonWithoutGuarantee(Rate, Math.Sqrt(Rate) / (RelativeDeviation * Math.Sqrt(square))).AddTo(words, update);
    }
}
