using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FedPortal.Training.Models;

/// <summary>
/// The order of a network's values in one flat float vector: all parameters in torchvision's <c>named_parameters()</c> order, then all
/// float buffers; every tensor row-major, convolutions as output, input, height, width.
/// </summary>
public sealed class ModelLayout
{
    public ModelLayout(ModelDescription description, IReadOnlyList<TensorEntry> tensors)
    {
        int offset = 0;
        foreach (TensorEntry tensor in tensors)
        {
            if (tensor.Offset != offset)
            {
                throw new ArgumentException($"Tensor {tensor.Name} must start at {offset} but starts at {tensor.Offset}.", nameof(tensors));
            }

            offset = checked(offset + tensor.Count);
        }

        Description = description;
        Tensors = tensors;
        ValueCount = offset;
        ParameterCount = tensors.Where(tensor => !tensor.IsBuffer).Sum(tensor => tensor.Count);
        Hash = HashOf(description, tensors);
    }

    public ModelDescription Description { get; }

    public IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>Length of the flat vector: parameters and buffers.</summary>
    public int ValueCount { get; }

    /// <summary>Number of trained values; they come first in the flat vector.</summary>
    public int ParameterCount { get; }

    /// <summary>
    /// SHA-256, lower-case hex, of the UTF-8 text <c>fedportal-layout-1\n{architecture} {classes} {channels}\n</c> followed by one line
    /// <c>{name} {offset} {d0}x{d1}… {p|b}\n</c> for each tensor. Two sides that agree on it agree on the meaning of every value.
    /// </summary>
    public string Hash { get; }

    private static string HashOf(ModelDescription description, IReadOnlyList<TensorEntry> tensors)
    {
        var text = new StringBuilder("fedportal-layout-1\n");
        text.Append(CultureInfo.InvariantCulture, $"{description.Architecture} {description.ClassCount} {description.InputChannels}\n");
        foreach (TensorEntry tensor in tensors)
        {
            text.Append(CultureInfo.InvariantCulture, $"{tensor.Name} {tensor.Offset} {string.Join('x', tensor.Shape)} {(tensor.IsBuffer ? 'b' : 'p')}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
