using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted.Protected;

/// <summary>The hashes of this site's own ciphertexts: as a helper it refuses a set that names another for it.</summary>
internal static class OwnUpdates
{
    public static void Remember(SiteHome home, MessageBinding binding, string ciphertextHash) =>
        PrivateFile.Write(PathOf(home, binding), System.Text.Encoding.ASCII.GetBytes(ciphertextHash));

    /// <returns>Null when this site submitted nothing in that attempt.</returns>
    public static string? Find(SiteHome home, MessageBinding binding) =>
        File.Exists(PathOf(home, binding)) ? File.ReadAllText(PathOf(home, binding)) : null;

    private static string PathOf(SiteHome home, MessageBinding binding) =>
        Path.Combine(home.Submitted, FormattableString.Invariant($"{binding.StudyId:N}-{binding.Round}-{binding.Attempt}"));
}
