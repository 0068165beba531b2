using System.Globalization;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Robustness;

/// <param name="Disturbance">What is done.</param>
/// <param name="Strengths">From weak to strong, without 0: the undisturbed point is always there.</param>
public sealed record CurvePlan(Disturbance Disturbance, IReadOnlyList<double> Strengths);

/// <summary>One test of the robustness lab in full. Equal plans on equal images give equal results.</summary>
public sealed record RobustnessPlan
{
    public const int LeastImages = 10;
    public const int MostStrengths = 12;

    public required RobustnessTest Test { get; init; }

    public IReadOnlyList<CurvePlan> Curves { get; init; } = [];

    /// <summary>Steps of projected gradient ascent, 1…200.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>Size of such a step in grey levels; null is 2.5 ε over the number of steps (Madry et al. 2018).</summary>
    public double? StepSize { get; init; }

    /// <summary>Most images of one hold-out; a larger one is drawn from.</summary>
    public int MostImages { get; init; } = 150;

    /// <summary>Steps of model inversion, 1…2000.</summary>
    public int InversionSteps { get; init; } = 200;

    /// <summary>Training images of each network that learns from wrong labels.</summary>
    public int TrainingImages { get; init; } = 240;

    /// <summary>Passes over them.</summary>
    public int TrainingEpochs { get; init; } = 8;

    public int Seed { get; init; } = 1;

    /// <summary>Points that need the network, without the undisturbed one.</summary>
    public int PixelPoints => PixelPlaces().Count();

    /// <summary>Those points, in the order in which answers to them stand.</summary>
    internal IEnumerable<(Disturbance Disturbance, double Strength)> PixelPlaces() =>
        Curves.Where(curve => curve.Disturbance.IsOfPixels()).SelectMany(curve => curve.Strengths.Select(strength => (curve.Disturbance, strength)));

    public CurvePlan? CurveOf(Disturbance disturbance) => Curves.FirstOrDefault(curve => curve.Disturbance == disturbance);

    /// <summary>The usual curves of a test.</summary>
    public static RobustnessPlan For(RobustnessTest test) => new()
    {
        Test = test,
        Curves = [.. Disturbances.Of(test).Select(disturbance => new CurvePlan(disturbance, Disturbances.DefaultStrengths(disturbance)))],
    };

    /// <summary>The same with other strengths: sorted from weak to strong, each once, without 0.</summary>
    public RobustnessPlan With(Disturbance disturbance, IEnumerable<double> strengths)
    {
        var curve = new CurvePlan(disturbance, [.. strengths.Where(strength => strength != 0).Distinct().OrderBy(strength => Disturbances.Severity(disturbance, strength))]);
        return this with { Curves = [.. Curves.Select(known => known.Disturbance == disturbance ? curve : known)] };
    }

    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Check()
    {
        foreach (CurvePlan curve in Curves)
        {
            Require(curve.Strengths.Count is >= 1 and <= MostStrengths, $"Expected 1 to {MostStrengths} strengths of {curve.Disturbance} but got {curve.Strengths.Count}.");
            double most = Disturbances.MostOf(curve.Disturbance);
            foreach (double strength in curve.Strengths)
            {
                Require(strength > 0 && strength <= most, string.Create(CultureInfo.InvariantCulture, $"Expected strengths of {curve.Disturbance} above 0 and at most {most} but got {strength}."));
            }

            Require(curve.Disturbance != Disturbance.PhotonNoise || curve.Strengths.All(dose => dose >= 1), "Expected at least one photon for a white pixel.");
        }

        Require(Steps is >= 1 and <= 200, $"Expected 1 to 200 steps but got {Steps}.");
        Require(StepSize is null or (> 0 and <= GreyLevels.White), string.Create(CultureInfo.InvariantCulture, $"Expected a step above 0 and at most 255 grey levels but got {StepSize}."));
        Require(MostImages is >= LeastImages and <= 5000, $"Expected {LeastImages} to 5000 images but got {MostImages}.");
        Require(InversionSteps is >= 1 and <= 2000, $"Expected 1 to 2000 steps of inversion but got {InversionSteps}.");
        Require(TrainingImages is >= 12 and <= 5000, $"Expected 12 to 5000 training images but got {TrainingImages}.");
        Require(TrainingEpochs is >= 1 and <= 100, $"Expected 1 to 100 epochs but got {TrainingEpochs}.");
    }

    private static void Require(bool right, string message)
    {
        if (!right)
        {
            throw new ArgumentException(message);
        }
    }
}
