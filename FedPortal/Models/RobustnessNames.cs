using FedPortal.Training.Robustness;

namespace FedPortal.Models;

/// <summary>Names of the lab's tests for people.</summary>
public static class RobustnessNames
{
    public static string Of(RobustnessTest test) => test switch
    {
        RobustnessTest.Fgsm => "One gradient step (FGSM)",
        RobustnessTest.Pgd => "Many gradient steps (PGD)",
        RobustnessTest.Noise => "Noise, blur and contrast",
        RobustnessTest.Labels => "Wrong labels",
        RobustnessTest.Inversion => "Model inversion",
        _ => throw new ArgumentOutOfRangeException(nameof(test), test, "No name for this."),
    };

    public static string Explain(RobustnessTest test) => test switch
    {
        RobustnessTest.Fgsm => "Moves every pixel by at most ε along the sign of the gradient. Cheap, and the weakest attack that is worth a number.",
        RobustnessTest.Pgd => "Takes many such steps inside the same ball, from a random start. What survives this survives more than FGSM, but not everything.",
        RobustnessTest.Noise => "Nobody's bad will: Gaussian and photon noise, blur and lost contrast, as a cheaper detector or a lower dose would give.",
        RobustnessTest.Labels => "How far wrong labels in a hold-out move the measured figures, and, on phantoms, what a small network still learns from them.",
        RobustnessTest.Inversion => "Climbs from grey to the picture that the network takes for each class, and compares it with the class means.",
        _ => throw new ArgumentOutOfRangeException(nameof(test), test, "No words for this."),
    };

    public static string Of(Disturbance disturbance) => disturbance switch
    {
        Disturbance.Fgsm => "FGSM",
        Disturbance.Pgd => "PGD",
        Disturbance.GaussianNoise => "Gaussian noise",
        Disturbance.PhotonNoise => "Photon noise",
        Disturbance.Blur => "Blur",
        Disturbance.Contrast => "Lost contrast",
        Disturbance.LabelErrors => "Wrong labels in the hold-out",
        Disturbance.LabelTraining => "Wrong labels in training",
        _ => throw new ArgumentOutOfRangeException(nameof(disturbance), disturbance, "No name for this."),
    };

    public static string Of(RobustnessTarget target) => target == RobustnessTarget.Phantoms ? "phantoms" : "hold-outs";
}
