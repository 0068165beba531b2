namespace FedPortal.Inference;

/// <summary>A released model version that may be asked about pictures.</summary>
/// <param name="BlobHash">SHA-256 of its file in the blob store.</param>
/// <param name="Institutions">The study's roster.</param>
public sealed record ServedVersion(
    Guid StudyId, string StudyName, string Question, int Version, string BlobHash, IReadOnlyList<string> Classes, bool IsSynthetic, IReadOnlyList<Guid> Institutions);
