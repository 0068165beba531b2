using FedPortal.Audit;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Screening;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>A study with the round it is in, loaded to be moved one step. All changes are saved in one transaction, or none.</summary>
internal sealed class StudyWorkspace : IAsyncDisposable
{
    private readonly FedPortalDbContext _db;
    private readonly LiveUpdates _live;

    private StudyWorkspace(FedPortalDbContext db, LiveUpdates live, Study study)
    {
        _db = db;
        _live = live;
        Study = study;
    }

    public Study Study { get; }

    /// <summary>The latest attempt at the latest round, or null before the first.</summary>
    public Round? Round { get; private set; }

    /// <summary>Of the round, in no order.</summary>
    public IReadOnlyList<Participation> Participations { get; private set; } = [];

    /// <summary>Of the round; before the first round, those without a round.</summary>
    public IReadOnlyList<Assignment> Assignments { get; private set; } = [];

    /// <summary>The newest global model, or null before the first.</summary>
    public GlobalModelVersion? Model { get; private set; }

    /// <summary>Evaluations of the newest model.</summary>
    public IReadOnlyList<Evaluation> Evaluations { get; private set; } = [];

    public static async Task<StudyWorkspace> OpenAsync(
        IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, Guid studyId, CancellationToken cancellationToken)
    {
        FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var workspace = new StudyWorkspace(db, live, await db.Studies.SingleAsync(s => s.Id == studyId, cancellationToken));
        await workspace.LoadAsync(cancellationToken);
        return workspace;
    }

    public void Add(Round round) => _db.Rounds.Add(round);

    public void Add(Participation participation) => _db.Participations.Add(participation);

    public void Add(Assignment assignment) => _db.Assignments.Add(assignment);

    public void Add(GlobalModelVersion version) => _db.ModelVersions.Add(version);

    public void Add(Evaluation evaluation) => _db.Evaluations.Add(evaluation);

    public void Add(StageTiming timing) => _db.StageTimings.Add(timing);

    /// <summary>Takes the model of a failed round out of the study; the audit log keeps its hash. The next attempt makes this version anew.</summary>
    public void DiscardModelOf(Round round)
    {
        if (Model?.RoundId == round.Id)
        {
            _db.ModelVersions.Remove(Model);
            _db.Evaluations.RemoveRange(Evaluations);
        }
    }

    public void Tell(DateTimeOffset now, string actor, string action) => _db.AuditEntries.Add(
        Round is null ? new AuditEntry(now, actor, "study", Study.Id, action) : new AuditEntry(now, actor, "round", Round.Id, action));

    /// <summary>Names and short codes of the roster's institutions, for reasons that people read.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> InstitutionNamesAsync(CancellationToken cancellationToken) =>
        await _db.Institutions.AsNoTracking().ToDictionaryAsync(i => i.Id, i => i.Name, cancellationToken);

    /// <summary>Short codes by institution: the names on cards and in rosters.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> ShortCodesAsync(CancellationToken cancellationToken) =>
        await _db.Institutions.AsNoTracking().ToDictionaryAsync(i => i.Id, i => i.ShortCode, cancellationToken);

    /// <summary>Registered keys of the institutions that have some.</summary>
    public async Task<IReadOnlyDictionary<Guid, InstitutionKey>> KeysAsync(CancellationToken cancellationToken) =>
        await _db.InstitutionKeys.AsNoTracking().ToDictionaryAsync(key => key.InstitutionId, cancellationToken);

    /// <summary>Training images of each institution's data set in this study.</summary>
    public async Task<IReadOnlyDictionary<Guid, int>> TrainingImagesAsync(CancellationToken cancellationToken)
    {
        Guid[] datasets = [.. Study.Roster.Select(entry => entry.DatasetId)];
        var classes = await _db.Datasets.Where(d => datasets.Contains(d.Id)).Select(d => new { d.Id, d.Classes }).ToDictionaryAsync(d => d.Id, d => d.Classes, cancellationToken);
        return Study.Roster.ToDictionary(entry => entry.InstitutionId, entry => ClassCount.TrainOf(classes[entry.DatasetId]));
    }

    /// <summary>What screening found in the study's earlier rounds, by institution, oldest first. An exclusion that was appealed with success does not count.</summary>
    public async Task<ILookup<Guid, ScreeningRecord>> ScreeningHistoryAsync(CancellationToken cancellationToken)
    {
        Guid studyId = Study.Id;
        Guid? current = Round?.Id;
        var past = await (from part in _db.Participations.AsNoTracking()
                          join round in _db.Rounds on part.RoundId equals round.Id
                          where round.StudyId == studyId && round.Id != current && part.Verdict != null && part.AppealUpheld != true
                          orderby round.Number, round.Attempt
                          select new { part.InstitutionId, round.Number, part.Verdict }).ToListAsync(cancellationToken);
        return past.ToLookup(entry => entry.InstitutionId, entry => new ScreeningRecord(entry.Number, entry.Verdict!));
    }

    public Task<GlobalModelVersion> VersionAsync(int version, CancellationToken cancellationToken) =>
        _db.ModelVersions.AsNoTracking().SingleAsync(m => m.StudyId == Study.Id && m.Version == version, cancellationToken);

    /// <returns>False when another was faster; nothing was saved then.</returns>
    public async Task<bool> TrySaveAsync(CancellationToken cancellationToken)
    {
        // Also what is merely added holds only while the study is in the state that was read.
        _db.Entry(Study).Property(study => study.State).IsModified = true;
        try
        {
            await _db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }

        if (Round is not null)
        {
            _live.Publish(new LiveUpdate(LiveSubject.Round, Round.Id, Study.Id));
        }

        _live.Publish(new LiveUpdate(LiveSubject.Study, Study.Id, Study.Id));
        return true;
    }

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Guid studyId = Study.Id;
        Round = await _db.Rounds.Where(r => r.StudyId == studyId)
            .OrderByDescending(r => r.Number).ThenByDescending(r => r.Attempt).FirstOrDefaultAsync(cancellationToken);
        Guid? roundId = Round?.Id;
        Participations = await _db.Participations.Where(p => p.RoundId == roundId).ToListAsync(cancellationToken);
        Assignments = await _db.Assignments.Where(a => a.StudyId == studyId && a.RoundId == roundId).OrderBy(a => a.Seat).ToListAsync(cancellationToken);
        Model = await _db.ModelVersions.Where(m => m.StudyId == studyId).OrderByDescending(m => m.Version).FirstOrDefaultAsync(cancellationToken);
        int version = Model?.Version ?? -1;
        Evaluations = await _db.Evaluations.AsNoTracking().Where(e => e.StudyId == studyId && e.ModelVersion == version).ToListAsync(cancellationToken);
    }
}
