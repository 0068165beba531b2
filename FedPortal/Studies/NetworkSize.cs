using FedPortal.Training.Models;

namespace FedPortal.Studies;

/// <summary>How many values an update of a network has, without opening the network: the trunk has a fixed size, the last layer one row for each class.</summary>
public static class NetworkSize
{
    public static long ValueCount(ModelDescription model)
    {
        (long trunk, int stem) = model.Architecture switch
        {
            ClassifierArchitecture.ResNet50 => (TrunkResNet50, 64 * 7 * 7),
            ClassifierArchitecture.ResNet50GroupNorm => (TrunkResNet50GroupNorm, 64 * 7 * 7),
            ClassifierArchitecture.ResNet50Slim => (TrunkResNet50Slim, 16 * 7 * 7),
            ClassifierArchitecture.EfficientNetB0 => (TrunkEfficientNetB0, 32 * 3 * 3),
            _ => throw new ArgumentOutOfRangeException(nameof(model), model.Architecture, "The size of this network is not known."),
        };
        return trunk + ((long)stem * (model.InputChannels - 3)) + ((FeaturesOf(model.Architecture) + 1L) * model.ClassCount);
    }

    /// <summary>Inputs of the last layer.</summary>
    public static int FeaturesOf(ClassifierArchitecture architecture) => architecture switch
    {
        ClassifierArchitecture.ResNet50Slim => 512,
        ClassifierArchitecture.EfficientNetB0 => 1280,
        _ => 2048,
    };

    // Parameters and running statistics of everything before the last layer, for three input channels.
    private const long TrunkResNet50 = 23_561_152;
    private const long TrunkResNet50GroupNorm = 23_508_032;
    private const long TrunkResNet50Slim = 1_480_976;
    private const long TrunkEfficientNetB0 = 4_049_564;
}
