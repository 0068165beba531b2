namespace FedPortal.Training.Models;

/// <summary>What must be known to build a network: everything that changes the shape or order of its values.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="ClassCount">Number of classes, at least 2.</param>
/// <param name="InputChannels">1 or 3. Grey images are repeated over the channels; 3 keeps torchvision's pretrained weights usable.</param>
public sealed record ModelDescription(ClassifierArchitecture Architecture, int ClassCount, int InputChannels = 3);
