namespace FedPortal.Training.Models;

/// <summary>The networks a study may choose. The numbers are part of the native ABI and of stored studies: never renumber.</summary>
public enum ClassifierArchitecture
{
    /// <summary>torchvision's ResNet-50 with BatchNorm.</summary>
    ResNet50 = 0,

    /// <summary>ResNet-50 with GroupNorm (32 groups): no running statistics, so it averages well between institutions.</summary>
    ResNet50GroupNorm = 1,

    /// <summary>ResNet-50 with GroupNorm and a first width of 16 instead of 64: 1.5 million parameters, for the demonstration.</summary>
    ResNet50Slim = 2,

    /// <summary>torchvision's EfficientNet-B0.</summary>
    EfficientNetB0 = 3,
}
