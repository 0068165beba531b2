using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Comparison;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>Teachers trained alone, soft labels of public images, and a student distilled from their mean.</summary>
internal sealed class DistilledMethod : IComparedMethod
{
    /// <summary>Part of the whole work that teachers' training is, for progress.</summary>
    private const double TeachersShare = 0.5;

    public string Name => ComparedMethods.Distilled;

    public async Task<MethodOutcome> RunAsync(MethodRun run, CancellationToken ct)
    {
        EngineProcess server = await run.Study.WithPublicImagesAsync(ct);
        (ModelFile student, GlobalModel first) = await run.Meter.RoundAsync(() => DistilAsync(run, server, ct));
        return new MethodOutcome
        {
            Network = ModelNames.NameOf(run.Setup.Model.Architecture),
            Values = first.Layout.ValueCount,
            Sites = await run.MeasureAsync(_ => student, personalisation: null, ct),
            Attacked = "the student",
            Notes = [FormattableString.Invariant($"T = {run.Setup.Temperature}, {run.Setup.TransferImages} public synthetic images, one exchange; its time is teachers and student together")],
        };
    }

    private static async Task<(ModelFile Student, GlobalModel First)> DistilAsync(MethodRun run, EngineProcess server, CancellationToken ct)
    {
        var teaching = new MethodRun(run.Study, run.Seed, (fraction, what) => run.Report(TeachersShare * fraction, $"teachers, {what}"));
        (ModelFile[] teachers, GlobalModel first) = await LocalTraining.RunAsync(teaching, ct);
        string[] labels = [.. teachers.Select(_ => run.Study.NewPath("labels"))];
        ComparisonDoneReply[] taught = await run.Study.Group.AskAsync(run.Study.Sites, (engine, site, token) => engine.AskAsync<ComparisonDoneReply>(
            new TeachRequest(teachers[site], run.Setup.Temperature, labels[site], run.Setup.Resources.Compute), "labelling public images", null, token), ct);
        foreach ((int site, string path) in labels.Index())
        {
            run.Meter.Sends(site, path);
        }

        int count = taught[0].Count * run.Setup.Images.Classes.Count;
        string mean = run.Study.NewPath("labels");
        VectorFile.Write(mean, Distillation.Mean([.. labels.Select(path => VectorFile.Read(path, count))]));
        ModelFile start = run.Study.Save(first);
        string values = run.Study.NewPath("student");
        TrainingPlan plan = run.Plan with { Epochs = run.Plan.Epochs * run.Setup.Rounds };
        await server.AskAsync<ComparisonDoneReply>(
            new DistilRequest(start, mean, run.Setup.Temperature, plan, values, run.Setup.Resources.ComputeAlone),
            "distilling the student",
            progress => run.Report(TeachersShare + ((1 - TeachersShare) * progress.Share), $"student, epoch {progress.Epoch} of {progress.EpochCount}"),
            ct);
        run.Meter.AllFetch(values);
        return (start with { Version = 1, ValuesPath = values }, first);
    }
}
