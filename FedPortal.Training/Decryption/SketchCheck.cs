using FedPortal.Training.Screening;

namespace FedPortal.Training.Decryption;

/// <summary>Whether the sketches that a round was screened by belong to the sum that was opened: Σ sketches − R·Σ is the sketches' own noise and nothing else.</summary>
/// <param name="Contributors">Sketches in the sum.</param>
/// <param name="Difference">‖Σ sketches − R·Σ‖, lattice units.</param>
/// <param name="Allowed">The largest difference that passes.</param>
public sealed record SketchCheck(int Contributors, double Difference, double Allowed)
{
    public bool Passed => Difference <= Allowed;

    /// <summary>Without noise the difference must be exactly 0. With it, its square is within so many deviations √(2k) of k times the noise's variance.</summary>
    /// <param name="sketches">Of everyone in the sum.</param>
    /// <param name="sumSketch">R applied to the decrypted sum.</param>
    /// <param name="variance">Of one institution's sketch noise, a value.</param>
    /// <param name="deviations">From the study's <see cref="ScreeningProfile.SumCheckDeviations"/>.</param>
    public static SketchCheck Of(IReadOnlyCollection<UpdateSketch> sketches, ReadOnlySpan<long> sumSketch, double variance, double deviations)
    {
        long[] difference = sumSketch.ToArray();
        foreach (UpdateSketch sketch in sketches)
        {
            ReadOnlySpan<long> values = sketch.Values.Span;
            for (int i = 0; i < difference.Length; i++)
            {
                difference[i] -= values[i];
            }
        }

        double square = UpdateSketch.Dot(difference, difference);
        double allowed = sketches.Count * variance * (difference.Length + (deviations * Math.Sqrt(2.0 * difference.Length)));
        return new SketchCheck(sketches.Count, Math.Sqrt(square), Math.Sqrt(allowed));
    }
}
