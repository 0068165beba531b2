using FedPortal.Training.Explanation;
using FedPortal.Training.Learning;
using FedPortal.Training.Native;

namespace FedPortal.Site.Inference;

/// <summary>A saved model that stays loaded.</summary>
internal sealed record ServedModel(ModelExplainer Explainer, ModelCard Card) : IDisposable
{
    /// <exception cref="InvalidDataException">The file is not a saved model.</exception>
    public static ServedModel Open(string path, ComputeOptions compute)
    {
        SavedModel saved = GlobalModelFile.Load(path, ClassifierModel.LayoutOf);
        return new ServedModel(new ModelExplainer(saved.Model, saved.Card.Pipeline, compute), saved.Card);
    }

    public void Dispose() => Explainer.Dispose();
}
