using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Comparison;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>All images in one place.</summary>
internal sealed class CentralisedMethod : IComparedMethod
{
    public string Name => ComparedMethods.Centralised;

    public async Task<MethodOutcome> RunAsync(MethodRun run, CancellationToken ct)
    {
        EngineProcess pooled = await run.Study.PooledAsync(ct);
        var compute = new ComputeOptions(Threads: run.Setup.Resources.Concurrency * run.Setup.Resources.ThreadsEach);
        GlobalModel model = await run.Study.FirstModelAsync(run.Setup.Model, run.Seed, ct);
        ModelFile file = run.Study.Save(model);
        for (int round = 1; round <= run.Setup.Rounds; round++)
        {
            (GlobalModel from, ModelFile start, int number) = (model, file, round);
            model = await run.Meter.RoundAsync(async () =>
            {
                string update = run.Study.NewPath("update");
                var request = new TrainRequest(start, run.Plan, number, run.Setup.Rounds, InstitutionSeed: 0, update, Adversary: null, compute);
                await pooled.AskAsync<TrainedReply>(
                    request,
                    $"training round {number}",
                    progress => run.Report(
                        (number - 1 + ((progress.Epoch - 1 + ((double)progress.Batch / progress.BatchCount)) / progress.EpochCount)) / run.Setup.Rounds, $"round {number} of {run.Setup.Rounds}"),
                    ct);
                GlobalModel next = from.MovedBy(VectorFile.Read(update, from.Layout.ValueCount));
                File.Delete(update);
                File.Delete(start.ValuesPath);
                return next;
            });
            file = run.Study.Save(model);
        }

        return new MethodOutcome
        {
            Network = ModelNames.NameOf(run.Setup.Model.Architecture),
            Values = model.Layout.ValueCount,
            Sites = await run.MeasureAsync(_ => file, personalisation: null, ct),
            Attacked = "the one model",
            Notes = ["no bytes are counted: the images themselves would have to travel"],
        };
    }
}
