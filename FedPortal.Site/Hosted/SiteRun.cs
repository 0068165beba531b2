using FedPortal.Site.Hosted.Protected;
using FedPortal.Training.Accounting;
using FedPortal.Training.Attacks;
using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.PrivateHead;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;

namespace FedPortal.Site.Hosted;

/// <summary>
/// One run of the site program: takes its assignment, does it, hands the result in. A result is on disk before it is sent, so a run that was
/// killed is followed by one that only sends.
/// </summary>
internal sealed class SiteRun(
    PortalClient portal, SiteHome home, SitePolicy policy, ComputeOptions compute, ISiteLearning learning, TimeProvider clock, Action<string> say)
{
    private static readonly TimeSpan PatienceWithPredecessor = TimeSpan.FromSeconds(60);

    private readonly StageClock _stages = new(clock);

    public async Task RunAsync(string token, CancellationToken cancellationToken)
    {
        await portal.JoinAsync(token, cancellationToken);
        AssignmentMessage assignment = await portal.AssignmentAsync(cancellationToken);
        FaultPoint.Reach("site:joined");
        FaultPoint.Reach($"site:{assignment.Work}-joined", assignment.Binding.Round);
        say($"{assignment.Work} for round {assignment.Binding.Round} of '{assignment.StudyName}'");
        await using var heartbeat = new Heartbeat(portal, assignment.LeaseSeconds, clock, cancellationToken);
        try
        {
            RequireAllowed(assignment);
            await DoAsync(assignment, heartbeat);
        }
        catch (OperationCanceledException) when (heartbeat.Refusal is { } refusal)
        {
            throw refusal;
        }
        catch (PortalRefusedException refusal) when (!refusal.IsOver)
        {
            await portal.FailAsync(refusal.Message, isRefusal: false, cancellationToken);
            throw;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or PortalRefusedException))
        {
            await portal.FailAsync(failure.Message, failure is SiteRefusedException, cancellationToken);
            throw;
        }
    }

    private void RequireAllowed(AssignmentMessage assignment)
    {
        // What a protected update costs is known only with its ledger; that is asked for before anything is trained.
        EpsilonForecast? forecast = assignment is { Work: SiteWork.Train, Protected: not null } ? new EpsilonForecast(0, 0) : null;
        if (policy.Refusals(assignment, forecast) is { Count: > 0 } refusals)
        {
            throw new SiteRefusedException(string.Join(" ", refusals));
        }
    }

    private async Task DoAsync(AssignmentMessage assignment, Heartbeat heartbeat)
    {
        string folder;
        using (WorkFolder work = await WorkFolder.OpenAsync(home.Path, assignment.Binding.AssignmentId, PatienceWithPredecessor, clock, heartbeat.Over))
        {
            folder = work.Path;
            using IdentityKeys? keys = await IntroduceAsync(assignment, heartbeat.Over);
            switch (assignment.Work)
            {
                case SiteWork.Train when keys is not null:
                    await new ProtectedTraining(portal, home, policy, compute, learning, _stages, clock, say).RunAsync(assignment, work, keys, heartbeat);
                    break;
                case SiteWork.Unlock when keys is not null:
                    await new UnlockRun(portal, home, clock, say).RunAsync(assignment, work, keys, heartbeat);
                    break;
                default:
                    await DoInTheClearAsync(assignment, work, heartbeat);
                    break;
            }
        }

        Clear(folder);
        home.ForgetOldModels();
    }

    private static void Clear(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // The portal or the service looks at the folder of finished work at this moment, or has collected it already.
        }
    }

    /// <summary>Loads this site's keys for a protected study, and shows the portal their public half where it does not know it.</summary>
    private async Task<IdentityKeys?> IntroduceAsync(AssignmentMessage assignment, CancellationToken cancellationToken)
    {
        if (assignment.Protected is not { } terms)
        {
            return null;
        }

        IdentityKeys keys = SiteIdentity.LoadOrCreate(home, terms.InstitutionCode);
        if (terms.RegisteredFingerprint != keys.Card.Fingerprint)
        {
            say($"this site's keys are shown to the portal; fingerprint {keys.Card.Fingerprint}");
            await portal.RegisterAsync(keys.Card.ToBytes(), cancellationToken);
        }

        return keys;
    }

    private async Task DoInTheClearAsync(AssignmentMessage assignment, WorkFolder work, Heartbeat heartbeat)
    {
        string result = work.FileOf("submission");
        if (IsFor(assignment, result))
        {
            say("the result of an earlier run is there and is sent");
        }
        else
        {
            await MakeAsync(assignment, result, heartbeat);
        }

        FaultPoint.Reach($"site:{assignment.Work}-made");
        heartbeat.Show("submitting");
        heartbeat.LeaveTheLastWordToTheResult();
        SubmissionReceipt receipt = await portal.SubmitAsync(RouteOf(assignment.Work), result, heartbeat.Over);
        FaultPoint.Reach($"site:{assignment.Work}-sent");
        say($"handed in {receipt.Hash}{(receipt.Duplicate ? ", which the portal had already" : "")}");
    }

    private static string RouteOf(SiteWork work) => work switch
    {
        SiteWork.Initialise => SiteRoutes.FirstModel,
        SiteWork.Train => SiteRoutes.Update,
        SiteWork.Evaluate => SiteRoutes.Evaluation,
        SiteWork.Attack => SiteRoutes.Attack,
        SiteWork.Robustness => SiteRoutes.Robustness,
        _ => throw new InvalidDataException($"This program does not know the work {work}."),
    };

    private static bool IsFor(AssignmentMessage assignment, string result)
    {
        if (!File.Exists(result))
        {
            return false;
        }

        try
        {
            MessageBinding made = assignment.Work switch
            {
                SiteWork.Initialise => SubmissionFile.ReadHeader<ModelHeader>(result).Binding,
                SiteWork.Train => SubmissionFile.ReadHeader<UpdateHeader>(result).Binding,
                SiteWork.Attack => SubmissionFile.ReadHeader<AttackHeader>(result).Binding,
                _ => SubmissionFile.ReadHeader<PredictionsHeader>(result).Binding,
            };
            return made == assignment.Binding;
        }
        catch (InvalidDataException)
        {
            return false; // damaged: it is made anew
        }
    }

    // Computing blocks its thread, so it gets one of its own; the heartbeat goes on beside it.
    private Task MakeAsync(AssignmentMessage assignment, string result, Heartbeat heartbeat) => assignment.Work switch
    {
        SiteWork.Initialise when assignment.Terms.Regime == PrivacyRegime.PrivateHead => FrozenAsync(assignment, result, heartbeat),
        SiteWork.Initialise => Task.Run(() => Initialise(assignment, result), heartbeat.Over),
        SiteWork.Train => TrainAsync(assignment, result, heartbeat),
        SiteWork.Attack => AttackAsync(assignment, result, heartbeat),
        SiteWork.Robustness => RobustnessAsync(assignment, result, heartbeat),
        _ => EvaluateAsync(assignment, result, heartbeat),
    };

    private void Initialise(AssignmentMessage assignment, string result)
    {
        GlobalModel first = ClassifierModel.FirstModel(assignment.Model, compute, (ulong)assignment.Seed);
        SubmissionFile.Write(result, new ModelHeader(assignment.Binding, first.Layout.Hash, first.Layout.Tensors), first.Values.Span);
    }

    /// <summary>The first model of a private-head study: the network that was trained on phantoms, with an empty last layer.</summary>
    private async Task FrozenAsync(AssignmentMessage assignment, string result, Heartbeat heartbeat)
    {
        heartbeat.Show("training the backbone on phantoms");
        GlobalModel frozen = await PhantomBackbone.FirstModelAsync(home.Backbones, assignment.Model, assignment.Preprocessing, compute, heartbeat, heartbeat.Over);
        SubmissionFile.Write(result, new ModelHeader(assignment.Binding, frozen.Layout.Hash, frozen.Layout.Tensors), frozen.Values.Span);
    }

    private async Task TrainAsync(AssignmentMessage assignment, string result, Heartbeat heartbeat)
    {
        GlobalModel model = await learning.ModelAsync(assignment.ModelHash!, assignment.ModelVersion, heartbeat);
        LocalTrainingResult trained = await learning.TrainAsync(assignment, model, _stages, heartbeat);
        var header = new UpdateHeader(
            assignment.Binding, model.Layout.Hash, assignment.ModelVersion, assignment.ModelHash!, trained.Update.SampleCount,
            trained.EpochLosses[^1], trained.ImagesPerSecond, trained.Device, _stages.Stages);
        SubmissionFile.Write(result, header, trained.Update.Difference.Span);
    }

    private async Task EvaluateAsync(AssignmentMessage assignment, string result, Heartbeat heartbeat)
    {
        (PreparedDataset data, GlobalModel model) = await FetchAsync(assignment, heartbeat);
        heartbeat.Show("evaluating");
        (Predictions predictions, InputReference inputs) = await AskModelAsync(() => new ModelEvaluator(compute).Measure(model, data, heartbeat, heartbeat.Over), heartbeat);
        var header = new PredictionsHeader(
            assignment.Binding, assignment.ModelVersion, assignment.ModelHash!, assignment.Classes, predictions.Labels, predictions.IsSynthetic, _stages.Stages)
        {
            Inputs = inputs,
        };
        SubmissionFile.Write(result, header, predictions.Probabilities.Span);
    }

    private async Task AttackAsync(AssignmentMessage assignment, string result, Heartbeat heartbeat)
    {
        (PreparedDataset data, GlobalModel model) = await FetchAsync(assignment, heartbeat);
        heartbeat.Show("scoring patients");
        FaultPoint.Reach("site:attacking");
        Predictions predictions = await AskModelAsync(() => new ModelEvaluator(compute).Predict(model, data, heartbeat, heartbeat.Over), heartbeat);
        var header = new AttackHeader(assignment.Binding, assignment.ModelVersion, assignment.ModelHash!, predictions.IsSynthetic, _stages.Stages);
        AttackCounts.Of(data, predictions).Write(result, header);
    }

    /// <summary>No picture is kept, let alone handed in.</summary>
    private async Task RobustnessAsync(AssignmentMessage assignment, string result, Heartbeat heartbeat)
    {
        RobustnessPlan plan = assignment.Robustness ?? throw new InvalidDataException("The portal asks for a robustness test but says not which.");
        (PreparedDataset data, GlobalModel model) = await FetchAsync(assignment, heartbeat);
        heartbeat.Show("disturbing images");
        FaultPoint.Reach("site:disturbing");
        RobustnessAnswers answers = await AskModelAsync(() => new RobustnessSweep(compute).Run(model, data, plan, examples: 0, heartbeat, heartbeat.Over), heartbeat);
        var header = new PredictionsHeader(
            assignment.Binding, assignment.ModelVersion, assignment.ModelHash!, assignment.Classes, answers.Clean.Labels, answers.Clean.IsSynthetic, _stages.Stages);
        SubmissionFile.Write(result, header, answers.ToValues());
    }

    private async Task<(PreparedDataset Data, GlobalModel Model)> FetchAsync(AssignmentMessage assignment, Heartbeat heartbeat) =>
        (await learning.DataAsync(assignment, _stages, heartbeat), await learning.ModelAsync(assignment.ModelHash!, assignment.ModelVersion, heartbeat));

    private Task<T> AskModelAsync<T>(Func<T> work, Heartbeat heartbeat) => _stages.TimeAsync(StageNames.Evaluate, () => Task.Run(work, heartbeat.Over));
}
