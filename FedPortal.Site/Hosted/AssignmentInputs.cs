using FedPortal.Training.Datasets;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted;

/// <summary>The images and the global model that an assignment works with.</summary>
internal sealed class AssignmentInputs(PortalClient portal, SiteHome home)
{
    public Task<PreparedDataset> DataAsync(AssignmentMessage assignment, StageClock stages, Heartbeat heartbeat)
    {
        heartbeat.Show("loading images");
        return stages.TimeAsync(StageNames.Decode, () => SiteDatasets.LoadAsync(home, assignment, heartbeat.Over));
    }

    public Task<GlobalModel> ModelAsync(AssignmentMessage assignment, Heartbeat heartbeat)
    {
        heartbeat.Show("loading the model");
        return ModelAsync(assignment.ModelHash!, assignment.ModelVersion, heartbeat);
    }

    public async Task<GlobalModel> ModelAsync(string hash, int version, Heartbeat heartbeat)
    {
        string path = home.ModelFile(hash);
        await portal.DownloadModelAsync(hash, path, heartbeat.Over);
        GlobalModel model = GlobalModelFile.Load(path, ClassifierModel.LayoutOf).Model;
        return model.Version == version ? model : throw new InvalidDataException($"Expected model version {version} but the file holds {model.Version}.");
    }
}
