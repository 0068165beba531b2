using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Comparison;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>All images in one place.</summary>
internal sealed class CentralisedMethod : IComparedMethod
{
    public string Name => ComparedMethods.Centralised;

    public async Task<MethodOutcome> RunAsync(MethodRun run, CancellationToken ct)
    {
        EngineProcess pooled = await run.Study.PooledAsync(ct);
        GlobalModel first = await run.Study.FirstModelAsync(run.Setup.Model, run.Seed, ct);
        (GlobalModel model, ModelFile file) = await run.RoundsAsync(first, async (from, start, round) =>
        {
            string update = run.Study.NewPath("update");
            var request = new TrainRequest(start, run.Plan, round, run.Setup.Rounds, InstitutionSeed: 0, update, Adversary: null, run.Setup.Resources.ComputeAlone);
            await pooled.AskAsync<TrainedReply>(request, $"training round {round}", progress => run.ReportRound(round, progress.Share), ct);
            GlobalModel next = from.MovedBy(VectorFile.Read(update, from.Layout.ValueCount));
            File.Delete(update);
            return next;
        });
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
