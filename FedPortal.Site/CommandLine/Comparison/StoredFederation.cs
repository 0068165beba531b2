using System.Text.Json;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Datasets;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>Hosted data sets that one institution each brings, as the portal hands them to its child process: a JSON document.</summary>
/// <param name="Sites">At least two.</param>
internal sealed record StoredFederation(IReadOnlyList<StoredSite> Sites)
{
    /// <exception cref="InvalidDataException">It is no such document, or a record cannot be used.</exception>
    public static FederationImages Load(string path)
    {
        StoredFederation federation = JsonSerializer.Deserialize<StoredFederation>(File.ReadAllBytes(path), ProtocolJson.Options)
            ?? throw new InvalidDataException("Expected hosted data sets but got null.");
        ImportedDataset[] records = [.. federation.Sites.Select(site => ImportedDataset.Load(site.RecordPath))];
        string[] classes = [.. records.SelectMany(record => record.Items).Select(item => item.Label).Distinct().Order(StringComparer.Ordinal)];
        return classes.Length >= 2
            ? new FederationImages(
                [.. federation.Sites.Select(site => new SimulatedInstitution(site.Name, new StoredImages(site.StorePath, site.RecordPath)))],
                ConsortiumHoldout: null,
                classes,
                records.Any(record => record.IsSynthetic),
                [],
                DecodeSeconds: 0)
            : throw new InvalidDataException($"Expected at least two classes but the data sets have {string.Join(", ", classes)}.");
    }
}

/// <param name="Name">Of the institution.</param>
/// <param name="StorePath">Its image store.</param>
/// <param name="RecordPath">The data set's record, with splits.</param>
internal sealed record StoredSite(string Name, string StorePath, string RecordPath);
