using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Api;

/// <summary>Tells a site program all that it must know about its assignment.</summary>
internal sealed class AssignmentMessages(IDbContextFactory<FedPortalDbContext> contexts, IOptions<PortalOptions> options)
{
    public async Task<AssignmentMessage> ForAsync(AssignmentContext context, CancellationToken cancellationToken)
    {
        Assignment assignment = context.Assignment;
        GlobalModelVersion? version = await VersionAsync(context, cancellationToken);
        if (version is null && assignment.Kind != AssignmentKind.Initialise)
        {
            throw SubmissionRefusal.Conflict($"The study has no model version {assignment.ModelVersion} yet.");
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Dataset? dataset = await db.Datasets.AsNoTracking().SingleOrDefaultAsync(d => d.Id == assignment.DatasetId, cancellationToken);
        return new AssignmentMessage(
            context.Binding, WorkOf(assignment.Kind), TermsOf(context.Study), context.Study.Name, assignment.Seat, context.Study.Design.Seed,
            context.Study.Design.Classes, context.Study.Design.Model, context.Study.Design.Preprocessing, context.Study.Design.Preprocessing.Hash,
            context.Study.Design.Training, context.Study.Design.Rounds, dataset?.Id, dataset?.ContentHash,
            WholeDataset: dataset?.Purpose == DatasetPurpose.ConsortiumHoldout, assignment.ModelVersion, version?.BlobHash, options.Value.LeaseSeconds);
    }

    /// <summary>The model that the assignment works with; null before the first.</summary>
    public async Task<GlobalModelVersion?> VersionAsync(AssignmentContext context, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ModelVersions.AsNoTracking().SingleOrDefaultAsync(
            m => m.StudyId == context.Study.Id && m.Version == context.Assignment.ModelVersion, cancellationToken);
    }

    private static StudyTerms TermsOf(Study study) => new()
    {
        Strategy = study.Design.Strategy,
        IsProtected = false,
        Institutions = study.Roster.Count,
        MinimumInstitutions = study.Design.Quorum,
    };

    private static SiteWork WorkOf(AssignmentKind kind) => kind switch
    {
        AssignmentKind.Initialise => SiteWork.Initialise,
        AssignmentKind.Train => SiteWork.Train,
        AssignmentKind.Evaluate => SiteWork.Evaluate,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No site program does this."),
    };
}
