using System.Text.Json;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Studies;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Tests.Support;

/// <summary>A study with a real, untrained slim network of version 0 that one institution measured on phantoms and two people released.</summary>
internal sealed record ReleasedModel(Guid StudyId, Guid InstitutionId, Guid OtherInstitutionId, int HoldoutCount)
{
    private const int Holdouts = 60;
    private static readonly PreprocessingPipeline Pipeline = PreprocessingPipeline.Default(64);
    private static readonly Lazy<Task<(GlobalModel Model, Predictions Predictions, InputReference Inputs)>> Measured = new(MeasureAsync);

    public static async Task<ReleasedModel> AddToAsync(PortalHost host)
    {
        (GlobalModel model, Predictions predictions, InputReference inputs) = await Measured.Value;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var roster = new Institution("Asking Hospital", $"a{Guid.NewGuid():N}"[..12], isHosted: false, 0, now);
        var other = new Institution("Other Hospital", $"o{Guid.NewGuid():N}"[..12], isHosted: false, 1, now);
        var dataset = new Dataset("Phantoms", roster.Id, DatasetPurpose.Institution, DatasetSource.Folder, "nowhere", hospital: null, seed: 1, now);
        dataset.Finish(new ImportResult([.. PhantomConsortium.Classes.Select(name => new ClassCount(name, 20, 20))], 0, true, "{}", "{}", new string('d', 64)), now);
        var design = new StudyDesign
        {
            Strategy = FederatedStrategy.PlainFedAvg,
            Name = "Answers",
            Question = "Which of three drawings is it?",
            Classes = PhantomConsortium.Classes,
            Preprocessing = Pipeline,
            Quorum = 1,
        };
        var study = new Study(design, [(roster.Id, dataset.Id)], holdoutDatasetId: null, isSynthetic: true, now);
        study.Start(now);
        BlobStore blobs = host.Services.GetRequiredService<BlobStore>();
        var card = new ModelCard(PhantomConsortium.Classes, Pipeline, IsSynthetic: true, FederatedStrategy.PlainFedAvg);
        StoredBlob file = await blobs.AddAsync(path => GlobalModelFile.Save(path, model, card), CancellationToken.None);
        var header = new PredictionsHeader(new MessageBinding(Guid.NewGuid(), study.Id, 0, 0, roster.Id), 0, file.Hash, PhantomConsortium.Classes, [.. predictions.Labels], true, []) { Inputs = inputs };
        StoredBlob handedIn = await blobs.AddAsync(path => SubmissionFile.Write(path, header, predictions.Probabilities.Span), CancellationToken.None);

        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        db.AddRange(roster, other, dataset, study);
        db.Add(new GlobalModelVersion(study.Id, 0, null, file.Hash, file.Bytes, model.Layout.Hash, file.Hash, null, now));
        EvaluationReport report = EvaluationReports.From(predictions, replicates: 100);
        string json = JsonSerializer.Serialize(report, ProtocolJson.Options);
        db.Add(new Evaluation(study.Id, null, 0, EvaluationScope.Institution, roster.Id, report, json, handedIn.Hash, now));
        db.Add(new Evaluation(study.Id, null, 0, EvaluationScope.Pooled, null, report, json, null, now));
        db.Add(ReleaseOf(study.Id, file.Hash, now));
        await db.SaveChangesAsync();
        return new ReleasedModel(study.Id, roster.Id, other.Id, Holdouts);
    }

    public static ModelRelease ReleaseOf(Guid studyId, string modelHash, DateTimeOffset now)
    {
        var evidence = new ReleaseEvidence(modelHash, ["e"], [new AttackEvidence(AttackKind.Membership, "a", 0)], ClaimedEpsilon: null);
        var release = new ModelRelease(studyId, 0, now);
        release.Sign(evidence, new Signer(Guid.NewGuid(), "Ada", SignerRole.Admin), null, now);
        release.Sign(evidence, new Signer(Guid.NewGuid(), "Bob", SignerRole.Auditor), null, now);
        return release;
    }

    private static async Task<(GlobalModel Model, Predictions Predictions, InputReference Inputs)> MeasureAsync()
    {
        var compute = new ComputeOptions(ComputeDevice.Cpu, ComputePrecision.Full, Threads: 1);
        GlobalModel model = ClassifierModel.FirstModel(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), compute, seed: 3);
        var consortium = new PhantomConsortium(new PhantomConsortiumOptions { ImageCount = 30, InstitutionCount = 2, HoldoutCount = Holdouts });
        PreparedDataset data = await consortium.PrepareAsync(consortium.Holdout, Pipeline, progress: null, CancellationToken.None);
        (Predictions predictions, InputReference inputs) = new ModelEvaluator(compute).Measure(model, data, progress: null, CancellationToken.None);
        return (model, predictions, inputs);
    }
}
