namespace FedPortal.Training.Aggregation;

/// <summary>How a study turns the institutions' updates into the next global model.</summary>
public enum FederatedStrategy
{
    /// <summary>Updates are added in the clear and averaged by examples (McMahan et al. 2017).</summary>
    PlainFedAvg,

    /// <summary>As <see cref="PlainFedAvg"/>, with a proximal term in local training (Li et al. 2020).</summary>
    PlainFedProx,

    /// <summary>Updates are added in the clear; the server applies their mean by Adam (Reddi et al. 2021).</summary>
    PlainFedAdam,
}
