using System.Globalization;
using FedPortal.Site.CommandLine.Simulation;
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
        Print($"Strategy: {FederatedStrategies.NameOf(setup.Strategy)}; updates are added in the clear");
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
    }

    /// <summary>Seconds by stage, and what the last round reached.</summary>
    public void Summarise(SimulationResult result, string? savedModel)
    {
        StageSeconds s = result.Seconds;
        Print("");
        Print(string.Create(CultureInfo.InvariantCulture, $"{s.Wall:0.0} s. Summed over institutions: decode {s.Decode:0.0}, prepare {s.Prepare:0.0}, train {s.Train:0.0}, submit {s.Submit:0.0}, aggregate {s.Aggregate:0.0}, apply {s.Apply:0.0}, evaluate {s.Evaluate:0.0} s"));
        EvaluationReport last = result.Rounds[^1].Consortium ?? result.Rounds[^1].Pooled;
        EvaluationReport first = result.Rounds[0].Consortium ?? result.Rounds[0].Pooled;
        Print($"AUROC {EvaluationText.Cell(first, Metric.Auroc)} before, {EvaluationText.Cell(last, Metric.Auroc)} after; accuracy {EvaluationText.Cell(last, Metric.Accuracy)} on {last.SampleCount}{(setup.Images.IsSynthetic ? " synthetic" : "")} images");
        if (savedModel is not null)
        {
            Print($"Model saved to {savedModel}");
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
