using FedPortal.Training.Evaluation;
using Xunit;

namespace FedPortal.Tests.Training.Evaluation;

public class EvaluationReportsTests
{
    [Fact]
    public void TwoClasses_MatchTheExampleInScikitLearnsDocumentation()
    {
        // roc_auc_score and average_precision_score of [0, 0, 1, 1] and [0.1, 0.4, 0.35, 0.8]: 0.75 and 0.83…
        EvaluationReport report = EvaluationReports.From(MadeUpPredictions.Binary([0, 0, 1, 1], [0.1f, 0.4f, 0.35f, 0.8f]));

        Assert.Equal(0.75, report.Value(Metric.Auroc, "ill")!.Value, 12);
        Assert.Equal(5.0 / 6, report.Value(Metric.Auprc, "ill")!.Value, 12);
        Assert.Equal(0.75, report.Value(Metric.Auroc, "healthy")!.Value, 12);
        Assert.Equal(0.75, report.Value(Metric.Accuracy)!.Value, 12);
    }

    [Fact]
    public void ThreeClasses_MatchTheExampleInScikitLearnsDocumentation()
    {
        // precision_score, recall_score and f1_score, average="macro": 0.22…, 0.33…, 0.26…
        EvaluationReport report = EvaluationReports.From(MadeUpPredictions.Decided(3, [0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]));

        Assert.Equal(2.0 / 9, report.Value(Metric.Precision)!.Value, 12);
        Assert.Equal(1.0 / 3, report.Value(Metric.Recall)!.Value, 12);
        Assert.Equal(4.0 / 15, report.Value(Metric.F1)!.Value, 12);
        Assert.Equal([[2, 0, 0], [1, 0, 1], [0, 2, 0]], report.ConfusionMatrix);
    }

    [Fact]
    public void Areas_EqualTheirDefinitionsByBruteForce_WithTies()
    {
        Predictions predictions = MadeUpPredictions.Random(count: 150, classCount: 3, seed: 8);

        EvaluationReport report = EvaluationReports.From(predictions, replicates: 100);

        for (int c = 0; c < 3; c++)
        {
            (double[] positive, double[] negative) = Scores(predictions, c);
            Assert.Equal(BruteForce.Auroc(positive, negative), report.Value(Metric.Auroc, $"class {c}")!.Value, 12);
            Assert.Equal(BruteForce.AveragePrecision(positive, negative), report.Value(Metric.Auprc, $"class {c}")!.Value, 12);
        }
    }

    [Fact]
    public void DeLongsInterval_EqualsTheDefinitionByBruteForce_WithTies()
    {
        Predictions predictions = MadeUpPredictions.Random(count: 90, classCount: 3, seed: 9);

        EvaluationReport report = EvaluationReports.From(predictions, replicates: 100);

        for (int c = 0; c < 3; c++)
        {
            Measurement row = report.Row(Metric.Auroc, $"class {c}");
            (double[] positive, double[] negative) = Scores(predictions, c);
            double half = 1.959964 * Math.Sqrt(BruteForce.DeLongVariance(positive, negative));
            Assert.Equal("DeLong", row.IntervalMethod);
            Assert.Equal(row.Value!.Value - half, row.Lower!.Value, 6);
            Assert.Equal(Math.Min(1, row.Value!.Value + half), row.Upper!.Value, 6);
        }
    }

    [Fact]
    public void DeLongsVariance_WorkedOutByHand()
    {
        // Positives 0.35 and 0.8, negatives 0.1 and 0.4: shares below the positives 1/2 and 1, above the negatives 1 and 1/2;
        // each variance is 1/8, so the sum is 1/8/2 + 1/8/2 = 1/8 and the interval 0.75 ± 1.96·0.35355, cut at 1.
        Measurement row = EvaluationReports.From(MadeUpPredictions.Binary([0, 0, 1, 1], [0.1f, 0.4f, 0.35f, 0.8f])).Row(Metric.Auroc, "ill");

        Assert.Equal(0.75 - (1.959964 * Math.Sqrt(0.125)), row.Lower!.Value, 6);
        Assert.Equal(1, row.Upper);
    }

    [Fact]
    public void CalibrationError_WorkedOutByHand()
    {
        // Confidences 0.95 (right), 0.9 (wrong), 0.65 (right), 0.6 (right). Bins (0.9, 1]: gap 0.05; (0.8, 0.9]: 0.9; (0.6, 0.7]: 0.35; (0.5, 0.6]: 0.4.
        EvaluationReport report = EvaluationReports.From(MadeUpPredictions.Binary([1, 1, 0, 1], [0.95f, 0.1f, 0.35f, 0.6f]));

        Assert.Equal((0.05 + 0.9 + 0.35 + 0.4) / 4, report.Value(Metric.ExpectedCalibrationError)!.Value, 6);

        // Probabilities of "ill" 0.95, 0.1, 0.35, 0.6 with outcomes 1, 1, 0, 1: all in bins of their own.
        Assert.Equal((0.05 + 0.9 + 0.35 + 0.4) / 4, report.Value(Metric.ExpectedCalibrationError, "ill")!.Value, 6);
    }

    [Fact]
    public void CalibrationError_CancelsWithinABinOnly()
    {
        // Both 0.75: one right, one wrong. The bin's gap is |1/2 − 3/4|, not the mean of the two gaps.
        EvaluationReport report = EvaluationReports.From(MadeUpPredictions.Binary([1, 0], [0.75f, 0.75f]));

        Assert.Equal(0.25, report.Value(Metric.ExpectedCalibrationError)!.Value, 6);
    }

    [Fact]
    public void Loss_IsTheMeanCrossEntropy()
    {
        EvaluationReport report = EvaluationReports.From(MadeUpPredictions.Binary([1, 0], [0.5f, 0.75f]));

        Assert.Equal((Math.Log(2) + Math.Log(4)) / 2, report.Loss!.Value, 6);
    }

    [Fact]
    public void BootstrapInterval_EqualsResamplingByHand()
    {
        const int Count = 60;
        const int Replicates = 200;
        Predictions predictions = MadeUpPredictions.Random(Count, classCount: 3, seed: 21);

        Measurement row = EvaluationReports.From(predictions, Replicates, seed: 5).Row(Metric.Auprc, "class 1");

        var random = new Random(5);
        double[] values = new double[Replicates];
        for (int r = 0; r < Replicates; r++)
        {
            int[] drawn = [.. Enumerable.Range(0, Count).Select(_ => random.Next(Count))];
            values[r] = BruteForce.AveragePrecision(
                [.. drawn.Where(i => predictions.Labels[i] == 1).Select(i => (double)predictions.Of(i)[1])],
                [.. drawn.Where(i => predictions.Labels[i] != 1).Select(i => (double)predictions.Of(i)[1])]);
        }

        Array.Sort(values);
        Assert.Equal("bootstrap", row.IntervalMethod);
        Assert.Equal(values[4] + (0.975 * (values[5] - values[4])), row.Lower!.Value, 12);
        Assert.Equal(values[194] + (0.025 * (values[195] - values[194])), row.Upper!.Value, 12);
    }

    [Fact]
    public void Report_OfTheSamePredictions_IsTheSame()
    {
        Predictions predictions = MadeUpPredictions.Random(80, 3, seed: 2);

        Assert.Equal(EvaluationReports.From(predictions).Measurements, EvaluationReports.From(predictions).Measurements);
    }

    [Fact]
    public void ClassWithoutImages_HasNoSupport_AndDoesNotEnterTheMacroValue()
    {
        EvaluationReport report = EvaluationReports.From(MadeUpPredictions.Decided(3, [0, 0, 1, 1], [0, 1, 1, 2]));

        foreach (Metric metric in Enum.GetValues<Metric>().Where(metric => metric != Metric.Accuracy))
        {
            Measurement row = report.Row(metric, "class 2");
            Assert.Null(row.Value);
            Assert.Null(row.Lower);
            Assert.Equal("", row.IntervalMethod);
        }

        Assert.Equal((1 + 0.5) / 2, report.Value(Metric.Precision)!.Value, 12);
        Assert.Equal(0.5, report.Value(Metric.Recall)!.Value, 12);
    }

    [Fact]
    public void ClassNeverPredicted_HasNoPrecision_SoNeitherHasTheMacroValue()
    {
        EvaluationReport report = EvaluationReports.From(MadeUpPredictions.Decided(2, [0, 0, 1, 1], [0, 0, 0, 0]));

        Assert.Null(report.Value(Metric.Precision, "class 1"));
        Assert.Null(report.Value(Metric.Precision));
        Assert.Equal(0, report.Value(Metric.Recall, "class 1"));
        Assert.Equal(0, report.Row(Metric.Precision, "class 1").SampleCount);
    }

    [Fact]
    public void OneClassOnly_HasNoCurveUnderWhichAnAreaCouldBe()
    {
        EvaluationReport report = EvaluationReports.From(MadeUpPredictions.Binary([1, 1, 1], [0.2f, 0.8f, 0.9f]));

        Assert.Null(report.Value(Metric.Auroc, "ill"));
        Assert.Null(report.Value(Metric.Auprc, "ill"));
        Assert.Null(report.Value(Metric.Auroc));
        Assert.Equal(2.0 / 3, report.Value(Metric.Accuracy)!.Value, 12);
    }

    [Fact]
    public void PerfectRanking_HasAnAreaButNoIntervalThatPretendsCertainty()
    {
        Measurement row = EvaluationReports.From(MadeUpPredictions.Binary([0, 0, 1, 1], [0.1f, 0.2f, 0.8f, 0.9f])).Row(Metric.Auroc, "ill");

        Assert.Equal(1, row.Value);
        Assert.Null(row.Lower);
        Assert.Null(row.Upper);
    }

    [Fact]
    public void NoImages_HaveNoSupportAnywhere()
    {
        EvaluationReport report = EvaluationReports.From(new Predictions(["a", "b"], [], [], isSynthetic: true));

        Assert.Null(report.Loss);
        Assert.All(report.Measurements, m => Assert.Null(m.Value));
        Assert.Equal(1 + (6 * 3), report.Measurements.Count);
        Assert.True(report.IsSynthetic);
    }

    [Fact]
    public void SampleCounts_AreTheDenominators()
    {
        EvaluationReport report = EvaluationReports.From(MadeUpPredictions.Decided(2, [0, 0, 0, 1, 1], [0, 0, 1, 1, 0]));

        Assert.Equal(5, report.Row(Metric.Accuracy).SampleCount);
        Assert.Equal(3, report.Row(Metric.Precision, "class 0").SampleCount);
        Assert.Equal(2, report.Row(Metric.Recall, "class 1").SampleCount);
        Assert.Equal(4, report.Row(Metric.F1, "class 0").SampleCount);
        Assert.Equal("Wilson", report.Row(Metric.Recall, "class 1").IntervalMethod);
    }

    [Fact]
    public void PooledPredictions_AreTheSameAsOneSet()
    {
        Predictions whole = MadeUpPredictions.Random(60, 3, seed: 4);
        Predictions Part(int from, int to) => new(
            whole.Classes, [.. whole.Labels.Skip(from).Take(to - from)], whole.Probabilities[(3 * from)..(3 * to)].ToArray(), isSynthetic: from > 0);

        var pooled = Predictions.Concat([Part(0, 25), Part(25, 60)]);

        Assert.Equal(EvaluationReports.From(whole).Measurements, EvaluationReports.From(pooled).Measurements);
        Assert.True(pooled.IsSynthetic);
        Assert.Throws<ArgumentException>(() => Predictions.Concat([whole, MadeUpPredictions.Random(5, 2, seed: 1)]));
    }

    private static (double[] Positive, double[] Negative) Scores(Predictions predictions, int ofClass)
    {
        ILookup<bool, double> scores = Enumerable.Range(0, predictions.Count)
            .ToLookup(i => predictions.Labels[i] == ofClass, i => (double)predictions.Of(i)[ofClass]);
        return ([.. scores[true]], [.. scores[false]]);
    }
}
