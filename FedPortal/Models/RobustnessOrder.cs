using FedPortal.Training.Robustness;

namespace FedPortal.Models;

/// <summary>What somebody asks of the robustness lab; what is null is as usual.</summary>
/// <param name="Budgets">Of the gradient tests: grey levels of 255 that a pixel may move.</param>
/// <param name="Steps">Of projected gradient ascent.</param>
/// <param name="TrainsNetworks">Of wrong labels on phantoms: whether small networks learn from them too.</param>
public sealed record RobustnessOrder(RobustnessTest Test, RobustnessTarget Target, IReadOnlyList<double>? Budgets = null, int? Steps = null, bool TrainsNetworks = true)
{
    public static bool HasBudgets(RobustnessTest test) => test is RobustnessTest.Fgsm or RobustnessTest.Pgd;

    /// <summary>Tests that a version can be put to: inversion is judged by phantoms, so it needs a model that knows their classes.</summary>
    public static IEnumerable<RobustnessTest> TestsFor(bool knowsPhantoms) => Enum.GetValues<RobustnessTest>().Where(test => knowsPhantoms || test != RobustnessTest.Inversion);

    /// <returns>The plan in full; whether its values are in their ranges is checked when it is started.</returns>
    public RobustnessPlan ToPlan()
    {
        var plan = RobustnessPlan.For(Test);
        if (Budgets is not null && HasBudgets(Test))
        {
            plan = plan.With(plan.Curves[0].Disturbance, Budgets);
        }

        if (Steps is { } steps && Test == RobustnessTest.Pgd)
        {
            plan = plan with { Steps = steps };
        }

        return Test == RobustnessTest.Labels && (Target == RobustnessTarget.Holdouts || !TrainsNetworks)
            ? plan with { Curves = [.. plan.Curves.Where(curve => curve.Disturbance != Disturbance.LabelTraining)] }
            : plan;
    }
}
