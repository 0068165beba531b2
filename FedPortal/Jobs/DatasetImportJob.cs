using FedPortal.Data;
using FedPortal.Training.Datasets;
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
        using IDisposable? scope = logger.BeginScope("Data set {DatasetId}", id);
        try
        {
            await importer.RunAsync(id, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("The portal stops while data set {Dataset} is imported; it begins anew after the next start", id);
        }
        catch (DatasetRefusedException refusal)
        {
            logger.LogInformation(LogEvents.ImportRefused, "Data set {Dataset} was refused: {Reason}", id, refusal.Message);
            await RecordAsync(id, refusal, cancellationToken);
        }
        catch (Exception failure)
        {
            logger.LogError(LogEvents.ImportFailed, failure, "Data set {Dataset} could not be imported", id);
            await RecordAsync(id, failure, cancellationToken);
        }

        await importer.ForgetUploadAsync(id, CancellationToken.None);
    }

    private Task<bool> RecordAsync(Guid id, Exception failure, CancellationToken cancellationToken) =>
        datasets.TryChangeAsync(id, (dataset, now) => dataset.Fail(failure.Message, now), $"The import failed: {failure.Message}", cancellationToken);
}
