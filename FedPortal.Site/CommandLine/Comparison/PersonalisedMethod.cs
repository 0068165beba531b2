using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Comparison;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>PPPML-HMI: Per-FedAvg, with updates added round a ring under CKKS and a mask.</summary>
internal sealed class PersonalisedMethod : IComparedMethod
{
    public string Name => ComparedMethods.Personalised;

    public async Task<MethodOutcome> RunAsync(MethodRun run, CancellationToken ct)
    {
        var key = SharedKey.In(run.Study);
        await key.DealAsync(run, ct);
        GlobalModel first = await run.Study.FirstModelAsync(run.Setup.Model, run.Seed, ct);
        (GlobalModel model, ModelFile file) = await run.RoundsAsync(first, (from, start, round) => RoundAsync(run, key, from, start, round, ct), allFollow: true);
        TrainingPlan personalisation = run.Plan with { Epochs = 1 };
        return new MethodOutcome
        {
            Network = ModelNames.NameOf(run.Setup.Model.Architecture),
            Values = model.Layout.ValueCount,
            Sites = await run.MeasureAsync(_ => file, personalisation, ct),
            Attacked = "the shared model, before anybody fine-tunes it",
            Notes =
            [
                FormattableString.Invariant($"{(run.Setup.Meta.IsHessianFree ? "Hessian-free" : "first-order")} meta-gradient, α = {run.Setup.Meta.InnerRate}; one epoch of fine-tuning beyond the budget of the others"),
                FormattableString.Invariant($"CKKS N = {EncryptedVector.Degree} at 128-bit security, scale 2^30"),
            ],
        };
    }

    private static async Task<GlobalModel> RoundAsync(MethodRun run, SharedKey key, GlobalModel model, ModelFile file, int round, CancellationToken ct)
    {
        TrainedReply[] trained = await run.AskTrainersAsync(
            site => new MetaTrainRequest(file, run.Plan, run.Setup.Meta, round, site, run.Setup.Resources.Compute), round, ct);
        double[] weights = MethodRun.WeightsOf(trained);
        string mean = await RingAsync(run, key, weights, first: (round - 1) % weights.Length, ct);
        GlobalModel next = model.MovedBy(VectorFile.Read(mean, model.Layout.ValueCount));
        File.Delete(mean);
        return next;
    }

    /// <summary>Once round, and the mean from the first institution to all others.</summary>
    private static async Task<string> RingAsync(MethodRun run, SharedKey key, double[] weights, int first, CancellationToken ct)
    {
        string carried = run.Study.NewPath("ring");
        await AskAsync(run, first, new BeginRingRequest(key.PublicPath, weights[first], carried), ct);
        for (int hop = 1; hop < weights.Length; hop++)
        {
            int site = (first + hop) % weights.Length;
            string next = run.Study.NewPath("ring");
            run.Meter.Passes((site + weights.Length - 1) % weights.Length, site, carried);
            await AskAsync(run, site, new AddToRingRequest(key.PublicPath, weights[site], carried, next), ct);
            File.Delete(carried);
            carried = next;
        }

        string mean = run.Study.NewPath("mean");
        run.Meter.Passes((first + weights.Length - 1) % weights.Length, first, carried);
        await AskAsync(run, first, new CloseRingRequest(key.SecretPath, carried, mean), ct);
        File.Delete(carried);
        for (int site = 0; site < weights.Length; site++)
        {
            if (site != first)
            {
                run.Meter.Passes(first, site, mean);
            }
        }

        return mean;
    }

    private static Task<ComparisonDoneReply> AskAsync(MethodRun run, int site, ComparisonRequest request, CancellationToken ct) =>
        run.Study.Sites[site].AskAsync<ComparisonDoneReply>(request, "adding to the ring", null, ct);
}

/// <summary>The key that all institutions share.</summary>
internal sealed record SharedKey(string SecretPath, string PublicPath)
{
    public static SharedKey In(ComparedStudy study) => new(study.NewPath("secret"), study.NewPath("public"));

    /// <summary>The first institution makes it and passes it to all others.</summary>
    public async Task DealAsync(MethodRun run, CancellationToken ct)
    {
        await run.Study.Sites[0].AskAsync<ComparisonDoneReply>(new MakeSharedKeyRequest(SecretPath, PublicPath), "making the key", null, ct);
        for (int site = 1; site < run.Study.Sites.Count; site++)
        {
            run.Meter.Passes(0, site, SecretPath);
            run.Meter.Passes(0, site, PublicPath);
        }
    }
}
