using FedPortal.Training.Learning;

namespace FedPortal.Privacy;

/// <summary>What a strategy protects and what it does not, in words for the screens: said once, here.</summary>
/// <param name="UpdatesAreEncrypted">False when the portal sees each institution's update.</param>
/// <param name="Epsilon">"not accounted" where no noise is added; never 0.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record ProtectionStatement(bool UpdatesAreEncrypted, string Epsilon, string Text)
{
    public static ProtectionStatement Of(FederatedStrategy strategy) => strategy switch
    {
        FederatedStrategy.PlainFedAvg or FederatedStrategy.PlainFedProx or FederatedStrategy.PlainFedAdam => new(
            UpdatesAreEncrypted: false,
            Epsilon: "not accounted",
            "Images stay at the institutions, but updates travel and are added in the clear and carry no noise: whoever runs the portal could learn from them about single images."),
        FederatedStrategy.ProtectedFedAvg or FederatedStrategy.ProtectedFedProx or FederatedStrategy.ProtectedFedAdam => new(
            UpdatesAreEncrypted: true,
            Epsilon: "as the study's ledgers say",
            "Images stay at the institutions. Updates are clipped, noised as the study says, and encrypted: the portal can open the sum of a round and no single update."),
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Nothing is known of what this strategy protects."),
    };
}
