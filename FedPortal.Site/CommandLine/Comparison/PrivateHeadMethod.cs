using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Accounting;
using FedPortal.Training.Comparison;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>The private head at the default ε, by the same pieces that <c>simulate --regime private-head</c> runs.</summary>
internal sealed class PrivateHeadMethod : IComparedMethod
{
    public string Name => ComparedMethods.PrivateHead;

    public async Task<MethodOutcome> RunAsync(MethodRun run, CancellationToken ct)
    {
        (BackboneReply backbone, int patients) = await PrepareAsync(run, ct);
        PrivateHeadPlan plan = new PrivateHeadPlan
        {
            Dimension = PrivateHeadDefaults.Dimensions,
            ClassCount = run.Setup.Images.Classes.Count,
            DeclaredPatients = patients,
            Shares = new NoiseShares(run.Study.Sites.Count).Checked(),
        }.WithNoiseFor(PrivateHeadDefaults.Epsilon);
        using var sum = new HeadSum([.. run.Setup.Images.Institutions.Select(institution => institution.Name)], plan);
        var server = new HeadServer(plan);
        while (server.Round < plan.Rounds)
        {
            await run.Meter.RoundAsync(() => StepAsync(run, plan, server, sum, ct));
            run.Report((double)server.Round / plan.Rounds, $"round {server.Round} of {plan.Rounds}");
        }

        CountBytes(run, plan, sum);
        MeasuredReply[] measured = await run.Study.Group.AskAsync(run.Study.Sites, (engine, _, token) => engine.AskAsync<MeasuredReply>(
            new MeasureHeadRequest(plan.Dimension, plan.ClassCount, server.Head.Values.ToArray()), "measuring", null, token), ct);
        PrivacyStatement statement = plan.Statement(PrivacyView.PublishedSum, plan.Rounds, plan.Shares.Institutions);
        return new MethodOutcome
        {
            Network = $"{backbone.Architecture}, frozen",
            Values = plan.ValueCount,
            Sites = run.OutcomesOf(measured),
            Attacked = "the released head",
            Epsilon = (statement as EpsilonStatement)?.Epsilon,
            Delta = plan.Delta,
            EpsilonWords = FormattableString.Invariant($"{PrivacyWording.Of(statement)}, δ = {plan.Delta}, unit = patient, published sum"),
            Notes =
            [
                FormattableString.Invariant($"{plan.Rounds} rounds of one step, patients drawn with probability {plan.SamplingRate}, noise multiplier {plan.NoiseMultiplier:G3}; its budget is ε, not epochs"),
                $"backbone {backbone.Hash[..12]}, trained on synthetic images only; its training and the features are not in the time",
                sum.Description.WhyClear is { } why ? $"sums were added in the clear: {why}" : $"sums encrypted with {sum.Description.ParameterSet}",
            ],
        };
    }

    private static async Task<(BackboneReply Backbone, int Patients)> PrepareAsync(MethodRun run, CancellationToken ct)
    {
        string statistics = run.Study.NewPath("statistics");
        await using var engine = EngineProcess.Start("the backbone");
        BackboneReply backbone = await engine.AskAsync<BackboneReply>(
            new OpenBackboneRequest(null, PrivateHeadOptions.CacheFolder(), run.Setup.Pipeline, statistics, run.Setup.Resources.Compute with { Threads = Environment.ProcessorCount }),
            "opening the backbone",
            progress => run.Report(0, $"training the backbone on synthetic images, epoch {progress.Epoch} of {progress.EpochCount}"),
            ct);
        run.Report(0, "computing features");
        var request = new PrepareHeadRequest(backbone.Path, backbone.Hash, statistics, PrivateHeadDefaults.ProjectionSeed, PrivateHeadDefaults.Dimensions, run.Setup.Resources.Compute);
        HeadPreparedReply[] prepared = await InstitutionEngines.PrepareHeadAsync(run.Study.Group, run.Study.Sites, request, ct);
        return (backbone, prepared.Sum(reply => reply.TrainPatients));
    }

    private static async Task StepAsync(MethodRun run, PrivateHeadPlan plan, HeadServer server, HeadSum sum, CancellationToken ct)
    {
        HeadSteppedReply[] steps = await InstitutionEngines.StepAsync(run.Study.Group, run.Study.Sites, plan, server.Head, isPrivate: true, ct);
        server.Apply(sum.Add(server.Round + 1, server.Head, [.. steps.Select(step => step.Lattice!)], _ => { }, ct));
    }

    private static void CountBytes(MethodRun run, PrivateHeadPlan plan, HeadSum sum)
    {
        for (int site = 0; site < run.Study.Sites.Count; site++)
        {
            run.Meter.Sends(site, sum.BytesUp[site]);
            run.Meter.Fetches(site, sum.BytesDown[site] + ((long)plan.Rounds * plan.ValueCount * sizeof(float)));
        }
    }
}
