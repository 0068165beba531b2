using FedPortal.Training.Accounting;
using FedPortal.Training.Screening;
using FedPortal.Training.Screening.Adversaries;
using FedPortal.Training.Submission;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Make keys and remember the study's settings; keys and update never leave the engine.</summary>
internal sealed record IdentifyRequest(
    string Name, string Study, string JournalPath, PrivacyProfile Privacy, EncryptionProfile Encryption, ScreeningProfile Screening) : EngineRequest;

/// <summary>Perturb, sketch and encrypt the update of the last training.</summary>
/// <param name="Model">The global model that the round started from.</param>
/// <param name="LastChangePath">How it moved in the round before, as a vector file; null unless the compression looks at it.</param>
/// <param name="Round">From 1.</param>
/// <param name="Published">The signed round description.</param>
/// <param name="Portal">The portal's card.</param>
/// <param name="Cards">All members' cards.</param>
/// <param name="CiphertextPath">Receives the encrypted update.</param>
/// <param name="Adversary">How it attacks, or null.</param>
/// <param name="Threads">How many cores to use.</param>
internal sealed record ProtectRequest(
    ModelFile Model, string? LastChangePath, int Round, byte[] Published, byte[] Portal, IReadOnlyList<byte[]> Cards, string CiphertextPath, Adversary? Adversary, int Threads) : EngineRequest;

/// <summary>Check the envelopes and the accepted set, and answer with the summed shares.</summary>
internal sealed record AnswerRequest(IReadOnlyList<byte[]> Envelopes, byte[] AcceptedSet) : EngineRequest;

internal sealed record IdentifiedReply(byte[] Card) : EngineReply;

internal sealed record ProtectedReply(
    IReadOnlyList<byte[]> Envelopes, byte[] Statement, double UpdateNorm, double LargestCoordinate, double PerturbSeconds, double EncryptSeconds) : EngineReply;

internal sealed record AnsweredReply(byte[] Answer, double Seconds) : EngineReply;
