using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Comparison;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>Every institution trains on by itself, with the budget of all rounds.</summary>
internal static class LocalTraining
{
    /// <returns>One model for each institution.</returns>
    public static async Task<(ModelFile[] Models, GlobalModel First)> RunAsync(MethodRun run, CancellationToken ct)
    {
        GlobalModel first = await run.Study.FirstModelAsync(run.Setup.Model, run.Seed, ct);
        GlobalModel[] models = [.. run.Study.Sites.Select(_ => first)];
        ModelFile[] files = [.. models.Select(run.Study.Save)];
        for (int round = 1; round <= run.Setup.Rounds; round++)
        {
            int number = round;
            await run.Meter.RoundAsync(async () =>
            {
                string[] updates = [.. run.Study.Sites.Select(_ => run.Study.NewPath("update"))];
                await run.AskTrainersAsync(
                    site => new TrainRequest(files[site], run.Plan, number, run.Setup.Rounds, site, updates[site], Adversary: null, run.Setup.Resources.Compute), number, ct);
                for (int site = 0; site < updates.Length; site++)
                {
                    models[site] = models[site].MovedBy(VectorFile.Read(updates[site], first.Layout.ValueCount));
                    File.Delete(updates[site]);
                    File.Delete(files[site].ValuesPath);
                    files[site] = run.Study.Save(models[site]);
                }
            });
        }

        return (files, first);
    }
}

/// <summary>What institutions reach without each other.</summary>
internal sealed class LocalMethod : IComparedMethod
{
    public string Name => ComparedMethods.LocalOnly;

    public async Task<MethodOutcome> RunAsync(MethodRun run, CancellationToken ct)
    {
        (ModelFile[] models, GlobalModel first) = await LocalTraining.RunAsync(run, ct);
        return new MethodOutcome
        {
            Network = ModelNames.NameOf(run.Setup.Model.Architecture),
            Values = first.Layout.ValueCount,
            Sites = await run.MeasureAsync(site => models[site], personalisation: null, ct),
            Attacked = "each institution's own model, as if it were handed out",
        };
    }
}
