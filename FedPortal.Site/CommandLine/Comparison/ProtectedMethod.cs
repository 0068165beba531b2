using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Accounting;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Comparison;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>The protected rounds of this portal, by the same code that <c>simulate</c> runs.</summary>
internal sealed class ProtectedMethod : IComparedMethod
{
    public string Name => ComparedMethods.Protected;

    public async Task<MethodOutcome> RunAsync(MethodRun run, CancellationToken ct)
    {
        GlobalModel first = await run.Study.FirstModelAsync(run.Setup.Model, run.Seed, ct);
        ProtectionSettings settings = run.Setup.Protection.For(first, run.Plan, run.Study.TrainCounts.Max());
        using var folder = new PrivateFolder();
        using var rounds = new ProtectedRounds(SimulationOf(run, settings), settings, folder, run.Study.Group, run.Study.Sites);
        await rounds.IdentifyAsync(ct);
        ProtectedRoundResult? last = null;
        (GlobalModel model, ModelFile file) = await run.RoundsAsync(first, async (from, sent, round) =>
        {
            (GlobalModel next, last) = await RoundAsync(run, rounds, from, sent, round, ct);
            return next;
        });

        PrivacyStatement statement = last!.Epsilon[PrivacyView.PublishedSum];
        return new MethodOutcome
        {
            Network = ModelNames.NameOf(run.Setup.Model.Architecture),
            Values = model.Layout.ValueCount,
            Sites = await run.MeasureAsync(_ => file, personalisation: null, ct),
            Attacked = "the shared model",
            Epsilon = (statement as EpsilonStatement)?.Epsilon,
            Delta = last.Delta,
            EpsilonWords = FormattableString.Invariant($"{PrivacyWording.Of(statement)}, δ = {last.Delta}, unit = institution's update, published sum"),
            Notes =
            [
                FormattableString.Invariant($"parameter set {last.ParameterSet}, clipping norm {last.ClippingNorm:G3}, noise {settings.Privacy.NoiseIntensity} clipping norms"),
                FormattableString.Invariant($"{last.Institutions.Count(institution => institution.Verdict.Accepted)} of {last.Institutions.Count} institutions passed the screen in the last round"),
            ],
        };
    }

    private static async Task<(GlobalModel Model, ProtectedRoundResult Result)> RoundAsync(
        MethodRun run, ProtectedRounds rounds, GlobalModel model, ModelFile file, int round, CancellationToken ct)
    {
        run.Meter.AllFetch(file.ValuesPath);
        TrainedReply[] trained = await run.TrainAsync(file, run.Plan, round, _ => null, ct);
        (AggregatedUpdate mean, ProtectedRoundResult result) = await rounds.RunAsync(model, file, trained, round, new StageClock(), ct);
        for (int site = 0; site < run.Study.Sites.Count; site++)
        {
            run.Meter.Sends(site, result.BytesUp[site]);
            run.Meter.Fetches(site, result.BytesDown[site]);
        }

        return (model.MovedBy(mean.Difference.Span), result);
    }

    private static SimulationSetup SimulationOf(MethodRun run, ProtectionSettings settings) => new()
    {
        Images = run.Setup.Images,
        Pipeline = run.Setup.Pipeline,
        Model = run.Setup.Model,
        Strategy = FederatedStrategy.ProtectedFedAvg,
        Plan = run.Plan,
        Server = ServerOptimizerOptions.For(FederatedStrategy.ProtectedFedAvg, run.Setup.Rounds),
        Rounds = run.Setup.Rounds,
        Seed = run.Seed,
        Resources = run.Setup.Resources,
        Protection = settings,
    };
}
