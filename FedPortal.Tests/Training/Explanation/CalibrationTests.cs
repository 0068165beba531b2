using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;
using Xunit;

namespace FedPortal.Tests.Training.Explanation;

public class CalibrationTests
{
    private static readonly string[] Classes = ["covid", "normal", "pneumonia"];

    [Theory]
    [InlineData(3.0)]
    [InlineData(0.5)]
    public void TheTemperature_IsTheOneThatMadeTheModelTooSureOrTooUnsure(double factor)
    {
        Predictions predictions = DrawnFromTheirOwnProbabilities(4000, factor);

        TemperatureScaling fitted = TemperatureScaling.Fit(predictions)!;

        Assert.Equal(4000, fitted.Count);
        Assert.InRange(fitted.Temperature / factor, 0.93, 1.07);
        Assert.True(fitted.LossAfter < fitted.LossBefore);
        double Error(Predictions of) => EvaluationReports.From(of, replicates: 100).Of(Metric.ExpectedCalibrationError)!.Value!.Value;
        Assert.True(Error(fitted.Apply(predictions)) < Error(predictions) / 2);
    }

    [Fact]
    public void Calibration_NeverChangesTheOrderOfTheClasses()
    {
        Predictions predictions = DrawnFromTheirOwnProbabilities(200, 2);
        Predictions calibrated = TemperatureScaling.Fit(predictions)!.Apply(predictions);

        Assert.Equal(ConfusionMatrix.PredictedClasses(predictions), ConfusionMatrix.PredictedClasses(calibrated));
    }

    [Fact]
    public void WithFewPictures_ThereIsNoCalibration_AndTheOpinionSaysSo()
    {
        var reference = ModelReference.Of(DrawnFromTheirOwnProbabilities(TemperatureScaling.LeastPictures - 1, 2), inputs: null);
        ModelOpinion opinion = ModelOpinion.Of([1f, 0f, 0f], Some(), Classes, reference);

        Assert.Null(reference.Calibration);
        Assert.Null(opinion.Calibrated);
        Assert.Null(opinion.Novelty);
        Assert.Contains(opinion.Notes, note => note.Contains("at least 50 labelled hold-out pictures, and there are 49", StringComparison.Ordinal));
        Assert.Equal(2, opinion.Notes.Count);
        Assert.Null(ModelOpinion.Of([1f, 0f, 0f], Some(), Classes, reference: null).Bin);
    }

    [Fact]
    public void AnOpinion_ShowsTheBinOfItsConfidence_AsTheHoldOutsHaveIt()
    {
        Predictions predictions = DrawnFromTheirOwnProbabilities(2000, 3);
        var reference = ModelReference.Of(predictions, inputs: null);

        ModelOpinion opinion = ModelOpinion.Of([4f, 0f, 1f], Some(), Classes, reference);

        Assert.Equal(0, opinion.TopClass);
        Assert.Equal(1, opinion.Shown.Sum(), 6);
        Assert.InRange(opinion.Confidence, opinion.Bin!.From, opinion.Bin.From + 0.1);
        Assert.InRange(opinion.Confidence, opinion.Bin.Lower - 0.05, opinion.Bin.Upper + 0.05);
        Predictions calibrated = reference.Calibration!.Apply(predictions);
        int inBin = Enumerable.Range(0, calibrated.Count).Count(image => calibrated.Of(image).ToArray().Max() is var top && top > opinion.Bin.From && top <= opinion.Bin.From + 0.1);
        Assert.Equal(inBin, opinion.Bin.Count);
        Assert.Equal(2000, reference.Confidences.Sum());
        Assert.Equal(2000, reference.TopClasses.Sum());
    }

    private static InputStatistics Some() => InputStatistics.FromValues([.. InputStatistics.All.Select(_ => 0.5)]);

    /// <summary>Labels follow softmax(logits), but the model says softmax(factor × logits): the right temperature is the factor.</summary>
    private static Predictions DrawnFromTheirOwnProbabilities(int count, double factor)
    {
        var random = new Random(11);
        float[] logits = [.. Enumerable.Range(0, count * 3).Select(_ => (float)(3 * random.NextDouble()))];
        float[] truth = Predictions.SoftMax(logits, 3);
        int[] labels = [.. Enumerable.Range(0, count).Select(image =>
        {
            double draw = random.NextDouble();
            return draw < truth[3 * image] ? 0 : draw < truth[3 * image] + truth[(3 * image) + 1] ? 1 : 2;
        })];
        return Predictions.FromLogits(Classes, labels, [.. logits.Select(logit => (float)(logit * factor))], isSynthetic: true);
    }
}
