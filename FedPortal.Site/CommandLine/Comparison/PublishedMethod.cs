using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Accounting;
using FedPortal.Training.Comparison;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>The published method, as far as its sources say: Poisson noise on the update, CKKS, addition by the server, one key for all institutions.</summary>
internal sealed class PublishedMethod : IComparedMethod
{
    public string Name => ComparedMethods.AsPublished;

    public async Task<MethodOutcome> RunAsync(MethodRun run, CancellationToken ct)
    {
        var key = SharedKey.In(run.Study);
        await key.DealAsync(run, ct);
        GlobalModel first = await run.Study.FirstModelAsync(run.Setup.Model, run.Seed, ct);
        (GlobalModel model, ModelFile file) = await run.RoundsAsync(first, (from, start, round) => RoundAsync(run, key, from, start, round, ct), allFollow: true);
        return new MethodOutcome
        {
            Network = ModelNames.NameOf(run.Setup.Model.Architecture),
            Values = model.Layout.ValueCount,
            Sites = await run.MeasureAsync(_ => file, personalisation: null, ct),
            Attacked = "the shared model",
            EpsilonWords = $"no ε: {PrivacyWording.NoGuarantee}",
            Notes = [PublishedNoise.Words, FormattableString.Invariant($"CKKS N = {EncryptedVector.Degree} at 128-bit security, scale 2^30; the sources state no parameters")],
        };
    }

    private static async Task<GlobalModel> RoundAsync(MethodRun run, SharedKey key, GlobalModel model, ModelFile file, int round, CancellationToken ct)
    {
        TrainedReply[] trained = await run.TrainAsync(file, run.Plan, round, _ => null, ct);
        double[] weights = MethodRun.WeightsOf(trained);
        string[] sent = [.. run.Study.Sites.Select(_ => run.Study.NewPath("encrypted"))];
        await run.Study.Group.AskAsync(run.Study.Sites, (engine, site, token) => engine.AskAsync<ComparisonDoneReply>(
            new PublishRequest(key.PublicPath, weights[site], run.Seed, round, site, sent[site]), "encrypting", null, token), ct);
        string sum = run.Study.NewPath("sum");
        Add(run, sent, model.Layout.ValueCount, sum);
        run.Meter.AllFetch(sum);

        // Every institution opens the sum; it is the same everywhere.
        string mean = run.Study.NewPath("mean");
        await run.Study.Sites[0].AskAsync<ComparisonDoneReply>(new OpenSumRequest(key.SecretPath, sum, model.Layout.ValueCount, mean), "opening the sum", null, ct);
        GlobalModel next = model.MovedBy(VectorFile.Read(mean, model.Layout.ValueCount));
        File.Delete(sum);
        File.Delete(mean);
        return next;
    }

    /// <summary>The server's part: it has no key.</summary>
    private static void Add(MethodRun run, string[] sent, int count, string sumPath)
    {
        EncryptedVector? sum = null;
        foreach ((int site, string path) in sent.Index())
        {
            run.Meter.Sends(site, path);
            EncryptedVector one = EncryptedVector.Read(path, count);
            sum = sum is null ? one : sum.Plus(one);
            File.Delete(path);
        }

        sum!.Write(sumPath);
    }
}
