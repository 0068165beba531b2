using FedPortal.Training.Models;

namespace FedPortal.Training.PrivateHead;

/// <summary>Which network a file of weights belongs to, from names and shapes alone.</summary>
internal static class BackboneNetwork
{
    private const int SlimWidth = 16;

    /// <exception cref="InvalidDataException">It is none of ours; the message says what was looked for.</exception>
    public static ModelDescription Recognise(LoadedWeights weights)
    {
        if (Shape(weights, "conv1.weight", 4) is { } stem && Shape(weights, "fc.weight", 2) is { } head)
        {
            ClassifierArchitecture architecture = weights.Tensors.ContainsKey("bn1.running_mean")
                ? ClassifierArchitecture.ResNet50
                : stem[0] == SlimWidth ? ClassifierArchitecture.ResNet50Slim : ClassifierArchitecture.ResNet50GroupNorm;
            return Description(architecture, head[0], stem[1]);
        }

        return Shape(weights, "features.0.0.weight", 4) is { } first && Shape(weights, "classifier.1.weight", 2) is { } last
            ? Description(ClassifierArchitecture.EfficientNetB0, last[0], first[1])
            : throw new InvalidDataException(
                "Expected the weights of a ResNet-50 (conv1.weight, fc.weight) or EfficientNet-B0 (features.0.0.weight, classifier.1.weight) under torchvision's names but found neither.");
    }

    private static ModelDescription Description(ClassifierArchitecture architecture, int classes, int channels) => classes is >= 2 and <= 100_000 && channels is 1 or 3
        ? new ModelDescription(architecture, classes, channels)
        : throw new InvalidDataException($"Expected 2 to 100000 classes and 1 or 3 input channels but the weights have {classes} and {channels}.");

    private static IReadOnlyList<int>? Shape(LoadedWeights weights, string name, int rank) =>
        weights.Tensors.TryGetValue(name, out LoadedTensor? tensor) && tensor.Shape.Count == rank ? tensor.Shape : null;
}
