using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Api;

/// <summary>What every message of a site program must fulfil, whatever it carries.</summary>
internal static class SubmissionRules
{
    private const int MostStages = 20;
    private const int LongestStageName = 40;

    /// <summary>The message must be about the session's own assignment, study, round, attempt and sender.</summary>
    public static void RequireSameBinding(AssignmentContext context, MessageBinding sent)
    {
        MessageBinding own = context.Binding;
        Require("assignment", own.AssignmentId, sent.AssignmentId);
        Require("study", own.StudyId, sent.StudyId);
        Require("round", own.Round, sent.Round);
        Require("attempt", own.Attempt, sent.Attempt);
        Require("sender", own.InstitutionId, sent.InstitutionId);
    }

    public static void Require<T>(string what, T expected, T got)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, got))
        {
            throw SubmissionRefusal.Conflict($"Expected {what} {expected} but the message has {got}.");
        }
    }

    public static void RequireKind(AssignmentContext context, AssignmentKind kind)
    {
        if (context.Assignment.Kind != kind)
        {
            throw SubmissionRefusal.Conflict($"The session is for {context.Assignment.Kind}, but the message is for {kind}.");
        }
    }

    /// <summary>The round while it takes updates.</summary>
    public static Round RequireOpen(AssignmentContext context) => context.Round is { State: RoundState.Opened or RoundState.Training } round
        ? round
        : throw SubmissionRefusal.Gone($"Round {context.Binding.Round} is {context.Round?.State} and takes no more updates.");

    public static async Task RequireSampleCountAsync(FedPortalDbContext db, AssignmentContext context, long claimed, CancellationToken cancellationToken)
    {
        var dataset = await db.Datasets.Where(d => d.Id == context.Assignment.DatasetId).Select(d => new { d.Name, d.Classes }).SingleAsync(cancellationToken);
        int held = Datasets.ClassCount.TrainOf(dataset.Classes);
        if (claimed < 1 || claimed > held)
        {
            throw SubmissionRefusal.Conflict($"Expected 1 to {held} training images (those of '{dataset.Name}') but the update claims {claimed}.");
        }
    }

    public static void AddTimings(FedPortalDbContext db, AssignmentContext context, IReadOnlyList<StageSeconds> stages, DateTimeOffset now)
    {
        if (context.Round is { } round)
        {
            db.StageTimings.AddRange(stages.Where(stage => double.IsFinite(stage.Seconds)).Take(MostStages).Select(stage => new StageTiming(
                round.Id, context.Assignment.InstitutionId, stage.Stage.Length <= LongestStageName ? stage.Stage : stage.Stage[..LongestStageName], stage.Seconds, now)));
        }
    }

    /// <summary>SHA-256 that the request announces for its body.</summary>
    public static string AnnouncedHash(HttpRequest request)
    {
        string hash = request.Headers[SiteRoutes.HashHeader].ToString();
        return BlobStore.IsHash(hash)
            ? hash
            : throw new SubmissionRefusal(StatusCodes.Status400BadRequest, $"Expected 64 lower-case hexadecimal digits in {SiteRoutes.HashHeader} but got '{hash}'.");
    }

    /// <summary>Length that the request announces for its body.</summary>
    public static long AnnouncedLength(HttpRequest request, long maxBytes)
    {
        long announced = request.ContentLength
            ?? throw new SubmissionRefusal(StatusCodes.Status411LengthRequired, "Expected a Content-Length but the request has none.");
        return announced <= maxBytes
            ? announced
            : throw new SubmissionRefusal(StatusCodes.Status413PayloadTooLarge, $"Expected at most {maxBytes} bytes but the request announces {announced}.");
    }
}
