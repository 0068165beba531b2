using System.Globalization;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Accounting;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>Prints a simulation for people while it runs, and its summary.</summary>
internal sealed class SimulationText(SimulationSetup setup, TextWriter output) : ISimulationWatcher
{
    private readonly Lock _gate = new();

    public void Loaded(InstitutionSummary institution) =>
        Print($"{institution.Name}: {institution.TrainImages} images to train on, {institution.HoldoutImages} held out");

    public void Started(string deviceName, ModelLayout layout)
    {
        Print($"Device: {deviceName}; {setup.Resources.Concurrency} institutions at once, {setup.Resources.ThreadsEach} threads each");
        Print($"Model: {ModelNames.NameOf(setup.Model.Architecture)}, {layout.ParameterCount:N0} parameters, {setup.Pipeline.Size}×{setup.Pipeline.Size} pixels, classes {string.Join(", ", setup.Images.Classes)}");
        Print($"Strategy: {FederatedStrategies.NameOf(setup.Strategy)}; {(setup.Protection is { } protection ? ProtectionText.Settings(protection) : "updates are added in the clear")}");
        if (setup.Attack is { } attack)
        {
            Print(string.Create(CultureInfo.InvariantCulture, $"Attack: {ProtectionOptions.NameOf(attack.Kind)} by the first {attack.Attackers} institutions, sent {attack.Boost:g4} times over"));
        }

        if (setup.Protection is { Privacy.HasNoise: true })
        {
            Print($"Regime: {PrivacyWording.FullNetworkRegime}");
        }

        if (setup.Plan.PatientNoise is { } noise)
        {
            Print($"Regime: {PrivacyWording.PrivateTrainingRegime}");
            Print(PatientNoiseJson.Claim(noise, setup));
        }

        if (setup.Plan.PhotonCount is { } photons)
        {
            Print(string.Create(CultureInfo.InvariantCulture, $"Training images carry the quantum noise of {photons} photons for a white pixel; it claims no privacy."));
        }

        if (setup.Images.IsSynthetic)
        {
            Print("All images are synthetic: they show no patient.");
        }
    }

    public void Training(string institution, int processId, int round, TrainingProgress progress)
    {
    }

    public void Completed(RoundResult round)
    {
        Print("");
        Print(round.Round == 0
            ? "Before training"
            : string.Create(CultureInfo.InvariantCulture, $"Round {round.Round} of {setup.Rounds}, {round.Seconds.Wall:0.0} s"));
        var table = new TextTable("hold-out", "images", "accuracy", "AUROC", "F1", "train loss", "train s");
        foreach (InstitutionRound institution in round.Institutions)
        {
            table.Add(Row(institution.Name, institution.Evaluation, institution.TrainLoss, institution.TrainSeconds));
        }

        table.Add(Row("pooled", round.Pooled, null, null));
        if (round.Consortium is { } consortium)
        {
            table.Add(Row("consortium", consortium, null, null));
        }

        Print(string.Join(Environment.NewLine, table.Lines().Select(line => "  " + line)));
        if (round.Protection is { } protection)
        {
            Print(string.Join(Environment.NewLine, ProtectionText.Lines(protection, round.Seconds)));
        }
    }

    public void Say(string line)
    {
        Print("");
        Print(line);
    }

    /// <summary>Seconds by stage, and what the last round reached.</summary>
    public void Summarise(SimulationResult result, string? savedModel)
    {
        StageSeconds s = result.Seconds;
        Print("");
        string stages = string.Join(", ", Enum.GetValues<Stage>().Where(stage => s[stage] > 0)
            .Select(stage => string.Create(CultureInfo.InvariantCulture, $"{SimulationJson.NameOf(stage)} {s[stage]:0.0}")));
        Print(string.Create(CultureInfo.InvariantCulture, $"{s.Wall:0.0} s. Summed over institutions: {stages} s"));
        if (setup.Protection is not null)
        {
            double round = result.Rounds.Skip(1).Average(r => r.Seconds.Wall);
            Print(string.Create(CultureInfo.InvariantCulture, $"A protected round took {round:0.0} s; the published method takes {ProtectionJson.PublishedRoundSeconds:0} s"));
        }

        EvaluationReport last = result.Rounds[^1].Consortium ?? result.Rounds[^1].Pooled;
        EvaluationReport first = result.Rounds[0].Consortium ?? result.Rounds[0].Pooled;
        Print($"AUROC {EvaluationText.Cell(first, Metric.Auroc)} before, {EvaluationText.Cell(last, Metric.Auroc)} after; accuracy {EvaluationText.Cell(last, Metric.Accuracy)} on {last.SampleCount}{(setup.Images.IsSynthetic ? " synthetic" : "")} images");
        if (savedModel is not null)
        {
            Print($"Model saved to {savedModel}");
        }
    }

    public void Summarise(AttackResult? attack)
    {
        if (attack is not null)
        {
            Print(string.Join(Environment.NewLine, ProtectionText.Lines(attack)));
        }
    }

    private static string[] Row(string name, EvaluationReport report, double? loss, double? seconds) =>
    [
        name,
        report.SampleCount.ToString(CultureInfo.InvariantCulture),
        EvaluationText.Cell(report, Metric.Accuracy),
        EvaluationText.Cell(report, Metric.Auroc),
        EvaluationText.Cell(report, Metric.F1),
        loss?.ToString("0.000", CultureInfo.InvariantCulture) ?? "",
        seconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "",
    ];

    private void Print(string line)
    {
        lock (_gate)
        {
            output.WriteLine(line);
        }
    }
}
