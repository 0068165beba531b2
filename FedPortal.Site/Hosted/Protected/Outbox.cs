using System.Text.Json;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted.Protected;

/// <summary>An encrypted update that waits to be sent, with what the ledger must know of it. Once it is here the same bytes are sent, however often the program dies.</summary>
/// <param name="Message">Without the time of the upload, which is not known yet.</param>
/// <param name="CiphertextHash">As the accepted set will name it.</param>
/// <param name="Releases">The update and its sketch, to be written to the ledger before anything leaves.</param>
internal sealed record Outbox(ProtectedUpdateMessage Message, string CiphertextHash, IReadOnlyList<LedgerRelease> Releases)
{
    private const string UpdateName = "update";
    private const string OutboxName = "outbox.json";

    public static string UpdateFile(WorkFolder work) => work.FileOf(UpdateName);

    /// <summary>What an earlier run has finished for this very assignment, or null.</summary>
    public static Outbox? TryLoad(WorkFolder work, MessageBinding binding)
    {
        string path = work.FileOf(OutboxName);
        if (!File.Exists(path) || !File.Exists(UpdateFile(work)))
        {
            return null;
        }

        Outbox? found = JsonSerializer.Deserialize<Outbox>(File.ReadAllText(path), ProtocolJson.Options);
        return found?.Message.Binding == binding && ContentHash.OfFile(UpdateFile(work)) == found.Message.UpdateHash ? found : null;
    }

    /// <summary>Last of all, when the update is whole and on the disk.</summary>
    public void Save(WorkFolder work) => PrivateFile.Write(work.FileOf(OutboxName), JsonSerializer.SerializeToUtf8Bytes(this, ProtocolJson.Options));

    /// <summary>It may not leave: nothing of it is kept.</summary>
    public static void Destroy(WorkFolder work)
    {
        File.Delete(work.FileOf(OutboxName));
        File.Delete(UpdateFile(work));
    }
}
