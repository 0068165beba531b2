using System.Text.Json;

namespace FedPortal.Training.Ledger;

/// <summary>What a row says was spent up to it, read without its curves and hashes: a tenth of the work of <see cref="LedgerLine.Parse"/>. It verifies nothing.</summary>
/// <param name="SumEpsilon">As in <see cref="LedgerRow.SumEpsilon"/>; the other two likewise.</param>
public sealed record LedgerSums(int Round, string SumEpsilon, string ColludersEpsilon, string SingleEpsilon)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    /// <returns>Null for a header or a countersignature.</returns>
    /// <exception cref="JsonException">The text is not a line of a ledger.</exception>
    public static LedgerSums? Parse(string line) => JsonSerializer.Deserialize<Line>(line, Format)?.Row;

    /// <returns>ε after the row in a view, as a number or in words.</returns>
    public string Of(Accounting.PrivacyView view) => view switch
    {
        Accounting.PrivacyView.PublishedSum => SumEpsilon,
        Accounting.PrivacyView.Colluders => ColludersEpsilon,
        _ => SingleEpsilon,
    };

    private sealed record Line(LedgerSums? Row = null);
}
