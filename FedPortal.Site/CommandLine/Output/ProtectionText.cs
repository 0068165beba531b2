using System.Globalization;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Accounting;
using FedPortal.Training.Evaluation;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>What protects a simulated study, in lines for people.</summary>
internal static class ProtectionText
{
    public static string Settings(ProtectionSettings settings) =>
        $"updates travel encrypted, {settings.Encryption.ValueBits} bits a value; "
        + (settings.Privacy.HasNoise ? Text($"{settings.Privacy.Mechanism} noise of {settings.Privacy.NoiseIntensity:g4} clipping norms") : PrivacyWording.NoPrivacyFromNoise)
        + (settings.Screening.Sketch.IsUsed ? $"; screened by sketches of {settings.Screening.Sketch.Dimensions} values" : "; not screened");

    public static IEnumerable<string> Lines(ProtectedRoundResult round, StageSeconds seconds)
    {
        yield return Text($"Protection: {ProtectionShare.SecondsPerSite(round, seconds):0.00} s a site, {100 * round.Wall / seconds.Wall:0.0} % of the round on the clock; set {round.ParameterSet} with {round.MarginBits:0.0} bits of margin; {round.BytesPerUpdate / 1e6:0.00} MB an update of {round.TravellingValues:N0} values");
        yield return Text($"ε after this round, δ = {round.Delta:g2}: sum {PrivacyWording.Of(round.Epsilon[PrivacyView.PublishedSum])}; colluders {PrivacyWording.Of(round.Epsilon[PrivacyView.Colluders])}; one update {PrivacyWording.Of(round.Epsilon[PrivacyView.SingleUpdate])}");
        if (round.SketchEpsilon is { } sketch)
        {
            yield return $"The portal sees single sketches: {PrivacyWording.Of(sketch)}";
        }

        foreach (ProtectedInstitution institution in round.Institutions.Where(institution => !institution.Verdict.Accepted))
        {
            yield return $"{institution.Name} was left out: {institution.Verdict.Reason}";
        }

        var table = new TextTable("institution", "perturb s", "encrypt s", "upload s", "unlock s", "norm / C", "screen norm", "cosine");
        foreach (ProtectedInstitution one in round.Institutions)
        {
            table.Add(
                one.Name, Of(one, Stage.Perturb), Of(one, Stage.Encrypt), Of(one, Stage.Upload), Of(one, Stage.Unlock),
                Text($"{one.UpdateNorm / round.ClippingNorm:0.00}"), Text($"{one.Verdict.Norm:0.00}"), one.Verdict.Cosine is { } cosine ? Text($"{cosine:0.00}") : "");
        }

        foreach (string line in table.Lines())
        {
            yield return "  " + line;
        }
    }

    public static IEnumerable<string> Lines(AttackResult attack)
    {
        yield return Text($"Attack {ProtectionOptions.NameOf(attack.Plan.Kind)} by {attack.Plan.Attackers}, sent {attack.Plan.Boost:g4} times over: detected {attack.Detected} of {attack.Attacks}, false alarms {attack.FalseAlarms} of {attack.Honest}");
        yield return $"Accuracy {EvaluationText.Cell(attack.Screened, Metric.Accuracy)} with the screen, {EvaluationText.Cell(attack.Unscreened, Metric.Accuracy)} without; AUROC {EvaluationText.Cell(attack.Screened, Metric.Auroc)} and {EvaluationText.Cell(attack.Unscreened, Metric.Auroc)}";
        if (attack is { BackdoorScreened: { } with, BackdoorUnscreened: { } without })
        {
            yield return $"The trigger works on {Share(with)} with the screen and on {Share(without)} without";
        }
    }

    private static string Share(BackdoorTrial trial) => $"{trial.Successes} of {trial.Images} images";

    private static string Of(ProtectedInstitution institution, Stage stage) => Text($"{institution.Seconds.GetValueOrDefault(stage):0.00}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
