using FedPortal.Training.Explanation;

namespace FedPortal.Inference;

/// <summary>What is compared.</summary>
public enum DriftSubject
{
    /// <summary>An input statistic.</summary>
    Input,

    /// <summary>The probability of the answered class.</summary>
    Confidence,

    /// <summary>Which class was answered.</summary>
    Classes,
}

/// <param name="Statistic">Null but for inputs.</param>
/// <param name="Distance">Null when there are too few pictures on either side, or nothing to compare with.</param>
public sealed record DriftFinding(DriftSubject Subject, InputStatistic? Statistic, HistogramDistance? Distance, bool IsDrift, IReadOnlyList<int> Reference, IReadOnlyList<int> Observed);

/// <summary>What a released model was asked over some days, held against what it was measured on. All of it is sums.</summary>
/// <param name="Count">Pictures in the window.</param>
/// <param name="JudgedCount">Of these, compared with the hold-outs one by one.</param>
/// <param name="UnlikeCount">Of these, unlike the hold-outs.</param>
/// <param name="ReferenceCount">Hold-out images behind the reference; 0 without one.</param>
public sealed record DriftReport(int Count, int JudgedCount, int UnlikeCount, int ReferenceCount, IReadOnlyList<DriftFinding> Findings, bool ManyAreUnlike)
{
    /// <summary>Days that are looked at together.</summary>
    public const int WindowDays = 7;

    /// <summary>More than this share of unlike pictures, beyond chance, is drift; of the hold-outs at most 1 % would be called so.</summary>
    public const double MostUnlike = 0.05;

    public bool IsInputDrift => ManyAreUnlike || Findings.Any(finding => finding is { Subject: DriftSubject.Input, IsDrift: true });

    public bool IsScoreDrift => Findings.Any(finding => finding is { Subject: not DriftSubject.Input, IsDrift: true });

    /// <summary>False while there is too little to say anything.</summary>
    public bool IsJudged => Findings.Any(finding => finding.Distance is not null);

    /// <param name="days">Those of the window.</param>
    /// <param name="reference">Null when the model was never measured.</param>
    public static DriftReport Of(IReadOnlyList<InferenceDay> days, ModelReference? reference)
    {
        ArgumentNullException.ThrowIfNull(days);
        int comparisons = InputStatistics.All.Count + 2;
        DriftFinding FindingOf(DriftSubject subject, InputStatistic? statistic, IReadOnlyList<int>? expected, IReadOnlyList<int>? observed)
        {
            HistogramDistance? distance = expected is null || observed is null ? null : DriftTest.Compare(expected, observed, subject != DriftSubject.Classes);
            return new DriftFinding(subject, statistic, distance, distance is not null && DriftTest.IsDrift(distance, comparisons), expected ?? [], observed ?? []);
        }

        InferenceDay[] asked = [.. days.Where(day => day.Count > 0)];
        InputReference? inputs = asked.Length == 0 ? null : InputReference.Sum([.. asked.Select(day => day.Inputs!)]);
        int judged = asked.Sum(day => day.JudgedCount);
        int unlike = asked.Sum(day => day.UnlikeCount);
        bool manyAreUnlike = judged >= DriftTest.LeastPictures && Training.Evaluation.Intervals.Wilson(unlike, judged)!.Value.Lower > MostUnlike;
        return new DriftReport(
            asked.Sum(day => day.Count), judged, unlike, reference?.Count ?? 0,
            [
                FindingOf(DriftSubject.Confidence, null, reference?.Confidences, Sum(asked, day => day.Confidences)),
                FindingOf(DriftSubject.Classes, null, reference?.TopClasses, Sum(asked, day => day.TopClasses)),
                .. InputStatistics.All.Select(statistic => FindingOf(DriftSubject.Input, statistic, reference?.Inputs?.Counts[statistic], inputs?.Counts[statistic])),
            ],
            manyAreUnlike);
    }

    private static int[]? Sum(InferenceDay[] days, Func<InferenceDay, IReadOnlyList<int>> counts) =>
        days.Length == 0 ? null : [.. Enumerable.Range(0, counts(days[0]).Count).Select(bin => days.Sum(day => counts(day)[bin]))];
}
