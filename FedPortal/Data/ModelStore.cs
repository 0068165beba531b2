using System.Text.Json;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Runs;
using FedPortal.Studies;
using FedPortal.Training.Attacks;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Models.Onnx;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Reads model versions for the screens and the API.</summary>
public sealed class ModelStore
{
    private readonly IDbContextFactory<FedPortalDbContext> _contexts;
    private readonly ModelEvidence _evidence;
    private readonly RoundStore _rounds;
    private readonly BlobStore _blobs;
    private readonly GlobalModelFiles _files;

    internal ModelStore(IDbContextFactory<FedPortalDbContext> contexts, ModelEvidence evidence, RoundStore rounds, BlobStore blobs, GlobalModelFiles files)
    {
        _files = files;
        _contexts = contexts;
        _evidence = evidence;
        _rounds = rounds;
        _blobs = blobs;
    }

    /// <summary>All versions, newest study first and newest version first.</summary>
    /// <param name="studyId">Only this study's, or null for all.</param>
    public async Task<IReadOnlyList<ModelVersionRow>> ListAsync(Guid? studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        List<Study> studies = await db.Studies.AsNoTracking().Where(s => studyId == null || s.Id == studyId).OrderByDescending(s => s.CreatedAt).ToListAsync(cancellationToken);
        List<ModelVersionRow> rows = [];
        foreach (Study study in studies)
        {
            rows.AddRange(await RowsOfAsync(db, study, only: null, cancellationToken));
        }

        return rows;
    }

    /// <returns>Null when there is no such version.</returns>
    public Task<ModelDetail?> FindAsync(Viewer viewer, Guid studyId, int version, CancellationToken cancellationToken) => FindAsync(viewer, studyId, version, int.MaxValue, cancellationToken);

    /// <param name="mostRounds">Rounds of the lineage, the latest first; all are worth it in a document only.</param>
    /// <returns>Null when there is no such version.</returns>
    public async Task<ModelDetail?> FindAsync(Viewer viewer, Guid studyId, int version, int mostRounds, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        Study? study = await db.Studies.AsNoTracking().SingleOrDefaultAsync(s => s.Id == studyId, cancellationToken);
        GlobalModelVersion? model = await db.ModelVersions.AsNoTracking().SingleOrDefaultAsync(m => m.StudyId == studyId && m.Version == version, cancellationToken);
        if (study is null || model is null)
        {
            return null;
        }

        ModelVersionRow row = (await RowsOfAsync(db, study, version, cancellationToken)).Single();
        PrivacyClaim claim = await _evidence.ClaimAsync(db, study, model, cancellationToken);
        ReleaseEvidence evidence = await ModelEvidence.ReadAsync(db, model, claim, cancellationToken);
        ModelRelease? release = await db.ModelReleases.AsNoTracking().SingleOrDefaultAsync(r => r.StudyId == studyId && r.Version == version, cancellationToken);
        Dictionary<Guid, Institution> institutions = await db.Institutions.AsNoTracking().ToDictionaryAsync(i => i.Id, cancellationToken);
        Guid[] datasets = [.. study.Roster.Select(entry => entry.DatasetId)];
        var images = await db.Datasets.Where(d => datasets.Contains(d.Id)).Select(d => d.Classes).ToListAsync(cancellationToken);
        IReadOnlyList<EvaluationRow> evaluations = await _rounds.EvaluationsAsync(viewer, studyId, version, cancellationToken);
        return new ModelDetail(
            row, study.Design.Question, study.Design.Classes, study.Design.Model, study.Design.Strategy, model.LayoutHash, study.Design.Rounds,
            claim, evidence, ReleaseGate.Of(evidence, release), SignaturesOf(evidence, release),
            release?.ReleasedAt, release?.WithdrawalReason, evaluations,
            await LineageAsync(db, study, version, mostRounds, institutions, cancellationToken), await AttacksAsync(db, viewer, studyId, version, cancellationToken),
            institutions.ToDictionary(pair => pair.Key, pair => pair.Value.Name), await CurvesAsync(db, study, version, cancellationToken),
            new StudyImages(images.Sum(ClassCount.TrainOf), images.Sum(ClassCount.HoldoutOf)));
    }

    /// <summary>Writes a version for other runtimes into a file that goes away when it is closed.</summary>
    internal async Task<FileStream> OnnxAsync(Guid studyId, int version, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == studyId, cancellationToken);
        GlobalModelVersion model = await db.ModelVersions.AsNoTracking().SingleAsync(m => m.StudyId == studyId && m.Version == version, cancellationToken);
        string path = Path.Combine(Path.GetTempPath(), $"fedportal-{Guid.NewGuid():N}.onnx");
        OnnxModelFile.Save(path, await _files.ReadModelAsync(study, model, cancellationToken), GlobalModelFiles.CardOf(study));
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
    }

    private static IReadOnlyList<ReleaseSignatureRow> SignaturesOf(ReleaseEvidence evidence, ModelRelease? release) => release is null ? [] :
        [.. release.Signatures.OrderBy(s => s.SignedAt).Select(s => new ReleaseSignatureRow(s.UserName, s.Role, s.Reason, s.SignedAt, s.EvidenceDigest == evidence.Digest))];

    private static async Task<IReadOnlyList<ModelVersionRow>> RowsOfAsync(FedPortalDbContext db, Study study, int? only, CancellationToken cancellationToken)
    {
        Guid id = study.Id;
        List<GlobalModelVersion> models = await db.ModelVersions.AsNoTracking().Where(m => m.StudyId == id && (only == null || m.Version == only)).OrderByDescending(m => m.Version).ToListAsync(cancellationToken);
        Dictionary<int, ReleaseState> releases = await db.ModelReleases.AsNoTracking().Where(r => r.StudyId == id).ToDictionaryAsync(r => r.Version, r => r.State, cancellationToken);
        var pooled = await db.Evaluations.Where(e => e.StudyId == id && e.Scope == EvaluationScope.Pooled && (only == null || e.ModelVersion == only))
            .Select(e => new { e.ModelVersion, e.Accuracy, e.Auroc }).ToDictionaryAsync(e => e.ModelVersion, cancellationToken);
        Dictionary<int, int> attacks = await db.AttackRuns.Where(r => r.StudyId == id && r.State == RunState.Done).GroupBy(r => r.ModelVersion)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        int current = releases.Where(r => r.Value == ReleaseState.Released).Select(r => r.Key).DefaultIfEmpty(-1).Max();
        return [.. models.Select(m => new ModelVersionRow(
            id, study.Name, m.Version, m.BlobHash, m.Bytes, m.CreatedAt, study.IsSynthetic,
            releases.TryGetValue(m.Version, out ReleaseState state) ? state : null, m.Version == current,
            pooled.GetValueOrDefault(m.Version)?.Accuracy, pooled.GetValueOrDefault(m.Version)?.Auroc, attacks.GetValueOrDefault(m.Version)))];
    }

    private static async Task<IReadOnlyList<LineageRow>> LineageAsync(
        FedPortalDbContext db, Study study, int version, int mostRounds, Dictionary<Guid, Institution> institutions, CancellationToken cancellationToken)
    {
        var made = await (from model in db.ModelVersions.AsNoTracking()
                          where model.StudyId == study.Id && model.Version <= version && model.RoundId != null
                          join round in db.Rounds.AsNoTracking() on model.RoundId equals round.Id
                          orderby model.Version descending
                          select new { Model = model, Round = round }).Take(mostRounds).ToListAsync(cancellationToken);
        Guid[] rounds = [.. made.Select(x => x.Round.Id)];
        ILookup<Guid, Guid> accepted = (await db.Participations.Where(p => rounds.Contains(p.RoundId) && p.State == ParticipationState.Accepted)
            .Select(p => new { p.RoundId, p.InstitutionId }).ToListAsync(cancellationToken)).ToLookup(p => p.RoundId, p => p.InstitutionId);
        return [.. made.Select(x => new LineageRow(
            x.Round.Number, x.Round.Attempt, x.Round.Id, x.Model.BlobHash, x.Round.AggregateHash,
            [.. accepted[x.Round.Id].Select(id => institutions[id].Name).Order(StringComparer.Ordinal)], x.Model.CreatedAt))];
    }

    private static async Task<IReadOnlyList<AttackRow>> AttacksAsync(FedPortalDbContext db, Viewer viewer, Guid studyId, int version, CancellationToken cancellationToken)
    {
        List<AttackRun> runs = await db.AttackRuns.AsNoTracking().Where(r => r.StudyId == studyId && r.ModelVersion == version)
            .OrderByDescending(r => r.CreatedAt).ToListAsync(cancellationToken);
        return [.. runs.Select(run => viewer.Narrow(new AttackRow(
            run.Id, run.Kind, run.State, run.StartedBy, run.Stage, run.Progress, run.OutcomeHash,
            run.OutcomeJson is null ? null : JsonSerializer.Deserialize<AttackOutcome>(run.OutcomeJson, ProtocolJson.Options), run.FailureReason, run.CreatedAt, run.ChangedAt)))];
    }

    private async Task<ModelCurvesView?> CurvesAsync(FedPortalDbContext db, Study study, int version, CancellationToken cancellationToken)
    {
        List<string> kept = await db.Evaluations
            .Where(e => e.StudyId == study.Id && e.ModelVersion == version && e.Scope == EvaluationScope.Institution && e.PredictionsHash != null)
            .Select(e => e.PredictionsHash!).ToListAsync(cancellationToken);
        string[] there = [.. kept.Where(_blobs.Contains)];
        if (there.Length == 0)
        {
            return null;
        }

        var pooled = Predictions.Concat([.. there.Select(hash => StoredPredictions.Read(_blobs, study.Design.Classes, hash))]);
        return new ModelCurvesView(
            [.. study.Design.Classes.Select((name, c) => (name, ModelCurves.Roc(pooled, c)))], ModelCurves.Reliability(pooled), pooled.Count);
    }
}
