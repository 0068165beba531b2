using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine;

/// <summary>Names of the networks on the command line and in saved models.</summary>
internal static class ModelNames
{
    private static readonly (ClassifierArchitecture Architecture, string Name)[] Names =
    [
        (ClassifierArchitecture.ResNet50, "resnet50"),
        (ClassifierArchitecture.ResNet50GroupNorm, "resnet50-gn"),
        (ClassifierArchitecture.ResNet50Slim, "resnet50-slim"),
        (ClassifierArchitecture.EfficientNetB0, "efficientnet-b0"),
    ];

    public static string[] All { get; } = [.. Names.Select(entry => entry.Name)];

    public static string NameOf(ClassifierArchitecture architecture) => Array.Find(Names, entry => entry.Architecture == architecture).Name;

    public static ClassifierArchitecture Parse(string name) => Array.Find(Names, entry => entry.Name == name).Architecture;
}
