using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Evaluation;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>What an attack did with the screen and without it. Every round and institution counts once.</summary>
/// <param name="Plan">The attack.</param>
/// <param name="Detected">Attackers' updates that were left out.</param>
/// <param name="Attacks">Attackers' updates.</param>
/// <param name="FalseAlarms">Honest updates that were left out.</param>
/// <param name="Honest">Honest updates.</param>
/// <param name="Screened">The last evaluation with the screen.</param>
/// <param name="Unscreened">The last evaluation without it.</param>
/// <param name="BackdoorScreened">The trigger on the last model with the screen; null unless that is the attack.</param>
/// <param name="BackdoorUnscreened">The same without it.</param>
internal sealed record AttackResult(
    AttackPlan Plan, int Detected, int Attacks, int FalseAlarms, int Honest, EvaluationReport Screened, EvaluationReport Unscreened,
    BackdoorTrial? BackdoorScreened, BackdoorTrial? BackdoorUnscreened)
{
    public static AttackResult Of(SimulationResult screened, SimulationResult unscreened)
    {
        ProtectedInstitution[] judged = [.. screened.Rounds.Select(round => round.Protection).OfType<ProtectedRoundResult>().SelectMany(round => round.Institutions)];
        RoundResult last = screened.Rounds[^1];
        RoundResult lastUnscreened = unscreened.Rounds[^1];
        return new AttackResult(
            screened.Setup.Attack!,
            judged.Count(one => one.IsAttacker && !one.Verdict.Accepted),
            judged.Count(one => one.IsAttacker),
            judged.Count(one => !one.IsAttacker && !one.Verdict.Accepted),
            judged.Count(one => !one.IsAttacker),
            last.Consortium ?? last.Pooled,
            lastUnscreened.Consortium ?? lastUnscreened.Pooled,
            last.Backdoor,
            lastUnscreened.Backdoor);
    }
}
