using System.Globalization;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Attacks;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>
/// Runs an attack that trains models of its own, in a child process and on phantoms: it tests the study's training procedure, with its noise, and sees no
/// patient. Finished shadow models are kept, so that a test that was killed with the portal goes on with them.
/// </summary>
internal sealed class AttackProcess(EngineChild child, IOptions<PortalOptions> options)
{
    /// <param name="show">Told of stage and fraction, at most once a second.</param>
    /// <exception cref="InvalidOperationException">The child failed; the message is its own.</exception>
    public async Task<AttackOutcome> RunAsync(AttackRun run, Study study, PrivacyClaim claim, Func<string, double, Task<bool>> show, CancellationToken cancellationToken)
    {
        string checkpoint = RunFolders.PathOf(options.Value.Root, RunFolders.Attacks, run.Id);
        string document = await child.RunAsync(Arguments(run, study, claim, checkpoint), show, cancellationToken);
        AttackOutcome outcome = OutcomeOf(run, study, claim, document);
        RunFolders.Remove(checkpoint);
        return outcome;
    }

    private static List<string> Arguments(AttackRun run, Study study, PrivacyClaim claim, string checkpoint)
    {
        List<string> arguments = ["attack", VerbOf(run.Kind)];
        if (run.Kind != AttackKind.Inversion)
        {
            arguments.AddRange(["--checkpoint", checkpoint, "--delta", claim.Delta.ToString("R", CultureInfo.InvariantCulture), "--unit", "patient"]);
            if (study.Design.Privacy.Regime == PrivacyRegime.PrivateHead)
            {
                arguments.AddRange([
                    "--dimensions", study.Design.Privacy.HeadDimensions.ToString(CultureInfo.InvariantCulture),
                    "--rounds", Math.Max(1, run.ModelVersion).ToString(CultureInfo.InvariantCulture)]);
                if (claim.Epsilon is { } epsilon)
                {
                    arguments.AddRange(["--epsilon", epsilon.ToString("R", CultureInfo.InvariantCulture)]);
                }
            }
        }

        return arguments;
    }

    private static string VerbOf(AttackKind kind) => kind switch
    {
        AttackKind.LikelihoodRatio => "lira",
        AttackKind.Canary => "canary",
        AttackKind.Inversion => "inversion",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No child process does this."),
    };

    private static AttackOutcome OutcomeOf(AttackRun run, Study study, PrivacyClaim claim, string document)
    {
        using var json = JsonDocument.Parse(document);
        JsonElement root = json.RootElement;
        bool isHead = study.Design.Privacy.Regime == PrivacyRegime.PrivateHead;

        // A study of whole networks claims nothing about heads: there the test shows what a head without noise gives away.
        var outcome = new AttackOutcome(isHead ? claim : claim with { Epsilon = null }, IsSynthetic: true, SubjectOf(run.Kind, isHead));
        return run.Kind switch
        {
            AttackKind.LikelihoodRatio => outcome with { LikelihoodRatio = root.GetProperty("report").Deserialize<LikelihoodRatioReport>(ProtocolJson.Options) },
            AttackKind.Canary => outcome with { Canary = root.GetProperty("report").Deserialize<CanaryReport>(ProtocolJson.Options) },
            _ => outcome with
            {
                Inversion = new InversionFindings(root.GetProperty("original").GetString()!, [.. root.GetProperty("results").EnumerateArray().Select(row => new InversionRow(
                    row.GetProperty("noiseMultiplier").GetDouble(), row.GetProperty("psnr").GetDouble(), row.GetProperty("image").GetString()!))]),
            },
        };
    }

    private static string SubjectOf(AttackKind kind, bool isHead) => kind == AttackKind.Inversion
        ? "one update of a small network (LeNet, 32 × 32), one phantom"
        : isHead ? "the study's training of a private head, on phantoms" : "a head without noise, on phantoms";
}
