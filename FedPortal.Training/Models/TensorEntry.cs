namespace FedPortal.Training.Models;

/// <summary>One tensor of a network inside its flat vector.</summary>
/// <param name="Name">torchvision's name, for example <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Offset">Index of the tensor's first value in the flat vector.</param>
/// <param name="Shape">Dimensions; convolution weights are output, input, height, width.</param>
/// <param name="IsBuffer">True for running statistics, which an optimiser never touches.</param>
public sealed record TensorEntry(string Name, int Offset, IReadOnlyList<int> Shape, bool IsBuffer)
{
    /// <summary>Number of values.</summary>
    public int Count => Shape.Aggregate(1, (product, size) => checked(product * size));
}
