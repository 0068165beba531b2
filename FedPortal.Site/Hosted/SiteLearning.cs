using FedPortal.Training.Datasets;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.PrivateHead;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted;

/// <summary>The part of an assignment that needs images, the network and libtorch.</summary>
internal interface ISiteLearning
{
    /// <summary>A global model, downloaded where it is not there yet.</summary>
    Task<GlobalModel> ModelAsync(string hash, int version, Heartbeat heartbeat);

    /// <summary>The site's own images that the assignment asks for.</summary>
    Task<PreparedDataset> DataAsync(AssignmentMessage assignment, StageClock stages, Heartbeat heartbeat);

    /// <summary>Trains on the site's own images.</summary>
    Task<LocalTrainingResult> TrainAsync(AssignmentMessage assignment, GlobalModel model, StageClock stages, Heartbeat heartbeat);

    /// <summary>Takes the site's own images through the frozen network, up to its last layer.</summary>
    Task<PooledImages> PoolAsync(AssignmentMessage assignment, GlobalModel model, StageClock stages, Heartbeat heartbeat);
}

/// <summary>What the frozen network makes of a site's images.</summary>
internal sealed record PooledImages(FeatureSet Features, double ImagesPerSecond, string Device);

/// <summary>Learning with the real network on the site's own store.</summary>
internal sealed class SiteLearning(PortalClient portal, SiteHome home, ComputeOptions compute) : ISiteLearning
{
    public async Task<GlobalModel> ModelAsync(string hash, int version, Heartbeat heartbeat)
    {
        heartbeat.Show("loading the model");
        string path = home.ModelFile(hash);
        await portal.DownloadModelAsync(hash, path, heartbeat.Over);
        GlobalModel model = GlobalModelFile.Load(path, ClassifierModel.LayoutOf).Model;
        return model.Version == version ? model : throw new InvalidDataException($"Expected model version {version} but the file holds {model.Version}.");
    }

    public Task<PreparedDataset> DataAsync(AssignmentMessage assignment, StageClock stages, Heartbeat heartbeat)
    {
        heartbeat.Show("loading images");
        return stages.TimeAsync(StageNames.Decode, () => SiteDatasets.LoadAsync(home, assignment, heartbeat.Over));
    }

    public async Task<LocalTrainingResult> TrainAsync(AssignmentMessage assignment, GlobalModel model, StageClock stages, Heartbeat heartbeat)
    {
        PreparedDataset data = await DataAsync(assignment, stages, heartbeat);
        heartbeat.Show("training");
        FaultPoint.Reach("site:training", assignment.Binding.Round);
        LocalTrainingResult trained = await Task.Run(
            () => new LocalTrainer(compute).Train(
                model, data, assignment.Training, assignment.Binding.Round, assignment.TotalRounds, assignment.Seat, heartbeat, heartbeat.Over),
            heartbeat.Over);
        stages.Add(StageNames.Train, trained.Duration.TotalSeconds);
        return trained;
    }

    public async Task<PooledImages> PoolAsync(AssignmentMessage assignment, GlobalModel model, StageClock stages, Heartbeat heartbeat)
    {
        PreparedDataset data = await DataAsync(assignment, stages, heartbeat);
        heartbeat.Show("training");
        FaultPoint.Reach("site:training", assignment.Binding.Round);
        return await Task.Run(() => Pool(model, data, stages, heartbeat), heartbeat.Over);
    }

    private PooledImages Pool(GlobalModel model, PreparedDataset data, StageClock stages, Heartbeat heartbeat)
    {
        using var backbone = Backbone.Create(model.Layout, model.Values.ToArray(), compute);
        FeatureSet features = stages.Time(StageNames.Train, () => backbone.Features(data, progress: null, heartbeat.Over));
        return new PooledImages(features, data.Count / stages.Stages[^1].Seconds, backbone.DeviceName);
    }
}
