using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Comparison;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>FedAvg in the clear, with the study's network or another.</summary>
/// <param name="name">As in the table.</param>
/// <param name="architecture">Null is the study's.</param>
internal sealed class AveragingMethod(string name, ClassifierArchitecture? architecture) : IComparedMethod
{
    public string Name => name;

    public async Task<MethodOutcome> RunAsync(MethodRun run, CancellationToken ct)
    {
        ModelDescription description = architecture is { } other ? run.Setup.Model with { Architecture = other } : run.Setup.Model;
        TrainingPlan plan = architecture is { } own ? run.Plan with { LearningRate = LearningRates.UsualOf(own) } : run.Plan;
        GlobalModel first = await run.Study.FirstModelAsync(description, run.Seed, ct);
        (GlobalModel model, ModelFile file) = await run.RoundsAsync(first, (from, sent, round) => RoundAsync(run, from, sent, plan, round, ct));
        return new MethodOutcome
        {
            Network = ModelNames.NameOf(description.Architecture),
            Values = model.Layout.ValueCount,
            Sites = await run.MeasureAsync(_ => file, personalisation: null, ct),
            Attacked = "the shared model",
            Notes = architecture is null ? [] : [FormattableString.Invariant($"{model.Layout.ValueCount:N0} values, learning rate {plan.LearningRate}")],
        };
    }

    private static async Task<GlobalModel> RoundAsync(MethodRun run, GlobalModel model, ModelFile file, TrainingPlan plan, int round, CancellationToken ct)
    {
        string[] updates = [.. run.Study.Sites.Select(_ => run.Study.NewPath("update"))];
        run.Meter.AllFetch(file.ValuesPath);
        TrainedReply[] trained = await run.TrainAsync(file, plan, round, site => updates[site], ct);
        foreach ((int site, string path) in updates.Index())
        {
            run.Meter.Sends(site, path);
        }

        return MethodRun.Averaged(model, updates, trained);
    }
}
