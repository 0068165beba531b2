using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Training.Attacks;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;

namespace FedPortal.Api;

/// <summary>The card of a model version (after Mitchell and others 2019), for people as Markdown and for programs as JSON. All of it comes from the portal's records.</summary>
public static class ModelCardDocument
{
    private const string NotMedical = "Research use only. This is not a medical device and must not decide about a patient.";

    public static string Markdown(ModelDetail model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
        Line($"# {model.Row.StudyName}, model version {model.Row.Version}\n");
        Line($"**{NotMedical}**\n");
        if (model.Row.IsSynthetic)
        {
            Line($"**Trained on synthetic images.** It has learned nothing about real radiographs.\n");
        }

        Line($"| | |\n|---|---|");
        Line($"| Question | {Cell(model.Question)} |");
        Line($"| Labels | {Cell(string.Join(", ", model.Classes))} |");
        Line($"| Network | {model.Network.Architecture} |");
        Line($"| Strategy | {FederatedStrategies.NameOf(model.Strategy)}, {model.Row.Version} of {model.Rounds} rounds |");
        Line($"| SHA-256 of the file | `{model.Row.BlobHash}` |");
        Line($"| SHA-256 of the layout | `{model.LayoutHash}` |");
        Line($"| Made | {model.Row.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC |");
        Line($"| State | {StateOf(model)} |");
        Line($"| Images | {model.Images.Train} to train on, {model.Images.Holdout} held out |\n");
        Evaluations(model, Line);
        Attacks(model, Line);
        Lineage(model, Line);
        Line($"## What it must not be used for\n");
        Line($"- Decisions about patients. {NotMedical}");
        Line($"- Images from other devices, countries or age groups than those above without measuring it there first.");
        Line($"- Conclusions about privacy beyond the claim above: an attack that finds nothing proves nothing.");
        return text.ToString();
    }

    public static JsonObject Json(ModelDetail model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new JsonObject
        {
            ["card"] = "fedportal-model-card-1",
            ["use"] = NotMedical,
            ["study"] = model.Row.StudyName,
            ["question"] = model.Question,
            ["version"] = model.Row.Version,
            ["synthetic"] = model.Row.IsSynthetic,
            ["state"] = StateOf(model),
            ["classes"] = new JsonArray([.. model.Classes.Select(name => JsonValue.Create(name))]),
            ["network"] = JsonSerializer.SerializeToNode(model.Network, ProtocolJson.Options),
            ["strategy"] = FederatedStrategies.NameOf(model.Strategy),
            ["modelHash"] = model.Row.BlobHash,
            ["layoutHash"] = model.LayoutHash,
            ["createdAt"] = model.Row.CreatedAt,
            ["images"] = JsonSerializer.SerializeToNode(model.Images, ProtocolJson.Options),
            ["claim"] = JsonSerializer.SerializeToNode(model.Claim, ProtocolJson.Options),
            ["evaluations"] = new JsonArray([.. model.Evaluations.Select(row => new JsonObject
            {
                ["of"] = NameOf(model, row),
                ["report"] = JsonSerializer.SerializeToNode(row.Report, ProtocolJson.Options),
            })]),
            ["attacks"] = new JsonArray([.. Done(model).Select(attack => new JsonObject
            {
                ["kind"] = attack.Kind.ToString(),
                ["resultHash"] = attack.OutcomeHash,
                ["outcome"] = JsonSerializer.SerializeToNode(attack.Outcome, ProtocolJson.Options),
            })]),
            ["lineage"] = JsonSerializer.SerializeToNode(model.Lineage, ProtocolJson.Options),
            ["signatures"] = JsonSerializer.SerializeToNode(model.Signatures, ProtocolJson.Options),
            ["evidence"] = model.Evidence.Digest,
        };
    }

    private static void Evaluations(ModelDetail model, Action<FormattableString> line)
    {
        line($"## How well it works\n");
        line($"| Hold-out of | n | Accuracy | AUROC | ECE |\n|---|---|---|---|---|");
        foreach (EvaluationRow row in model.Evaluations)
        {
            line($"| {Cell(NameOf(model, row))} | {row.Report.SampleCount} | {Figure(row, Metric.Accuracy)} | {Figure(row, Metric.Auroc)} | {Figure(row, Metric.ExpectedCalibrationError)} |");
        }

        line($"\n95 % intervals in brackets. A number without support is missing, never 0.\n");
    }

    private static void Attacks(ModelDetail model, Action<FormattableString> line)
    {
        line($"## Privacy: claimed against attacked\n");
        line($"Claimed: {AttackWording.Of(model.Claim)}.\n");
        foreach (AttackRow attack in Done(model))
        {
            line($"- **{AttackNames.Of(attack.Kind)}** on {attack.Outcome!.Subject}: {Words(attack.Outcome)} (result `{attack.OutcomeHash}`)");
        }

        line($"{(Done(model).Any() ? "" : "No attack test was run.\n")}");
    }

    private static void Lineage(ModelDetail model, Action<FormattableString> line)
    {
        line($"## Where it comes from\n");
        line($"| Round | Institutions | Model |\n|---|---|---|");
        foreach (LineageRow row in model.Lineage)
        {
            line($"| {row.Round} | {Cell(string.Join(", ", row.Institutions))} | `{row.ModelHash}` |");
        }

        line($"");
        foreach (ReleaseSignatureRow signature in model.Signatures.Where(signature => signature.Counts))
        {
            line($"Signed by {Cell(signature.UserName)} ({signature.Role}) on {signature.SignedAt.UtcDateTime:yyyy-MM-dd}{(signature.Reason is { } reason ? $": {Cell(reason)}" : "")}  ");
        }
    }

    private static IEnumerable<AttackRow> Done(ModelDetail model) => model.Attacks.Where(attack => attack.Outcome is not null);

    private static string Words(AttackOutcome outcome) => outcome.Finding is { } finding
        ? AttackWording.Of(finding)
        : string.Join("; ", outcome.Inversion?.Rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Psnr:0.0} dB at z = {row.NoiseMultiplier:g4}")) ?? []);

    private static string StateOf(ModelDetail model) => model.Row.Release switch
    {
        ReleaseState.Released => string.Create(CultureInfo.InvariantCulture, $"released {model.ReleasedAt!.Value.UtcDateTime:yyyy-MM-dd}"),
        ReleaseState.Withdrawn => $"withdrawn: {model.WithdrawalReason}",
        _ => "not released",
    };

    private static string NameOf(ModelDetail model, EvaluationRow row) => row.Scope switch
    {
        EvaluationScope.Pooled => "all institutions, pooled",
        EvaluationScope.Holdout => "consortium",
        _ => row.InstitutionId is { } id ? model.Institutions[id] : "",
    };

    private static string Figure(EvaluationRow row, Metric metric) => row.Report.Of(metric) is { Value: { } value } measured
        ? string.Create(CultureInfo.InvariantCulture, $"{value:0.000}{(measured.Lower is null ? "" : $" ({measured.Lower:0.000}–{measured.Upper:0.000})")}")
        : "";

    /// <summary>Free text in a table: no line breaks, no bars.</summary>
    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
