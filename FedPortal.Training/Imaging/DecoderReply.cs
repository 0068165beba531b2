using System.Globalization;

namespace FedPortal.Training.Imaging;

/// <summary>Reads the text that xray-decode sends with a decoded file: lines <c>name=value</c>.</summary>
internal static class DecoderReply
{
    public static DecodeOutcome Parse(XrayImage image, string text, PatientKeys patients)
    {
        ILookup<string, string> facts = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .ToLookup(parts => parts[0], parts => parts[1]);
        string? One(string name) => facts[name].FirstOrDefault();

        var kept = new ImageFacts(
            One("format") ?? "unknown",
            int.Parse(One("bits") ?? "0", CultureInfo.InvariantCulture),
            double.Parse(One("colour") ?? "0", CultureInfo.InvariantCulture),
            [.. facts["note"]])
        {
            Photometric = One("photometric"),
            Modality = One("modality"),
            ViewPosition = One("view"),
            BodyPart = One("body_part"),
            BurnedInAnnotation = One("burned_in") == "YES",
        };
        string? patientKey = One("patient_id") is { } hex ? patients.KeyOf(Convert.FromHexString(hex)) : null;
        return DecodeOutcome.Decoded(image, kept, patientKey);
    }
}
