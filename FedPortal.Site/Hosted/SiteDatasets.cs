using FedPortal.Training.Datasets;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted;

/// <summary>Reads the images an assignment asks for from the site's own store.</summary>
internal static class SiteDatasets
{
    /// <exception cref="InvalidDataException">The store holds another data set, or this program another pipeline, than the study agreed on.</exception>
    public static async Task<PreparedDataset> LoadAsync(SiteHome home, AssignmentMessage assignment, CancellationToken cancellationToken)
    {
        string pipeline = assignment.Preprocessing.Hash;
        if (pipeline != assignment.PipelineHash)
        {
            throw new InvalidDataException($"Expected the preprocessing {assignment.PipelineHash} of the study but this program computes {pipeline}.");
        }

        var dataset = ImportedDataset.Load(home.DatasetFile(assignment.DatasetId!.Value));
        if (dataset.Hash != assignment.DatasetHash)
        {
            throw new InvalidDataException($"Expected the data set {assignment.DatasetHash} but the store holds {dataset.Hash}.");
        }

        DatasetItem[] wanted = [.. dataset.Items.Where(item => assignment.WholeDataset || assignment.Work == SiteWork.Attack || item.Split == SplitOf(assignment.Work))];
        return await PreparedDataset.LoadAsync(
            new ImportedDataset(wanted, [], []), new ImageStore(home.Images), assignment.Preprocessing, assignment.Classes, home.Prepared, progress: null, cancellationToken);
    }

    private static DatasetSplit SplitOf(SiteWork work) => work == SiteWork.Train ? DatasetSplit.Train : DatasetSplit.Holdout;
}
