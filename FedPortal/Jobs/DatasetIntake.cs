using FedPortal.Data;
using FedPortal.Datasets;

namespace FedPortal.Jobs;

/// <summary>Asks for the import of a data set; the import itself is a background job.</summary>
public sealed class DatasetIntake
{
    private readonly DatasetStore _datasets;
    private readonly FederationNudge _nudge;
    private readonly SitePlaces _places;
    private readonly TimeProvider _clock;

    internal DatasetIntake(DatasetStore datasets, FederationNudge nudge, SitePlaces places, TimeProvider clock)
    {
        _datasets = datasets;
        _nudge = nudge;
        _places = places;
        _clock = clock;
    }

    /// <summary>From a folder or zip file on the portal's machine: folder per class, or with a manifest.csv.</summary>
    /// <param name="institutionId">The owner, or null for a consortium hold-out.</param>
    /// <param name="hospital">Only what the folder says to be this hospital's, or null for all.</param>
    /// <returns>The data set's id; its page shows the progress.</returns>
    public Task<Guid> FromFolderAsync(string name, Guid? institutionId, string folder, string? hospital, int seed, string actor, CancellationToken cancellationToken) =>
        AddAsync(name, institutionId, DatasetSource.Folder, folder, hospital, seed, actor, cancellationToken);

    /// <summary>From an uploaded zip file, or a folder of uploaded files; it is deleted once the import has ended.</summary>
    public Task<Guid> FromUploadAsync(string name, Guid? institutionId, string upload, int seed, string actor, CancellationToken cancellationToken) =>
        AddAsync(name, institutionId, DatasetSource.Upload, upload, hospital: null, seed, actor, cancellationToken);

    /// <summary>Makes the next version of a data set from the changes drafted on it.</summary>
    /// <returns>The new version's id.</returns>
    /// <exception cref="InvalidOperationException">Nothing was changed, or there is a later version.</exception>
    public async Task<Guid> ReviseAsync(Guid datasetId, string actor, CancellationToken cancellationToken)
    {
        Dataset next = await _datasets.ReviseAsync(datasetId, actor, cancellationToken);
        await _nudge.ImportAsync(next.Id, cancellationToken);
        return next.Id;
    }

    /// <summary>A new file for an upload to be streamed into; hand it to <see cref="FromUploadAsync"/>.</summary>
    public string NewUploadFile()
    {
        Directory.CreateDirectory(_places.Uploads);
        return Path.Combine(_places.Uploads, $"{Guid.NewGuid():N}.zip");
    }

    internal Task<Guid> FromPhantomsAsync(string name, Guid? institutionId, string folder, string? hospital, int seed, string actor, CancellationToken cancellationToken) =>
        AddAsync(name, institutionId, DatasetSource.Phantoms, folder, hospital, seed, actor, cancellationToken);

    private async Task<Guid> AddAsync(
        string name, Guid? institutionId, DatasetSource source, string location, string? hospital, int seed, string actor, CancellationToken cancellationToken)
    {
        DatasetPurpose purpose = institutionId is null ? DatasetPurpose.ConsortiumHoldout : DatasetPurpose.Institution;
        var dataset = new Dataset(name, institutionId, purpose, source, location, hospital, seed, _clock.GetUtcNow());
        await _datasets.AddAsync(dataset, actor, cancellationToken);
        await _nudge.ImportAsync(dataset.Id, cancellationToken);
        return dataset.Id;
    }
}
