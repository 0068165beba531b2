namespace FedPortal.Datasets;

/// <summary>What a data set may be used for, who said so for the institution, and until when.</summary>
/// <param name="Version">Of the text that was accepted.</param>
/// <param name="AcceptedBy">The person's name as the audit log shows it.</param>
/// <param name="ExpiresAt">From then on no new study may name the data set, and no further round uses it.</param>
public sealed record DataUseTerms(string Version, string AcceptedBy, DateTimeOffset AcceptedAt, DateTimeOffset ExpiresAt)
{
    public const string CurrentVersion = "2026-2";
    public const int MaxYears = 10;

    /// <summary>The text, one sentence a line.</summary>
    public static IReadOnlyList<string> Text { get; } =
    [
        "The institution may use these images for research that trains and evaluates a shared model, by law, consent or approval of its ethics committee.",
        "The images stay where this page says they lie; only updates of a model, counts and measured results leave that place.",
        "Only studies whose plan the institution's coordinator has seen may name the data set.",
        "The use ends on the agreed day, or earlier when the institution says so: no new study names the data set, and the next rounds of studies that run go on without it or stop where too few are left. A round that has begun to use it ends; models that were made before stay on record.",
    ];

    /// <summary>How long before the end people are told.</summary>
    public static TimeSpan Notice { get; } = TimeSpan.FromDays(30);

    public bool IsValidAt(DateTimeOffset now) => now < ExpiresAt;

    public bool EndSoon(DateTimeOffset now) => IsValidAt(now) && now >= ExpiresAt - Notice;

    /// <returns>Why a data set may not be used now, in words for both sides; null when it may. Data sets that were not uploaded need no terms, but keep to them where there are some.</returns>
    public static string? Problem(string dataset, DatasetSource source, DataUseTerms? terms, DateTimeOffset now) => (terms, source) switch
    {
        ({ } ended, _) when !ended.IsValidAt(now) => $"The terms of use of the data set '{dataset}' ended on {ended.ExpiresAt:yyyy-MM-dd}.",
        (null, DatasetSource.Upload) => $"Nobody has accepted the terms of use of the uploaded data set '{dataset}' yet.",
        _ => null,
    };
}
