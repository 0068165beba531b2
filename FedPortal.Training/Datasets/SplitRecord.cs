namespace FedPortal.Training.Datasets;

/// <summary>How a data set was divided into training and hold-out, for the record.</summary>
/// <param name="Method">In words for a person.</param>
/// <param name="Seed">Of the shuffle; null when the data set itself gave the division.</param>
/// <param name="HoldoutShare">Share that was asked for; null when the data set itself gave the division.</param>
/// <param name="PatientCount">Known patients; none of them is on both sides.</param>
/// <param name="WithoutPatient">Images whose patient is not known: each was moved on its own.</param>
/// <param name="Hash">SHA-256, hex, over images, labels, patients and sides in order.</param>
public sealed record SplitRecord(string Method, int? Seed, double? HoldoutShare, int TrainCount, int HoldoutCount, int PatientCount, int WithoutPatient, string Hash);
