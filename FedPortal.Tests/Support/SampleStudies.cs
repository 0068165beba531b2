using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using FedPortal.Training.Submission;

namespace FedPortal.Tests.Support;

/// <summary>A draft, a study that waits for signatures, and a protected one with rounds, for <see cref="SampleConsortium"/>.</summary>
internal sealed class SampleStudies
{
    private static readonly (string Stage, double Seconds)[] AtSites =
        [(StageNames.Decode, 3.2), (StageNames.Train, 21), (StageNames.Perturb, 0.4), (StageNames.Encrypt, 0.3), (StageNames.Upload, 0.5)];

    private static readonly (string Stage, double Seconds)[] AtPortal =
        [(StageNames.Screen, 0.2), (StageNames.Sum, 0.4), (StageNames.Unlock, 4.1), (StageNames.Decrypt, 0.2), (StageNames.Apply, 0.3)];

    public Guid DraftId { get; private set; }

    public Guid ProposedId { get; private set; }

    public Guid ProtectedId { get; private set; }

    /// <summary>Waits for the helpers' answers; one institution was left out of it and objects.</summary>
    public Guid UnlockingRoundId { get; private set; }

    public static SampleStudies AddTo(FedPortalDbContext db, Institution[] institutions, Dataset[] datasets, string[] classes, DateTimeOffset start)
    {
        var studies = new SampleStudies();
        (Guid, Guid)[] roster = [.. institutions.Zip(datasets, (institution, dataset) => (institution.Id, dataset.Id))];
        StudyDesign design = Design(classes);

        Study proposed = Proposed(design with { Name = "Winter study, to be signed" }, roster, institutions, datasets, start);
        db.AddRange(proposed, new StudySignature(proposed.Id, institutions[0].Id, proposed.PlanHash!, "Dr. North", isOnBehalf: false, start.AddHours(1)));
        Study running = Proposed(design with { Name = "Pneumonia, protected" }, roster, institutions, datasets, start.AddMinutes(1));
        db.Add(running);
        db.AddRange(institutions.Select(institution => new StudySignature(running.Id, institution.Id, running.PlanHash!, "A. Admin", isOnBehalf: true, start.AddHours(1))));
        running.Start(start.AddHours(2));
        for (int number = 1; number <= 6; number++)
        {
            AddRound(db, running, number, institutions, start.AddHours(2).AddMinutes(number), isWhole: true);
        }

        studies.UnlockingRoundId = AddRound(db, running, 7, institutions, start.AddHours(3), isWhole: false);
        var draft = new StudyDraft(StudyFormWriter.Of(design with { Name = "Spring study" }, proposed.Roster, null), "A. Admin", start);
        db.Add(draft);
        (studies.DraftId, studies.ProposedId, studies.ProtectedId) = (draft.Id, proposed.Id, running.Id);
        return studies;
    }

    private static StudyDesign Design(string[] classes) => new()
    {
        Name = "Protected",
        Question = "Can one network tell normal, pneumonia and COVID-19 apart, without any institution's update being seen?",
        Classes = classes,
        Strategy = FederatedStrategy.ProtectedFedAvg,
        Privacy = new PrivacyProfile { NoiseIntensity = 0.001, AssumedDropouts = 1 },
        Encryption = new EncryptionProfile { MinimumInstitutions = 3 },
        Rounds = 12,
        Quorum = 3,
    };

    private static Study Proposed(StudyDesign design, (Guid, Guid)[] roster, Institution[] institutions, Dataset[] datasets, DateTimeOffset now)
    {
        PlannedSeat[] seats = [.. institutions.Zip(datasets, (i, d) => new PlannedSeat(i.Id, i.Name, d.Id, d.ContentHash, d.TrainCount, d.HoldoutCount, i.IsHosted))];
        Dictionary<string, int> classes = datasets.SelectMany(d => d.Classes).GroupBy(c => c.Class).ToDictionary(g => g.Key, g => g.Sum(c => c.Holdout));
        var study = new Study(design, roster, holdoutDatasetId: null, isSynthetic: true, now);
        study.Propose(StudyForecaster.Make(design, seats, classes, StageFigures.None, _ => null).ToPlan(design, seats, now).ToText(), now);
        return study;
    }

    private static Guid AddRound(FedPortalDbContext db, Study study, int number, Institution[] institutions, DateTimeOffset now, bool isWhole)
    {
        var round = new Round(study.Id, number, attempt: 1, study.Design.Strategy, now);
        db.Add(round);
        round.Open(new string('a', 64), now.AddHours(1), now);
        round.BeginTraining(now.AddSeconds(2));
        foreach ((int i, Institution institution) in institutions.Index())
        {
            var part = new Participation(round.Id, institution.Id, now);
            part.BeginTraining(now);
            part.SubmitProtected(new string('e', 64), 2_712_000, new string('c', 64), new string('b', 64), 200 - (30 * i), 0.7 - (0.05 * number), now.AddSeconds(26));
            db.Add(part);
            if (i == 3 && !isWhole)
            {
                part.Exclude("The norm of its sketch is 4.1 clipping norms; at most 1.5 are allowed.", now.AddSeconds(27));
                part.AppealAgainst("We exchanged the detector in February: the images are brighter, not wrong.", now.AddMinutes(3));
            }
            else
            {
                part.Accept(now.AddSeconds(27));
            }

            db.AddRange(AtSites.Select(stage => new StageTiming(round.Id, institution.Id, stage.Stage, stage.Seconds * (1 + (0.1 * i)) * (1 + (0.02 * number)), now.AddSeconds(26))));
        }

        round.CloseSubmissions(now.AddSeconds(26));
        round.RecordScreened(new string('f', 64), now.AddSeconds(27));
        round.RecordSummed(new string('e', 64), now.AddHours(1), now.AddSeconds(28));
        db.AddRange(AtPortal.Take(isWhole ? 5 : 2).Select(stage => new StageTiming(round.Id, null, stage.Stage, stage.Seconds, now.AddSeconds(29))));
        if (isWhole)
        {
            round.RecordUnlocked(new string('d', 64), now.AddSeconds(33));
            round.RecordApplied(now.AddHours(1), now.AddSeconds(34));
            round.RecordEvaluated(now.AddSeconds(37));
            db.AddRange(institutions.Select(institution => new StageTiming(round.Id, institution.Id, StageNames.Evaluate, 2.5, now.AddSeconds(37))));
            round.Complete(now.AddSeconds(38));
        }

        return round.Id;
    }
}
