namespace FedPortal.Models;

/// <summary>Names of the attack tests for people.</summary>
public static class AttackNames
{
    public static string Of(AttackKind kind) => kind switch
    {
        AttackKind.Membership => "Loss threshold",
        AttackKind.LikelihoodRatio => "Likelihood ratio (LiRA)",
        AttackKind.Canary => "Canary audit",
        AttackKind.Inversion => "Gradient inversion",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No name for this."),
    };

    public static string Explain(AttackKind kind) => kind switch
    {
        AttackKind.Membership => "Each institution asks this model about its own patients and hands in how many have which score. Needed for every release.",
        AttackKind.LikelihoodRatio => "64 shadow models of a head on phantoms: does its training remember single patients?",
        AttackKind.Canary => "On phantoms: 60 made-up patients, each put into a shadow run by a coin. It can certify at most ε ≥ 2.97.",
        AttackKind.Inversion => "On a phantom: gets the image back from one update of a small network, with and without noise. A ResNet-50 would take days and is not offered.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No words for this."),
    };
}
