using System.Security.Cryptography;
using FedPortal.Training.Datasets;
using FedPortal.Training.Protocol;

namespace FedPortal.Jobs;

/// <summary>Secrets that all institutions share.</summary>
internal static class ConsortiumKeys
{
    /// <summary>The key lies in the consortium's home, readable by the portal's user only; it is made at the first call.</summary>
    public static byte[] DuplicateKey(SitePlaces places) => PrivateFile.LoadOrCreate(
        Path.Combine(places.HomeOf(null), "duplicates.key"), () => RandomNumberGenerator.GetBytes(Training.Datasets.DuplicateTags.KeyBytes));

    public static DuplicateTags DuplicateTags(SitePlaces places) => new(DuplicateKey(places));
}
