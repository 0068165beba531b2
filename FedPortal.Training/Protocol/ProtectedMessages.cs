using FedPortal.Training.Accounting;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Training.Protocol;

/// <summary>What an assignment of a protected study carries besides the rest. Every byte string is base64 in JSON.</summary>
/// <param name="InstitutionCode">The name on this site's card.</param>
/// <param name="PortalCard">The portal's public keys, for the site to pin.</param>
/// <param name="RegisteredFingerprint">Of the card that the portal has from this site, or null when it has none yet.</param>
/// <param name="Description">The signed round description; null outside a round.</param>
/// <param name="Cards">Cards of all members in the description's order.</param>
/// <param name="Institutions">On the study's roster, whether they are in this round or not.</param>
/// <param name="PreviousModelHash">The global model before the one that the round starts from; null where there is none.</param>
public sealed record ProtectedAssignment(
    string InstitutionCode, byte[] PortalCard, string? RegisteredFingerprint, byte[]? Description, IReadOnlyList<byte[]> Cards,
    PrivacyProfile Privacy, EncryptionProfile Encryption, ScreeningProfile Screening, int Institutions, string? PreviousModelHash);

/// <summary>How much of an upload the portal holds: the next chunk begins there.</summary>
public sealed record UploadStatus(long Received);

/// <summary>Ends the upload of an encrypted update: what belongs to it besides the ciphertext.</summary>
/// <param name="UpdateHash">SHA-256 of the uploaded file.</param>
/// <param name="Statement">The sender's signed statement: ciphertext hash, examples and sketch.</param>
/// <param name="TrainingLoss">Mean loss of the last epoch; null where telling it would cost privacy.</param>
public sealed record ProtectedUpdateMessage(
    MessageBinding Binding, string UpdateHash, byte[] Statement, double? TrainingLoss, double ImagesPerSecond, string Device, IReadOnlyList<StageSeconds> Stages);

/// <summary>What a helper needs to unlock a sum.</summary>
/// <param name="AcceptedSet">V, signed by the portal.</param>
/// <param name="Envelopes">The shares that V's members sealed for this helper.</param>
/// <param name="OwnUpdateHash">Hash of the helper's own ciphertext as the portal holds it; the site compares it with its own record.</param>
public sealed record UnlockMessage(byte[] AcceptedSet, IReadOnlyList<byte[]> Envelopes, string? OwnUpdateHash);

/// <summary>A helper's one answer.</summary>
public sealed record AnswerMessage(MessageBinding Binding, byte[] Answer, IReadOnlyList<StageSeconds> Stages);

/// <summary>New lines of a site's own ledger.</summary>
/// <param name="LedgerId">Of its header.</param>
/// <param name="FirstSequence">Sequence of the first line: 0 is the header.</param>
/// <param name="Lines">Header and rows, exactly as in the file; no countersignatures.</param>
public sealed record LedgerMessage(MessageBinding Binding, string LedgerId, int FirstSequence, IReadOnlyList<string> Lines);

/// <summary>What the portal holds of a ledger.</summary>
/// <param name="RowCount">Rows, not counting the header; -1 when it holds nothing.</param>
/// <param name="Head">Hash of the last line; empty when it holds nothing.</param>
/// <param name="Countersignatures">Lines that sign the rows that were new.</param>
public sealed record LedgerReceipt(int RowCount, string Head, IReadOnlyList<string> Countersignatures);
