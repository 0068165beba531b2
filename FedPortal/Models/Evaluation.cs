using FedPortal.Training.Evaluation;

namespace FedPortal.Models;

/// <summary>On which images a global model was measured.</summary>
public enum EvaluationScope
{
    /// <summary>One institution's own hold-out.</summary>
    Institution,

    /// <summary>The hold-outs of all institutions together.</summary>
    Pooled,

    /// <summary>The consortium's hold-out.</summary>
    Holdout,
}

/// <summary>What one model version reached on one hold-out.</summary>
public sealed class Evaluation
{
    /// <param name="reportJson">The report in full.</param>
    public Evaluation(Guid studyId, Guid? roundId, int modelVersion, EvaluationScope scope, Guid? institutionId, EvaluationReport report, string reportJson, string? predictionsHash, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        StudyId = studyId;
        RoundId = roundId;
        ModelVersion = modelVersion;
        Scope = scope;
        InstitutionId = institutionId;
        ReportJson = reportJson;
        PredictionsHash = predictionsHash;
        SampleCount = report.SampleCount;
        Loss = report.Loss;
        Accuracy = report.Of(Metric.Accuracy)?.Value;
        F1 = report.Of(Metric.F1)?.Value;
        Auroc = report.Of(Metric.Auroc)?.Value;
        (AccuracyLower, AccuracyUpper) = (report.Of(Metric.Accuracy)?.Lower, report.Of(Metric.Accuracy)?.Upper);
        (AurocLower, AurocUpper) = (report.Of(Metric.Auroc)?.Lower, report.Of(Metric.Auroc)?.Upper);
        IsSynthetic = report.IsSynthetic;
        CreatedAt = now;
    }

    private Evaluation()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid StudyId { get; private set; }

    /// <summary>Null for the start model.</summary>
    public Guid? RoundId { get; private set; }

    public int ModelVersion { get; private set; }

    public EvaluationScope Scope { get; private set; }

    public Guid? InstitutionId { get; private set; }

    public string ReportJson { get; private set; } = "";

    /// <summary>Blob of labels and probabilities, where one was handed in.</summary>
    public string? PredictionsHash { get; private set; }

    public int SampleCount { get; private set; }

    /// <summary>Null means no support, here and below.</summary>
    public double? Loss { get; private set; }

    public double? Accuracy { get; private set; }

    public double? F1 { get; private set; }

    public double? Auroc { get; private set; }

    /// <summary>Ends of the 95 % intervals, so that a curve over many rounds need not read every report.</summary>
    public double? AccuracyLower { get; private set; }

    public double? AccuracyUpper { get; private set; }

    public double? AurocLower { get; private set; }

    public double? AurocUpper { get; private set; }

    public bool IsSynthetic { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }
}
