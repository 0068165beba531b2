using FedPortal.Training.Imaging;

namespace FedPortal.Training.Robustness;

/// <summary>The tests of the robustness lab.</summary>
public enum RobustnessTest
{
    /// <summary>One step along the sign of the gradient (Goodfellow et al. 2015).</summary>
    Fgsm,

    /// <summary>Many small steps inside a ball (Madry et al. 2018).</summary>
    Pgd,

    /// <summary>Gaussian and photon noise, blur, and lost contrast.</summary>
    Noise,

    /// <summary>Wrong labels: in the hold-out, and in training.</summary>
    Labels,

    /// <summary>What the network takes for the essence of a class (after Fredrikson et al. 2015).</summary>
    Inversion,
}

/// <summary>What is done to images or labels, more or less strongly. 0 is always nothing at all.</summary>
public enum Disturbance
{
    /// <summary>ε in grey levels.</summary>
    Fgsm,

    /// <summary>ε in grey levels.</summary>
    Pgd,

    /// <summary>Standard deviation in grey levels.</summary>
    GaussianNoise,

    /// <summary>Dose: mean photons of a white pixel. Fewer are worse; 0 stands for no noise.</summary>
    PhotonNoise,

    /// <summary>Standard deviation of the Gaussian kernel in pixels of the network's picture.</summary>
    Blur,

    /// <summary>Lost contrast in per cent, towards middle grey.</summary>
    Contrast,

    /// <summary>Wrong labels of the hold-out in per cent; the network is the same.</summary>
    LabelErrors,

    /// <summary>Wrong labels of the training images in per cent; a small network is trained anew at each.</summary>
    LabelTraining,
}

/// <summary>Facts about disturbances.</summary>
public static class Disturbances
{
    /// <summary>Whether it changes pixels of the images that a network is asked about.</summary>
    public static bool IsOfPixels(this Disturbance disturbance) => disturbance is not (Disturbance.LabelErrors or Disturbance.LabelTraining);

    public static bool NeedsGradient(this Disturbance disturbance) => disturbance is Disturbance.Fgsm or Disturbance.Pgd;

    /// <summary>The unit of its strength, for people.</summary>
    public static string UnitOf(Disturbance disturbance) => disturbance switch
    {
        Disturbance.Fgsm or Disturbance.Pgd => "ε, grey levels of 255",
        Disturbance.GaussianNoise => "standard deviation, grey levels of 255",
        Disturbance.PhotonNoise => "photons of a white pixel (0: no noise)",
        Disturbance.Blur => "standard deviation, pixels",
        Disturbance.Contrast => "contrast lost, %",
        Disturbance.LabelErrors => "wrong labels in the hold-out, %",
        Disturbance.LabelTraining => "wrong labels in training, %",
        _ => throw new ArgumentOutOfRangeException(nameof(disturbance), disturbance, "No unit for this."),
    };

    /// <summary>Strengths from weak to strong; the dose of photons falls.</summary>
    public static IReadOnlyList<double> DefaultStrengths(Disturbance disturbance) => disturbance switch
    {
        Disturbance.Fgsm or Disturbance.Pgd => [0.5, 1, 2, 4, 8, 16],
        Disturbance.GaussianNoise => [4, 8, 16, 32, 64],
        Disturbance.PhotonNoise => [10_000, 1000, 300, 100, 30],
        Disturbance.Blur => [0.5, 1, 2, 4],
        Disturbance.Contrast => [25, 50, 75, 90],
        Disturbance.LabelErrors => [5, 10, 20, 40],
        Disturbance.LabelTraining => [10, 20, 40, 60],
        _ => throw new ArgumentOutOfRangeException(nameof(disturbance), disturbance, "No strengths for this."),
    };

    /// <summary>Greatest strength that is taken.</summary>
    public static double MostOf(Disturbance disturbance) => disturbance switch
    {
        Disturbance.PhotonNoise => 1e9,
        Disturbance.Blur => 32,
        Disturbance.Contrast or Disturbance.LabelErrors or Disturbance.LabelTraining => 100,
        _ => GreyLevels.White,
    };

    /// <summary>The order from weak to strong.</summary>
    public static double Severity(Disturbance disturbance, double strength) =>
        disturbance == Disturbance.PhotonNoise && strength > 0 ? 1 / strength : strength;

    public static IReadOnlyList<Disturbance> Of(RobustnessTest test) => test switch
    {
        RobustnessTest.Fgsm => [Disturbance.Fgsm],
        RobustnessTest.Pgd => [Disturbance.Pgd],
        RobustnessTest.Noise => [Disturbance.GaussianNoise, Disturbance.PhotonNoise, Disturbance.Blur, Disturbance.Contrast],
        RobustnessTest.Labels => [Disturbance.LabelErrors, Disturbance.LabelTraining],
        RobustnessTest.Inversion => [],
        _ => throw new ArgumentOutOfRangeException(nameof(test), test, "No such test."),
    };
}
