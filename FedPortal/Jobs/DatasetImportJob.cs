using FedPortal.Data;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Imports one data set, or records why it could not be imported.</summary>
[DisallowConcurrentExecution]
internal sealed class DatasetImportJob(DatasetImporter importer, DatasetStore datasets, ILogger<DatasetImportJob> logger) : IJob
{
    public static JobKey KeyOf(Guid datasetId) => new($"{datasetId}", "dataset-import");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var id = Guid.Parse(context.JobDetail.Key.Name);
        try
        {
            await importer.RunAsync(id, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("The portal stops while data set {Dataset} is imported; it begins anew after the next start", id);
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "Data set {Dataset} could not be imported", id);
            await datasets.TryChangeAsync(id, (dataset, now) => dataset.Fail(failure.Message, now), $"The import failed: {failure.Message}", cancellationToken);
        }

        await importer.ForgetUploadAsync(id, CancellationToken.None);
    }
}
