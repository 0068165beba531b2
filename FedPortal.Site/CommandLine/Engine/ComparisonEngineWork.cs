using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using FedPortal.Training.Attacks;
using FedPortal.Training.Comparison;
using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>What an engine does for the methods of a comparison.</summary>
internal sealed class ComparisonEngineWork(EngineWork engine)
{
    private PreparedDataset? _transfer;
    private double[]? _mask;

    public async Task<EngineReply> AnswerAsync(ComparisonRequest request, CancellationToken ct) => request switch
    {
        MeasureRequest measure => Measure(measure, ct),
        MetaTrainRequest train => Train(train, ct),
        LoadTransferRequest load => await LoadAsync(load, ct),
        TeachRequest teach => Teach(teach, ct),
        DistilRequest distil => Distil(distil, ct),
        MakeSharedKeyRequest make => Make(make),
        BeginRingRequest begin => Begin(begin),
        AddToRingRequest add => Add(add),
        CloseRingRequest close => Close(close),
        PublishRequest publish => Publish(publish),
        OpenSumRequest open => Open(open),
        _ => throw new InvalidDataException($"An engine cannot do {request.GetType().Name}."),
    };

    /// <summary>The attacker's score of every patient.</summary>
    public static double[] ScoresOf(Predictions predictions, PreparedDataset images) =>
        LossScores.ByPatient(ShadowPool.ScoresOf(predictions), [.. Enumerable.Range(0, images.Count).Select(images.PatientKey)]);

    private MeasuredReply Measure(MeasureRequest measure, CancellationToken ct)
    {
        LoadedImages images = engine.Images;
        GlobalModel model = engine.Read(measure.Model);
        var evaluator = new ModelEvaluator(measure.Compute);
        double[] members = ScoresOf(evaluator.Predict(model, images.Train, progress: null, ct), images.Train);
        Predictions holdout = evaluator.Predict(model, images.Holdout, progress: null, ct);
        double[] others = ScoresOf(holdout, images.Holdout);
        if (measure.Personalisation is { } plan)
        {
            ModelUpdate own = new LocalTrainer(measure.Compute).Train(model, images.Train, plan, 1, 1, measure.InstitutionSeed, engine.Progress(), ct).Update;
            holdout = evaluator.Predict(model.MovedBy(own.Difference.Span), images.Holdout, progress: null, ct);
        }

        return new MeasuredReply(
            [.. Enumerable.Range(0, images.Holdout.Count).Select(images.Holdout.ImageId)], [.. holdout.Labels], holdout.Probabilities.ToArray(), holdout.IsSynthetic, members, others);
    }

    private TrainedReply Train(MetaTrainRequest train, CancellationToken ct)
    {
        LocalTrainingResult result = new MetaTrainer(train.Compute).Train(
            engine.Read(train.Model), engine.Images.Train, train.Plan, train.Meta, train.Round, train.InstitutionSeed, engine.Progress(), ct);
        engine.Update = result.Update;
        return new TrainedReply(result.Update.SampleCount, result.EpochLosses, result.Duration.TotalSeconds, result.ImagesPerSecond, SubmitSeconds: 0, result.Device);
    }

    private async Task<ComparisonDoneReply> LoadAsync(LoadTransferRequest load, CancellationToken ct)
    {
        LoadedImages images = await LoadedImages.LoadAsync(new LoadRequest(load.Source, load.Classes, load.Pipeline), ct);
        _transfer = images.Train;
        return new ComparisonDoneReply(_transfer.Count);
    }

    private ComparisonDoneReply Teach(TeachRequest teach, CancellationToken ct)
    {
        GlobalModel teacher = engine.Read(teach.Teacher);
        using var network = ClassifierModel.Create(teacher.Layout.Description, teach.Compute, seed: 0);
        network.SetValues(teacher.Values.Span);
        float[] logits = ModelEvaluator.Logits(network, Transfer, progress: null, ct);
        VectorFile.Write(teach.SoftLabelsPath, Distillation.Soften(logits, teacher.Layout.Description.ClassCount, teach.Temperature));
        return new ComparisonDoneReply(Transfer.Count);
    }

    private ComparisonDoneReply Distil(DistilRequest distil, CancellationToken ct)
    {
        GlobalModel student = engine.Read(distil.Student);
        float[] soft = VectorFile.Read(distil.SoftLabelsPath, Transfer.Count * student.Layout.Description.ClassCount);
        GlobalModel distilled = new DistillationTrainer(distil.Compute).Train(student, Transfer, soft, distil.Temperature, distil.Plan, engine.Progress(), ct);
        VectorFile.Write(distil.ValuesPath, distilled.Values.Span);
        return new ComparisonDoneReply(Transfer.Count);
    }

    private static ComparisonDoneReply Make(MakeSharedKeyRequest make)
    {
        using var key = SecretKey.Generate(EncryptedVector.Context);
        File.WriteAllBytes(make.SecretPath, SealSecretKeyFile.Write(key));
        File.WriteAllBytes(make.PublicPath, SealPublicKeyFile.Write(PublicKey.Generate(key)));
        return new ComparisonDoneReply(1);
    }

    private ComparisonDoneReply Begin(BeginRingRequest begin)
    {
        ReadOnlySpan<float> update = engine.Update.Difference.Span;
        _mask = CyclicMask.Draw(update.Length);
        EncryptedVector.Encrypt(PublicKeyAt(begin.PublicPath), update, begin.Weight).Plus(_mask).Write(begin.OutputPath);
        return new ComparisonDoneReply(update.Length);
    }

    private ComparisonDoneReply Add(AddToRingRequest add)
    {
        ReadOnlySpan<float> update = engine.Update.Difference.Span;
        EncryptedVector.Read(add.InputPath, update.Length).Plus(EncryptedVector.Encrypt(PublicKeyAt(add.PublicPath), update, add.Weight)).Write(add.OutputPath);
        return new ComparisonDoneReply(update.Length);
    }

    private ComparisonDoneReply Close(CloseRingRequest close)
    {
        double[] mask = _mask ?? throw new InvalidOperationException("Expected this institution to have begun the ring.");
        using SecretKey key = SecretKeyAt(close.SecretPath);
        VectorFile.Write(close.MeanPath, EncryptedVector.Read(close.InputPath, mask.Length).Plus(CyclicMask.Negated(mask)).Decrypt(key));
        _mask = null;
        return new ComparisonDoneReply(mask.Length);
    }

    private ComparisonDoneReply Publish(PublishRequest publish)
    {
        float[] update = engine.Update.Difference.ToArray();
        PublishedNoise.AddTo(update, publish.Seed, publish.Round, publish.Site);
        EncryptedVector.Encrypt(PublicKeyAt(publish.PublicPath), update, publish.Weight).Write(publish.OutputPath);
        return new ComparisonDoneReply(update.Length);
    }

    private static ComparisonDoneReply Open(OpenSumRequest open)
    {
        using SecretKey key = SecretKeyAt(open.SecretPath);
        VectorFile.Write(open.MeanPath, EncryptedVector.Read(open.InputPath, open.Count).Decrypt(key));
        return new ComparisonDoneReply(open.Count);
    }

    private PreparedDataset Transfer => _transfer ?? throw new InvalidOperationException("Expected public images to be loaded first.");

    private static PublicKey PublicKeyAt(string path) => SealPublicKeyFile.Read(File.ReadAllBytes(path), EncryptedVector.Context);

    private static SecretKey SecretKeyAt(string path) => SealSecretKeyFile.Read(File.ReadAllBytes(path), EncryptedVector.Context);
}
