using System.Collections.Concurrent;
using FedPortal.Inference;
using FedPortal.Models;
using FedPortal.Studies;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>
/// Which models may be asked, and what their answers are held against. A released model and the sums over the consortium's hold-outs are the
/// consortium's as a whole: everybody who is signed in may know them.
/// </summary>
public sealed class InferenceStore
{
    // By model and by what was handed in about it, so a new evaluation makes a new entry.
    private readonly ConcurrentDictionary<string, ModelReference?> _references = new(StringComparer.Ordinal);
    private readonly IDbContextFactory<FedPortalDbContext> _contexts;
    private readonly BlobStore _blobs;
    private readonly TimeProvider _clock;

    internal InferenceStore(IDbContextFactory<FedPortalDbContext> contexts, BlobStore blobs, TimeProvider clock)
    {
        _contexts = contexts;
        _blobs = blobs;
        _clock = clock;
    }

    /// <param name="version">Null for the newest released one.</param>
    /// <returns>Null when it is not released, or there is none.</returns>
    public async Task<ServedVersion?> FindAsync(Guid studyId, int? version, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        GlobalModelVersion? model = await (
            from release in db.ModelReleases
            where release.StudyId == studyId && release.State == ReleaseState.Released && (version == null || release.Version == version)
            join made in db.ModelVersions on new { release.StudyId, release.Version } equals new { made.StudyId, made.Version }
            orderby made.Version descending
            select made).AsNoTracking().FirstOrDefaultAsync(cancellationToken);
        if (model is null)
        {
            return null;
        }

        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == studyId, cancellationToken);
        return ServedOf(study, model);
    }

    /// <summary>The newest released version of every study, newest study first.</summary>
    public async Task<IReadOnlyList<ServedVersion>> ListAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        var newest = db.ModelReleases.Where(r => r.State == ReleaseState.Released).GroupBy(r => r.StudyId).Select(g => new { StudyId = g.Key, Version = g.Max(r => r.Version) });
        List<GlobalModelVersion> models = await (
            from made in db.ModelVersions.AsNoTracking()
            join one in newest on new { made.StudyId, made.Version } equals new { one.StudyId, one.Version }
            select made).ToListAsync(cancellationToken);
        Guid[] ids = [.. models.Select(model => model.StudyId)];
        Dictionary<Guid, Study> studies = await db.Studies.AsNoTracking().Where(s => ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancellationToken);
        return [.. models.OrderByDescending(model => model.StudyId).Select(model => ServedOf(studies[model.StudyId], model))];
    }

    /// <summary>What the institutions measured about a version, summed. It is made anew when an evaluation or a re-validation was handed in.</summary>
    /// <returns>Null when no predictions of it are kept.</returns>
    public async Task<ModelReference?> ReferenceAsync(ServedVersion model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        string[] hashes = await PredictionsOfAsync(model, cancellationToken);
        string key = $"{model.BlobHash} {string.Join(' ', hashes)}";
        if (!_references.TryGetValue(key, out ModelReference? reference))
        {
            reference = await Task.Run(() => Read(hashes, model.Classes), cancellationToken);
            _references.TryAdd(key, reference);
        }

        return reference;
    }

    /// <summary>Counts one answered picture in the sums of the day.</summary>
    public async Task RecordAsync(ServedVersion model, ModelOpinion opinion, InputStatistics inputs, CancellationToken cancellationToken)
    {
        const int tries = 8;
        for (int attempt = 1; ; attempt++)
        {
            await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
            var today = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
            InferenceDay? day = await db.InferenceDays.SingleOrDefaultAsync(d => d.StudyId == model.StudyId && d.Version == model.Version && d.Day == today, cancellationToken);
            if (day is null)
            {
                day = new InferenceDay(model.StudyId, model.Version, today, model.Classes.Count);
                db.InferenceDays.Add(day);
            }

            day.Add(opinion, inputs);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                return;
            }
            catch (DbUpdateException) when (attempt < tries)
            {
                // Another picture was counted at this moment, here or by another portal.
            }
        }
    }

    /// <summary>Submissions with predictions of a version: its evaluations', else none.</summary>
    private async Task<string[]> PredictionsOfAsync(ServedVersion model, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        List<string> evaluated = await db.Evaluations
            .Where(e => e.StudyId == model.StudyId && e.ModelVersion == model.Version && e.Scope == EvaluationScope.Institution && e.PredictionsHash != null)
            .OrderBy(e => e.CreatedAt).Select(e => e.PredictionsHash!).ToListAsync(cancellationToken);
        return [.. evaluated.Where(_blobs.Contains)];
    }

    private ModelReference? Read(string[] hashes, IReadOnlyList<string> classes)
    {
        if (hashes.Length == 0)
        {
            return null;
        }

        InputReference[] inputs = [.. hashes.Select(hash => SubmissionFile.ReadHeader<PredictionsHeader>(_blobs.PathOf(hash)).Inputs).OfType<InputReference>()];
        var predictions = Predictions.Concat([.. hashes.Select(hash => StoredPredictions.Read(_blobs, classes, hash))]);
        return ModelReference.Of(predictions, inputs.Length == 0 ? null : InputReference.Sum(inputs));
    }

    private static ServedVersion ServedOf(Study study, GlobalModelVersion model) => new(
        study.Id, study.Name, study.Design.Question, model.Version, model.BlobHash, study.Design.Classes, study.IsSynthetic, [.. study.Roster.Select(entry => entry.InstitutionId)]);
}
