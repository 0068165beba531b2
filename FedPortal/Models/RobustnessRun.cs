using FedPortal.Training.Robustness;

namespace FedPortal.Models;

/// <summary>Whose images a robustness test uses.</summary>
public enum RobustnessTarget
{
    /// <summary>Phantoms that the portal's child process draws. Their pictures may be shown.</summary>
    Phantoms,

    /// <summary>The hold-outs of the institutions, and the consortium's where there is one. Figures come back, never a picture.</summary>
    Holdouts,
}

/// <summary>One test of the robustness lab on one model version. It is no gate of a release.</summary>
public sealed class RobustnessRun : ModelTestRun
{
    public RobustnessRun(Guid studyId, int modelVersion, RobustnessPlan plan, RobustnessTarget target, int phantoms, string startedBy, DateTimeOffset now)
        : base(studyId, modelVersion, startedBy, now)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Check();
        if (target == RobustnessTarget.Holdouts && Refusal(plan) is { } refusal)
        {
            throw new ArgumentException(refusal, nameof(plan));
        }

        Plan = plan;
        Test = plan.Test;
        Target = target;
        Phantoms = phantoms;
    }

    private RobustnessRun()
    {
        // For EF Core.
    }

    public RobustnessTest Test { get; private set; }

    public RobustnessTarget Target { get; private set; }

    public RobustnessPlan Plan { get; private set; } = null!;

    /// <summary>How many are drawn; 0 where hold-outs are used.</summary>
    public int Phantoms { get; private set; }

    public override string Title => $"robustness test '{Test}' on {(Target == RobustnessTarget.Phantoms ? "phantoms" : "hold-outs")}";

    public override bool IsSameAs(ModelTestRun other) => other is RobustnessRun run && (run.Test, run.Target) == (Test, Target);

    /// <param name="outcomeJson">The <see cref="RobustnessOutcome"/>.</param>
    public new void Finish(string outcomeJson, string outcomeHash, DateTimeOffset now) => base.Finish(outcomeJson, outcomeHash, now);

    /// <summary>Why a plan is not for patients' images, or null when it is.</summary>
    public static string? Refusal(RobustnessPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Test == RobustnessTest.Inversion ? "Inversion makes pictures and compares them with class means: it runs on phantoms only."
            : plan.CurveOf(Disturbance.LabelTraining) is not null ? "Training on wrong labels runs on phantoms only."
            : null;
    }
}
