using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;

namespace FedPortal.Jobs;

/// <summary>Adds the stored updates one after another, then lets the server optimiser make the next model. Both results are blobs before they are recorded.</summary>
internal sealed class AggregationStep(BlobStore blobs, GlobalModelFiles models, TimeProvider clock)
{
    public async Task AggregateAsync(StudyWorkspace workspace, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        Round round = workspace.Round!;
        GlobalModelVersion version = await workspace.VersionAsync(round.BaseVersion, cancellationToken);
        ModelLayout layout = await models.LayoutAsync(workspace.Study, version, cancellationToken);
        var mean = new PlainFederatedAveraging(layout);
        foreach (Participation participation in InRosterOrder(workspace))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(mean, layout, participation);
            if (participation.State == ParticipationState.Excluded)
            {
                workspace.Tell(clock.GetUtcNow(), "portal", $"The update of institution {participation.InstitutionId} is left out: {participation.Reason}");
            }
        }

        DateTimeOffset now = clock.GetUtcNow();
        if (mean.ContributorCount < workspace.Study.Design.Quorum)
        {
            Failure.Of(workspace, await Quorum.ShortfallAsync(workspace, mean.ContributorCount, cancellationToken), "portal", now);
            return;
        }

        AggregatedUpdate aggregate = mean.Mean();
        var header = new AggregateHeader(round.Id, layout.Hash, aggregate.SampleCount, aggregate.ContributorCount);
        StoredBlob blob = await blobs.AddAsync(path => SubmissionFile.Write(path, header, aggregate.Difference.Span), cancellationToken);
        FaultPoint.Reach("portal:aggregating");
        round.RecordAggregate(blob.Hash, now);
        workspace.Add(new StageTiming(round.Id, null, StageNames.Sum, clock.GetElapsedTime(started).TotalSeconds, now));
        workspace.Tell(now, "portal", $"Round {round.Number}: {aggregate.ContributorCount} updates over {aggregate.SampleCount} images added in the clear; the mean is {blob.Hash}.");
    }

    public async Task ApplyAsync(StudyWorkspace workspace, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        Round round = workspace.Round!;
        Study study = workspace.Study;
        GlobalModelVersion version = await workspace.VersionAsync(round.BaseVersion, cancellationToken);
        GlobalModel before = await models.ReadModelAsync(study, version, cancellationToken);
        (AggregateHeader header, float[] difference) = SubmissionFile.Read<AggregateHeader>(blobs.PathOf(round.AggregateHash!), _ => before.Layout.ValueCount);
        var server = ServerOptimizer.Create(study.Design.Strategy, study.Design.ServerFor(header.ContributorCount, header.SampleCount));
        Restore(server, version, before.Layout);
        GlobalModel after = server.Apply(before, new AggregatedUpdate(before.Layout, difference, header.SampleCount, header.ContributorCount));

        StoredBlob blob = await models.AddModelAsync(study, after, cancellationToken);
        string? state = await SaveStateAsync(server, cancellationToken);
        FaultPoint.Reach("portal:applying");
        DateTimeOffset now = clock.GetUtcNow();
        workspace.Add(new GlobalModelVersion(study.Id, after.Version, round.Id, blob.Hash, blob.Bytes, version.LayoutHash, version.LayoutBlobHash, state, now));
        EvaluationStep.Invite(workspace, after.Version, now);
        round.RecordApplied(now.AddMinutes(study.Design.DeadlineMinutes), now);
        workspace.Add(new StageTiming(round.Id, null, StageNames.Apply, clock.GetElapsedTime(started).TotalSeconds, now));
        workspace.Tell(now, "portal", $"Round {round.Number}: model version {after.Version} is {blob.Hash}.");
    }

    private void Add(PlainFederatedAveraging mean, ModelLayout layout, Participation participation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        try
        {
            (UpdateHeader header, float[] difference) = SubmissionFile.Read<UpdateHeader>(blobs.PathOf(participation.UpdateHash!), _ => layout.ValueCount);
            mean.Add($"{participation.InstitutionId}", new ModelUpdate(layout, difference, header.SampleCount));
            participation.Accept(now);
        }
        catch (Exception bad) when (bad is InvalidDataException or ArgumentException)
        {
            participation.Exclude(bad.Message, now);
        }
    }

    // In roster order, so that the sum has the same bits whenever it is made.
    private static IEnumerable<Participation> InRosterOrder(StudyWorkspace workspace) =>
        from entry in workspace.Study.Roster
        orderby entry.Seat
        join participation in workspace.Participations on entry.InstitutionId equals participation.InstitutionId
        where participation.State == ParticipationState.Submitted
        select participation;

    private void Restore(ServerOptimizer server, GlobalModelVersion version, ModelLayout layout)
    {
        if (version.OptimizerStateHash is { } hash)
        {
            using FileStream state = File.OpenRead(blobs.PathOf(hash));
            server.LoadState(state, layout);
        }
    }

    private async Task<string?> SaveStateAsync(ServerOptimizer server, CancellationToken cancellationToken)
    {
        using var state = new MemoryStream();
        server.SaveState(state);
        if (state.Length == 0)
        {
            return null;
        }

        state.Position = 0;
        return (await blobs.ReceiveAsync(state, expectedHash: null, long.MaxValue, cancellationToken)).Hash;
    }
}
