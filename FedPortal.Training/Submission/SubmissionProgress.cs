namespace FedPortal.Training.Submission;

/// <param name="ValuesDone">Encrypted so far.</param>
/// <param name="ValuesTotal">Of the whole update.</param>
public readonly record struct SubmissionProgress(long ValuesDone, long ValuesTotal);
