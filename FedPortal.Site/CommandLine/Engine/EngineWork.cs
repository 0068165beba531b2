using System.Diagnostics;
using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Robustness;
using FedPortal.Training.Screening.Adversaries;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>What an engine can do, with the images it holds.</summary>
internal sealed class EngineWork(Action<EngineReply> say) : IDisposable
{
    private readonly HeadEngineWork _head = new(say);
    private LoadedImages? _images;
    private EngineProtection? _protection;
    private ModelUpdate? _update;
    private (ModelFile File, GlobalModel Model)? _model;
    private ComparisonEngineWork? _comparison;
    private ShadowWork? _shadows;

    public async Task<EngineReply> AnswerAsync(EngineRequest request, CancellationToken ct) => request switch
    {
        LoadRequest load => await LoadAsync(load, ct),
        CreateModelRequest create => Create(create),
        TrainRequest train => Train(train, ct),
        PredictRequest predict => Predict(predict, ct),
        OpenModelRequest open => Open(open),
        PredictPixelsRequest predict => Predict(predict, ct),
        ExplainPixelsRequest explain => Explain(explain, ct),
        OpenBackboneRequest open => await _head.OpenAsync(open, ct),
        PrepareHeadRequest prepare => _head.Prepare(prepare, Images, ct),
        HeadStepRequest step => _head.Step(step),
        HeadPredictRequest predict => _head.Predict(predict, Images),
        IdentifyRequest identify => Identify(identify),
        ProtectRequest protect => Protect(protect, ct),
        AnswerRequest answer => Protection.Answer(answer),
        HeadPoolRequest pool => await UseAsync(ShadowWork.OfHeadsAsync(pool, Images.Train, Progress(), ct)),
        NetworkPoolRequest pool => await UseAsync(Task.FromResult(ShadowWork.OfNetworks(pool, Images.Train))),
        ShadowRequest shadow => await Shadows.TrainAsync(shadow, ct),
        MeasureHeadRequest measure => _head.Measure(measure, Images),
        ComparisonRequest ask => await (_comparison ??= new ComparisonEngineWork(this)).AnswerAsync(ask, ct),
        RobustnessRequest sweep => RobustnessWork.Sweep(sweep, Read(sweep.Model), Images, Steps(), ct),
        ClassInversionRequest invert => RobustnessWork.Invert(invert, Read(invert.Model), Images, Steps(), ct),
        NoisyLabelsRequest labels => RobustnessWork.Train(labels, Images, Steps(), ct),
        _ => throw new InvalidDataException($"An engine cannot do {request.GetType().Name}."),
    };

    private async Task<EngineReply> LoadAsync(LoadRequest load, CancellationToken ct)
    {
        _images = await LoadedImages.LoadAsync(load, ct);
        return new LoadedReply(
            _images.Train.Count,
            _images.Holdout.Count,
            _images.Train.ClassCounts(),
            _images.Holdout.ClassCounts(),
            _images.PrepareTime.TotalSeconds);
    }

    private static CreatedReply Create(CreateModelRequest create)
    {
        using var model = ClassifierModel.Create(create.Description, new ComputeOptions(Threads: 1), create.Seed);
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        VectorFile.Write(create.ValuesPath, values);
        return new CreatedReply(model.Layout.Tensors, model.DeviceName);
    }

    private TrainedReply Train(TrainRequest train, CancellationToken ct)
    {
        GlobalModel global = Read(train.Model);
        PreparedDataset data = train.Adversary?.Poison(Images.Train) ?? Images.Train;
        LocalTrainingResult result = new LocalTrainer(train.Compute).Train(global, data, train.Plan, train.Round, train.Rounds, train.InstitutionSeed, Progress(), ct);
        var clock = Stopwatch.StartNew();
        _update = train.UpdatePath is null ? result.Update : null;
        if (train.UpdatePath is { } path)
        {
            VectorFile.Write(path, result.Update.Difference.Span);
        }

        return new TrainedReply(
            result.Update.SampleCount, result.EpochLosses, result.Duration.TotalSeconds, result.ImagesPerSecond, clock.Elapsed.TotalSeconds, result.Device);
    }

    private PredictedReply Predict(PredictRequest predict, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        PreparedDataset data = Images.Holdout;
        (Predictions predictions, InputReference inputs) = new ModelEvaluator(predict.Compute).Measure(Read(predict.Model), data, progress: null, ct);
        return new PredictedReply(
            [.. Enumerable.Range(0, data.Count).Select(data.ImageId)],
            [.. predictions.Labels],
            predictions.Probabilities.ToArray(),
            predictions.IsSynthetic,
            clock.Elapsed.TotalSeconds,
            predict.TryBackdoor ? TryBackdoor(predict, ct) : null,
            inputs);
    }

    private BackdoorTrial TryBackdoor(PredictRequest predict, CancellationToken ct)
    {
        PreparedDataset marked = BackdoorTrigger.Marked(Images.Holdout);
        Predictions predictions = new ModelEvaluator(predict.Compute).Predict(Read(predict.Model), marked, progress: null, ct);
        int successes = Enumerable.Range(0, marked.Count).Count(image => BackdoorTrigger.Fooled(predictions.Of(image)));
        return new BackdoorTrial(marked.Count, successes);
    }

    private IdentifiedReply Identify(IdentifyRequest identify)
    {
        _protection?.Dispose();
        _protection = new EngineProtection(identify);
        return new IdentifiedReply(_protection.Card);
    }

    private ProtectedReply Protect(ProtectRequest protect, CancellationToken ct) => Protection.Protect(protect, Read(protect.Model), Update, ct);

    private static CreatedReply Open(OpenModelRequest open)
    {
        SavedModel saved = GlobalModelFile.Load(open.ModelPath, ClassifierModel.LayoutOf);
        VectorFile.Write(open.ValuesPath, saved.Model.Values.Span);
        using var model = ClassifierModel.Create(saved.Model.Layout.Description, new ComputeOptions(), seed: 0);
        return new CreatedReply(saved.Model.Layout.Tensors, model.DeviceName);
    }

    private PixelsPredictedReply Predict(PredictPixelsRequest predict, CancellationToken ct)
    {
        GlobalModel global = Read(predict.Model);
        int area = predict.ImageSize * predict.ImageSize;
        float[] pixels = VectorFile.Read(predict.PixelsPath, predict.Count * area);
        using var model = ClassifierModel.Create(global.Layout.Description, predict.Compute, seed: 0);
        model.SetValues(global.Values.Span);
        int classes = global.Layout.Description.ClassCount;
        float[] logits = new float[predict.Count * classes];
        for (int i = 0; i < predict.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            model.Predict(new ImageBatch(predict.ImageSize, pixels[(i * area)..((i + 1) * area)], [0]), logits.AsSpan(i * classes, classes));
        }

        return new PixelsPredictedReply(Predictions.SoftMax(logits, classes), model.DeviceName);
    }

    private PixelsExplainedReply Explain(ExplainPixelsRequest explain, CancellationToken ct)
    {
        int area = explain.Pipeline.Size * explain.Pipeline.Size;
        float[] pixels = VectorFile.Read(explain.PixelsPath, explain.Count * area);
        float[] maps = new float[pixels.Length];
        float[][] logits = new float[explain.Count][];
        using var explainer = new ModelExplainer(Read(explain.Model), explain.Pipeline, explain.Compute);
        for (int i = 0; i < explain.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            ModelAnswer answer = explainer.Answer(pixels[(i * area)..((i + 1) * area)]);
            answer.Attention.CopyTo(maps, i * area);
            logits[i] = answer.Logits;
        }

        VectorFile.Write(explain.MapsPath, maps);
        return new PixelsExplainedReply(logits, explainer.DeviceName);
    }

    public void Dispose() => _protection?.Dispose();

    /// <summary>The update of the last training that was to stay here.</summary>
    internal ModelUpdate Update
    {
        get => _update ?? throw new InvalidOperationException("Expected a trained update first.");
        set => _update = value;
    }

    private EngineProtection Protection => _protection ?? throw new InvalidOperationException("Expected keys to be made first.");

    private async Task<EngineReply> UseAsync(Task<ShadowWork> making)
    {
        _shadows = await making;
        return _shadows.Pool;
    }

    private ShadowWork Shadows => _shadows ?? throw new InvalidOperationException("Expected a pool to be made first.");

    internal SynchronousProgress<TrainingProgress> Progress() => new(progress => say(new ProgressReply(progress)));

    private SynchronousProgress<RobustnessProgress> Steps() => new(progress => say(new StepReply(progress)));

    internal LoadedImages Images => _images ?? throw new InvalidOperationException("Expected images to be loaded first.");

    /// <summary>The model of the last request is kept: a round asks for the same one several times.</summary>
    internal GlobalModel Read(ModelFile file)
    {
        if (_model is { } known && known.File == file)
        {
            return known.Model;
        }

        ModelLayout layout = ClassifierModel.LayoutOf(file.Description);
        GlobalModel model = layout.Hash == file.LayoutHash
            ? new GlobalModel(layout, file.Version, VectorFile.Read(file.ValuesPath, layout.ValueCount))
            : throw new InvalidDataException($"The model has layout {file.LayoutHash} but this program builds {layout.Hash}.");
        _model = (file, model);
        return model;
    }
}
