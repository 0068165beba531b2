using FedPortal.Training.Models;

namespace FedPortal.Tests.Training.Learning;

/// <summary>A layout of a handful of values for tests of arithmetic.</summary>
internal static class SmallLayout
{
    public static ModelLayout Of(int parameters, int buffers = 0, int classes = 2)
    {
        var tensors = new List<TensorEntry> { new("weight", 0, [parameters], IsBuffer: false) };
        if (buffers > 0)
        {
            tensors.Add(new TensorEntry("running_var", parameters, [buffers], IsBuffer: true));
        }

        return new ModelLayout(new ModelDescription(ClassifierArchitecture.ResNet50Slim, classes), tensors);
    }
}
