using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Attacks;

namespace FedPortal.Site.CommandLine.Attacks;

/// <summary><c>attack lira</c> and <c>attack canary</c>: attacks that train models of their own, which are thrown away.</summary>
internal static class ShadowVerb
{
    public static Command LikelihoodRatio()
    {
        var options = new ShadowOptions();
        Option<int?> shadows = CommonOptions.Number("--shadows", "N", LikelihoodRatioAttack.LeastShadowModels, 10_000, "shadow models; 64, and fewer give false alarms");
        var command = new Command("lira", "Likelihood-ratio attack on the training of a head (or a small network), with shadow models.") { shadows };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => InputEnd.WatchAsync(parsed, async ct =>
        {
            ShadowSetup setup = options.Read(parsed);
            var attack = new LikelihoodRatioOptions(parsed.GetValue(shadows) ?? LikelihoodRatioAttack.LeastShadowModels, setup.Seed, setup.Claim.Delta);
            await using ShadowEngine engine = await ShadowEngine.OpenAsync(setup, canaries: 0, ct);
            using ShadowScoreFile scores = engine.Scores("lira");
            LikelihoodRatioReport report = await new LikelihoodRatioAttack(engine.TrainAsync, engine.Pool.RealUnits, attack).RunAsync(scores, AttackOptions.ToStandardError, ct);
            if (setup.Json)
            {
                JsonOutput.Write(Json("attack lira", setup, engine, report.Report.Epsilon, report));
                return ExitCodes.Done;
            }

            Console.WriteLine($"{report.ShadowModels} shadow models; {engine.Describe()}");
            AttackOutput.Print(report.Report);
            AttackOutput.Print(setup.Claim, report.Report.Epsilon);
            return ExitCodes.Done;
        }, cancellation));
        return command;
    }

    public static Command Canary()
    {
        var options = new ShadowOptions();
        Option<int?> count = CommonOptions.Number("--canaries", "M", CanaryAudit.LeastCanaries, 10_000, "made-up patients, each put in by a coin; 60, which certify at most ε ≥ 2.97");
        var command = new Command("canary", "One-run audit: puts made-up patients into a shadow run and asks its model who was in.") { count };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => InputEnd.WatchAsync(parsed, async ct =>
        {
            ShadowSetup setup = options.Read(parsed);
            int canaries = parsed.GetValue(count) ?? CanaryAudit.DefaultCanaries;
            await using ShadowEngine engine = await ShadowEngine.OpenAsync(setup, canaries, ct);
            using ShadowScoreFile scores = engine.Scores("canary");
            CanaryReport report = await new CanaryAudit(engine.TrainAsync, engine.Pool.RealUnits, canaries, setup.Seed, setup.Claim.Delta)
                .RunAsync(scores, AttackOptions.ToStandardError, ct);
            if (setup.Json)
            {
                JsonOutput.Write(Json("attack canary", setup, engine, report.Epsilon, report));
                return ExitCodes.Done;
            }

            Console.WriteLine($"{report.Inserted} of {report.Canaries} canaries were in; {engine.Describe()}");
            AttackOutput.Print(setup.Claim, report.Epsilon);
            return ExitCodes.Done;
        }, cancellation));
        return command;
    }

    private static JsonObject Json<T>(string command, ShadowSetup setup, ShadowEngine engine, EpsilonFinding finding, T report)
    {
        JsonObject document = AttackOutput.Json(command, setup.Claim, finding, report);
        document["trained"] = setup.Regime;
        document["patients"] = engine.Pool.RealUnits;
        document["noiseMultiplier"] = engine.Pool.NoiseMultiplier;
        document["synthetic"] = setup.Data is null;
        return document;
    }
}
