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

    /// <summary>Trains on the site's own images.</summary>
    Task<LocalTrainingResult> TrainAsync(AssignmentMessage assignment, GlobalModel model, StageClock stages, Heartbeat heartbeat);

    /// <summary>What the frozen network makes of the site's own images, for a private head.</summary>
    Task<(FeatureSet Features, double ImagesPerSecond, string Device)> FeaturesAsync(AssignmentMessage assignment, GlobalModel model, StageClock stages, Heartbeat heartbeat);
}

/// <summary>Learning with the real network on the site's own store.</summary>
internal sealed class SiteLearning(PortalClient portal, SiteHome home, ComputeOptions compute, TimeProvider clock) : ISiteLearning
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

    public async Task<(FeatureSet Features, double ImagesPerSecond, string Device)> FeaturesAsync(
        AssignmentMessage assignment, GlobalModel model, StageClock stages, Heartbeat heartbeat)
    {
        PreparedDataset data = await DataAsync(assignment, stages, heartbeat);
        heartbeat.Show("training");
        long started = clock.GetTimestamp();
        return await Task.Run(
            () =>
            {
                using var backbone = Backbone.Create(model.Layout, model.Values.ToArray(), compute);
                FeatureSet features = backbone.Features(data, progress: null, heartbeat.Over);
                double seconds = clock.GetElapsedTime(started).TotalSeconds;
                stages.Add(StageNames.Train, seconds);
                return (features, data.Count / seconds, backbone.DeviceName);
            },
            heartbeat.Over);
    }
}
