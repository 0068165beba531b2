using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Attacks;
using FedPortal.Training.Native;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>
/// Runs an attack that trains models of its own, in a child process and on phantoms: it tests the study's training procedure, with its noise, and sees no
/// patient. Finished shadow models are kept, so that a test that was killed with the portal goes on with them. The child ends when its input does.
/// </summary>
internal sealed class AttackProcess(IOptions<PortalOptions> options, TimeProvider clock, ILogger<AttackProcess> logger)
{
    private static readonly TimeSpan BetweenShows = TimeSpan.FromSeconds(1);

    /// <param name="show">Told of stage and fraction, at most once a second.</param>
    /// <exception cref="InvalidOperationException">The child failed; the message is its own.</exception>
    public async Task<AttackOutcome> RunAsync(AttackRun run, Study study, PrivacyClaim claim, Func<string, double, Task<bool>> show, CancellationToken cancellationToken)
    {
        string checkpoint = Path.Combine(options.Value.Root, "attacks", $"{run.Id:N}");
        using var process = new Process { StartInfo = StartInfo(run, study, claim, checkpoint) };
        process.Start();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            string lastWords = await FollowAsync(process.StandardError, show, cancellationToken);
            string document = await output;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException(lastWords.Length > 0 ? lastWords : $"The attack program ended with code {process.ExitCode}.");
            }

            AttackOutcome outcome = OutcomeOf(run, study, claim, document);
            if (Directory.Exists(checkpoint))
            {
                Directory.Delete(checkpoint, recursive: true);
            }

            return outcome;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private ProcessStartInfo StartInfo(AttackRun run, Study study, PrivacyClaim claim, string checkpoint)
    {
        var start = new ProcessStartInfo(SiteProcess.ProgramOf(options.Value))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.Value.Root,
            ArgumentList = { "attack", VerbOf(run.Kind), "--json", "--end-with-input" },
        };
        if (run.Kind != AttackKind.Inversion)
        {
            Add(start, "--checkpoint", checkpoint);
            Add(start, "--delta", claim.Delta.ToString("R", CultureInfo.InvariantCulture));
            Add(start, "--unit", "patient");
            if (study.Design.Privacy.Regime == PrivacyRegime.PrivateHead)
            {
                Add(start, "--dimensions", study.Design.Privacy.HeadDimensions.ToString(CultureInfo.InvariantCulture));
                Add(start, "--rounds", Math.Max(1, run.ModelVersion).ToString(CultureInfo.InvariantCulture));
                if (claim.Epsilon is { } epsilon)
                {
                    Add(start, "--epsilon", epsilon.ToString("R", CultureInfo.InvariantCulture));
                }
            }
        }

        NativeEnvironment.ApplyTo(start);
        ChildEnvironment.RemoveSecrets(start);
        return start;

        static void Add(ProcessStartInfo start, string name, string value)
        {
            start.ArgumentList.Add(name);
            start.ArgumentList.Add(value);
        }
    }

    /// <returns>The last line that was no progress.</returns>
    private async Task<string> FollowAsync(StreamReader errors, Func<string, double, Task<bool>> show, CancellationToken cancellationToken)
    {
        string lastWords = "";
        long shownAt = 0;
        while (await errors.ReadLineAsync(cancellationToken) is { } line)
        {
            string[] parts = line.Split(' ', 4);
            if (parts is ["progress", var done, var count, var stage] && int.TryParse(done, out int steps) && int.TryParse(count, out int all) && all > 0)
            {
                if (shownAt == 0 || clock.GetElapsedTime(shownAt) > BetweenShows)
                {
                    await show(stage, (double)steps / all);
                    shownAt = clock.GetTimestamp();
                }
            }
            else if (!string.IsNullOrWhiteSpace(line))
            {
                lastWords = line.Trim();
                logger.LogInformation("Attack test: {Line}", lastWords);
            }
        }

        return lastWords;
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
