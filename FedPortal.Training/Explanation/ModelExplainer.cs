using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Training.Explanation;

/// <summary>A network that answers for single pictures. Loads libtorch; one thread at a time.</summary>
public sealed class ModelExplainer : IDisposable
{
    private readonly ClassifierModel _network;
    private readonly PreprocessingPipeline _pipeline;
    private readonly int _classCount;

    public ModelExplainer(GlobalModel model, PreprocessingPipeline pipeline, ComputeOptions compute)
    {
        ArgumentNullException.ThrowIfNull(model);
        pipeline.Check();
        _pipeline = pipeline;
        _classCount = model.Layout.Description.ClassCount;
        _network = ClassifierModel.Create(model.Layout.Description, compute, seed: 0);
        _network.SetValues(model.Values.Span);
    }

    public string DeviceName => _network.DeviceName;

    /// <param name="image">As the decoder gave it.</param>
    /// <exception cref="ArgumentException">A logit is not finite: the model is broken.</exception>
    public ModelAnswer Answer(XrayImage image) => Answer(_pipeline.Prepare(image));

    /// <param name="prepared">What the pipeline made of a picture.</param>
    public ModelAnswer Answer(float[] prepared)
    {
        float[] logits = new float[_classCount];
        _network.Predict(new ImageBatch(_pipeline.Size, prepared, [0]), logits);
        if (Array.Find(logits, logit => !float.IsFinite(logit)) is var bad && bad != 0)
        {
            throw new ArgumentException($"A logit is {bad}; the model cannot answer.", nameof(prepared));
        }

        float[] attention = _network.GradCam(new ImageBatch(_pipeline.Size, prepared, [ModelAnswer.TopOf(logits)]));
        return ModelAnswer.Of(_pipeline.Size, logits, prepared, attention);
    }

    public void Dispose() => _network.Dispose();
}
