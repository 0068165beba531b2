using FedPortal.Training.Comparison;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>Runs the methods of a comparison one after the other, and keeps each that is finished.</summary>
/// <param name="setup">What to compare.</param>
/// <param name="workFolder">Where finished runs are kept.</param>
/// <param name="report">Told of a fraction of the whole, the method's name, and what is happening.</param>
internal sealed class ComparisonRun(ComparisonSetup setup, string workFolder, Action<double, string, string> report)
{
    private static readonly IComparedMethod[] Methods =
    [
        new CentralisedMethod(),
        new LocalMethod(),
        new AveragingMethod(ComparedMethods.Conventional, architecture: null),
        new DistilledMethod(),
        new PersonalisedMethod(),
        new AveragingMethod(ComparedMethods.EfficientNet, ClassifierArchitecture.EfficientNetB0),
        new PublishedMethod(),
        new ProtectedMethod(),
        new PrivateHeadMethod(),
    ];

    public async Task<ComparisonReport> RunAsync(CancellationToken ct)
    {
        await using var study = new ComparedStudy(setup);
        report(0, "data", "preparing images");
        await study.OpenAsync(ct);
        var work = new ComparisonWork(workFolder, study.Settings(), study.Fingerprint());
        (IComparedMethod Method, int Seed)[] runs =
            [.. Enumerable.Range(setup.Seed, setup.Repeats).SelectMany(seed => Methods.Where(method => setup.Methods.Contains(method.Name)).Select(method => (method, seed)))];
        string? holdout = null;
        foreach ((int number, (IComparedMethod method, int seed)) in runs.Index())
        {
            MethodResult result = work.Finished(method.Name, seed) ?? await RunAsync(study, method, seed, (double)number / runs.Length, 1.0 / runs.Length, ct);
            holdout ??= result.HoldoutHash;
            if (result.HoldoutHash != holdout)
            {
                throw new CommandException($"{method.Name} was measured on another hold-out ({result.HoldoutHash[..12]}) than the others ({holdout[..12]}).");
            }

            work.Keep(result);
        }

        return work.Report();
    }

    private async Task<MethodResult> RunAsync(ComparedStudy study, IComparedMethod method, int seed, double begin, double share, CancellationToken ct)
    {
        string again = setup.Repeats > 1 ? FormattableString.Invariant($"seed {seed}, ") : "";
        report(begin, method.Name, $"{again}beginning");
        var run = new MethodRun(study, seed, (fraction, what) => report(begin + (share * fraction), method.Name, again + what));
        MethodOutcome outcome = await method.RunAsync(run, ct);
        return outcome.ToResult(method.Name, seed, run.Meter);
    }
}
