using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Jobs;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Api;

/// <summary>Tells a site program all that it must know about its assignment.</summary>
internal sealed class AssignmentMessages(IDbContextFactory<FedPortalDbContext> contexts, RoundPapers papers, RiskStore risks, RobustnessStore robustness, IOptions<PortalOptions> options)
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
        var dataset = await db.Datasets.Where(d => d.Id == assignment.DatasetId).Select(d => new { d.Id, d.ContentHash, d.Purpose }).SingleOrDefaultAsync(cancellationToken);
        return new AssignmentMessage(
            context.Binding, assignment.Kind.Work(), TermsOf(context.Study), context.Study.Name, assignment.Seat, context.Study.Design.Seed,
            context.Study.Design.Classes, context.Study.Design.Model, context.Study.Design.Preprocessing, context.Study.Design.Preprocessing.Hash,
            context.Study.Design.Training with { PhotonCount = context.Study.Design.Privacy.PhotonCount }, context.Study.Design.Rounds, dataset?.Id, dataset?.ContentHash,
            WholeDataset: dataset?.Purpose == DatasetPurpose.ConsortiumHoldout, assignment.ModelVersion, version?.BlobHash, options.Value.LeaseSeconds)
        {
            Protected = await ProtectedAsync(db, context, cancellationToken),
            Robustness = assignment.Kind == AssignmentKind.Robustness ? await robustness.PlanOfAsync(assignment, cancellationToken) : null,
        };
    }

    /// <summary>True for the model before the one that the assignment works with: some compressions follow from how the model moved.</summary>
    public async Task<bool> IsPreviousAsync(AssignmentContext context, string hash, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ModelVersions.AnyAsync(
            m => m.StudyId == context.Study.Id && m.Version == context.Assignment.ModelVersion - 1 && m.BlobHash == hash, cancellationToken);
    }

    private async Task<ProtectedAssignment?> ProtectedAsync(FedPortalDbContext db, AssignmentContext context, CancellationToken cancellationToken)
    {
        StudyDesign design = context.Study.Design;
        if (!design.Strategy.IsProtected() || context.Assignment.InstitutionId is not { } institution)
        {
            return null;
        }

        bool inRound = context is { Round.DescriptionHash: not null, Assignment.Kind: AssignmentKind.Train or AssignmentKind.Unlock };
        PrivacyProfile privacy = context.Round is null ? design.Privacy : (await risks.ForAsync(context.Round, cancellationToken)).Applied(design.Privacy);
        SignedRound? signed = inRound ? await papers.OpenAsync(context.Round!, cancellationToken) : null;
        string? registered = await db.InstitutionKeys.Where(key => key.InstitutionId == institution).Select(key => key.Fingerprint).SingleOrDefaultAsync(cancellationToken);
        string? previous = await db.ModelVersions
            .Where(model => model.StudyId == context.Study.Id && model.Version == context.Assignment.ModelVersion - 1).Select(model => model.BlobHash).SingleOrDefaultAsync(cancellationToken);
        return new ProtectedAssignment(
            context.Actor, papers.PortalCard, registered, signed is null ? null : papers.DescriptionOf(context.Round!),
            signed is null ? [] : [.. signed.Cards.Select(card => card.ToBytes())], privacy, design.Encryption, design.Screening, context.Study.Roster.Count, previous);
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
        IsProtected = study.Design.Strategy.IsProtected(),
        Regime = study.Design.Strategy.IsProtected() ? study.Design.Privacy.Regime : PrivacyRegime.FullNetwork,
        Institutions = study.Roster.Count,
        MinimumInstitutions = Quorum.Needed(study.Design, study.Roster.Count),
        EncryptionMode = study.Design.Strategy.IsProtected() ? $"{study.Design.Encryption.Mode}" : null,
        ParameterSet = study.Design.Strategy.IsProtected() ? study.Design.Encryption.ParameterSet : null,
        EpsilonCap = study.Design.Strategy.IsProtected() ? study.Design.Privacy.EpsilonCap : null,
    };
}
