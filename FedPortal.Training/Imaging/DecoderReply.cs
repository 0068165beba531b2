using System.Globalization;

namespace FedPortal.Training.Imaging;

/// <summary>
/// Reads the text that xray-decode sends with a decoded file: lines <c>name=value</c>. A decoder that a file has taken over may send anything, so only numbers in
/// range, codes and short plain sentences pass; all else is an <see cref="IOException"/>.
/// </summary>
internal static class DecoderReply
{
    private const int MaxNotes = 8;
    private const int MaxSentence = 240;
    private const int MaxRemoved = 1_000_000;
    private static readonly string[] Formats = ["png", "jpeg", "tiff", "dicom"];

    public static DecodeOutcome Parse(XrayImage image, string text, PatientKeys patients)
    {
        ILookup<string, string> facts = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .ToLookup(parts => parts[0], parts => parts[1]);
        string format = facts["format"].FirstOrDefault() ?? "";
        var kept = new ImageFacts(
            Formats.Contains(format) ? format : throw Impossible(),
            (int)Number(facts["bits"], 1, 16),
            Number(facts["colour"], 0, 1),
            [.. facts["note"].Take(MaxNotes).Select(Sentence)])
        {
            Photometric = Code(facts["photometric"]),
            Modality = Code(facts["modality"]),
            ViewPosition = Code(facts["view"]),
            BodyPart = Code(facts["body_part"]),
            BurnedInAnnotation = Code(facts["burned_in"]) == "YES",
            Removed = RemovedKinds.All.Select(kind => kind.Code).Where(code => facts.Contains($"removed_{code}"))
                .ToDictionary(code => code, code => (int)Number(facts[$"removed_{code}"], 0, MaxRemoved)),
        };
        return DecodeOutcome.Decoded(image, kept, PatientKey(facts["patient_id"].FirstOrDefault(), patients));
    }

    /// <summary>Plain printable text of limited length.</summary>
    public static string Sentence(string text) => new([.. text.Take(MaxSentence).Select(c => c is >= ' ' and < (char)127 ? c : '?')]);

    private static string? Code(IEnumerable<string> values) =>
        values.FirstOrDefault() is not { } value ? null
        : value.Length <= 16 && value.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_') ? value
        : throw Impossible();

    private static double Number(IEnumerable<string> values, double low, double high) =>
        double.TryParse(values.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= low && value <= high ? value : throw Impossible();

    private static string? PatientKey(string? hex, PatientKeys patients)
    {
        try
        {
            return hex is null ? null : patients.KeyOf(Convert.FromHexString(hex));
        }
        catch (FormatException)
        {
            throw Impossible();
        }
    }

    private static IOException Impossible() => new("xray-decode sent an answer that cannot be.");
}
