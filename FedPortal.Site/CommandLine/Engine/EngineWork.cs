using System.Diagnostics;
using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;
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
    private GlobalModel? _model;
    private ShadowWork? _shadows;

    public async Task<EngineReply> AnswerAsync(EngineRequest request, CancellationToken ct) => request switch
    {
        LoadRequest load => await LoadAsync(load, ct),
        CreateModelRequest create => Create(create),
        TrainRequest train => Train(train, ct),
        PredictRequest predict => Predict(predict, ct),
        OpenModelRequest open => Open(open),
        PredictPixelsRequest predict => Predict(predict, ct),
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
        Predictions predictions = new ModelEvaluator(predict.Compute).Predict(Read(predict.Model), data, progress: null, ct);
        return new PredictedReply(
            [.. Enumerable.Range(0, data.Count).Select(data.ImageId)],
            [.. predictions.Labels],
            predictions.Probabilities.ToArray(),
            predictions.IsSynthetic,
            clock.Elapsed.TotalSeconds,
            predict.TryBackdoor ? TryBackdoor(predict, ct) : null);
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

    private ProtectedReply Protect(ProtectRequest protect, CancellationToken ct)
    {
        ModelUpdate update = _update ?? throw new InvalidOperationException("Expected a trained update first.");
        return Protection.Protect(protect, Read(protect.Model), update, ct);
    }

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

    public void Dispose() => _protection?.Dispose();

    private EngineProtection Protection => _protection ?? throw new InvalidOperationException("Expected keys to be made first.");

    private async Task<EngineReply> UseAsync(Task<ShadowWork> making)
    {
        _shadows = await making;
        return _shadows.Pool;
    }

    private ShadowWork Shadows => _shadows ?? throw new InvalidOperationException("Expected a pool to be made first.");

    private SynchronousProgress<TrainingProgress> Progress() => new(progress => say(new ProgressReply(progress)));

    private SynchronousProgress<RobustnessProgress> Steps() => new(progress => say(new StepReply(progress)));

    private LoadedImages Images => _images ?? throw new InvalidOperationException("Expected images to be loaded first.");

    /// <summary>The model of the last request is kept: a round asks for the same one several times.</summary>
    private GlobalModel Read(ModelFile file)
    {
        if (_model is { } known && known.Version == file.Version && known.Layout.Hash == file.LayoutHash)
        {
            return known;
        }

        ModelLayout layout = ClassifierModel.LayoutOf(file.Description);
        return _model = layout.Hash == file.LayoutHash
            ? new GlobalModel(layout, file.Version, VectorFile.Read(file.ValuesPath, layout.ValueCount))
            : throw new InvalidDataException($"The model has layout {file.LayoutHash} but this program builds {layout.Hash}.");
    }
}
