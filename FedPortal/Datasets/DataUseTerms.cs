namespace FedPortal.Datasets;

/// <summary>What a data set may be used for, who said so for the institution, and until when.</summary>
/// <param name="Version">Of the text that was accepted.</param>
/// <param name="AcceptedBy">The person's name as the audit log shows it.</param>
/// <param name="ExpiresAt">From then on no new study may name the data set.</param>
public sealed record DataUseTerms(string Version, string AcceptedBy, DateTimeOffset AcceptedAt, DateTimeOffset ExpiresAt)
{
    public const string CurrentVersion = "2026-1";
    public const int MaxYears = 10;

    /// <summary>The text, one sentence a line.</summary>
    public static IReadOnlyList<string> Text { get; } =
    [
        "The institution may use these images for research that trains and evaluates a shared model, by law, consent or approval of its ethics committee.",
        "The images stay where this page says they lie; only updates of a model, counts and measured results leave that place.",
        "Only studies whose plan the institution's coordinator has seen may name the data set.",
        "The institution may end the use at any time: no new study names the data set. A study that runs goes on until it is cancelled or the institution leaves; models that were made before stay on record.",
    ];

    public bool IsValidAt(DateTimeOffset now) => now < ExpiresAt;
}
