namespace FedPortal.Models;

/// <summary>The attack tests.</summary>
public enum AttackKind
{
    /// <summary>Loss-threshold membership inference on the model itself: every institution scores its own patients and hands in counts.</summary>
    Membership,

    /// <summary>Likelihood-ratio attack on the training of a head, with shadow models.</summary>
    LikelihoodRatio,

    /// <summary>One-run canary audit of a shadow run.</summary>
    Canary,

    /// <summary>Gradient inversion of a small network.</summary>
    Inversion,
}
