using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;

namespace FedPortal.Jobs;

/// <summary>Secrets that all hosted institutions share.</summary>
internal static class ConsortiumKeys
{
    /// <summary>The key lies in the consortium's home, readable by the portal's user only; it is made at the first call.</summary>
    public static DuplicateTags DuplicateTags(SitePlaces places)
    {
        string path = Path.Combine(places.HomeOf(null), "duplicates.key");
        PatientKeys.LoadOrCreate(path);
        return new DuplicateTags(File.ReadAllBytes(path));
    }
}
