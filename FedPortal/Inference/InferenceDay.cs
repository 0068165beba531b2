using FedPortal.Training.Explanation;

namespace FedPortal.Inference;

/// <summary>What one released model was asked on one day: sums only. No picture, no single score and nobody who asked is in it.</summary>
public sealed class InferenceDay
{
    public InferenceDay(Guid studyId, int version, DateOnly day, int classCount)
    {
        StudyId = studyId;
        Version = version;
        Day = day;
        TopClasses = new int[classCount];
        Confidences = new int[ModelReference.ConfidenceBins];
    }

    private InferenceDay()
    {
        // For EF Core.
    }

    public Guid StudyId { get; private set; }

    public int Version { get; private set; }

    /// <summary>Of UTC.</summary>
    public DateOnly Day { get; private set; }

    /// <summary>Pictures that were answered.</summary>
    public int Count { get; private set; }

    /// <summary>Of these, whether they are like the hold-outs could be judged.</summary>
    public int JudgedCount { get; private set; }

    /// <summary>Of these, unlike the hold-outs.</summary>
    public int UnlikeCount { get; private set; }

    /// <summary>Answers by class.</summary>
    public IReadOnlyList<int> TopClasses { get; private set; } = [];

    /// <summary>Answers by shown probability of the top class, in <see cref="ModelReference.ConfidenceBins"/> bins.</summary>
    public IReadOnlyList<int> Confidences { get; private set; } = [];

    /// <summary>Spread of the input statistics; null before the first picture.</summary>
    public InputReference? Inputs { get; private set; }

    /// <summary>Raised with every change, so that of two writers one begins anew.</summary>
    public int Revision { get; private set; }

    public void Add(ModelOpinion opinion, InputStatistics inputs)
    {
        ArgumentNullException.ThrowIfNull(opinion);
        Count++;
        JudgedCount += opinion.Novelty is null ? 0 : 1;
        UnlikeCount += opinion.Novelty?.IsUnlike == true ? 1 : 0;
        TopClasses = OneMore(TopClasses, opinion.TopClass);
        Confidences = OneMore(Confidences, ModelReference.ConfidenceBinOf(opinion.Confidence));
        var one = InputReference.Of("", [inputs]);
        Inputs = Inputs is null ? one : InputReference.Sum([Inputs, one]);
        Revision++;
    }

    private static int[] OneMore(IReadOnlyList<int> counts, int at) => [.. counts.Select((count, i) => i == at ? count + 1 : count)];
}
