using FedPortal.Training.Evaluation;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Robustness;

/// <summary>One image before and after, for a person's eyes.</summary>
/// <param name="TrueClass">Its label.</param>
/// <param name="Before">What it was taken for.</param>
/// <param name="BeforeProbability">And how surely.</param>
/// <param name="After">What it is taken for now.</param>
/// <param name="AfterProbability">And how surely.</param>
/// <param name="Amplification">The picture of the difference shows so many times the difference, around middle grey.</param>
/// <param name="Greatest">Greatest change of a pixel, in grey levels.</param>
/// <param name="Original">PNG.</param>
/// <param name="Difference">PNG.</param>
/// <param name="Disturbed">PNG.</param>
public sealed record PictureRow(
    Disturbance Disturbance, double Strength, string TrueClass, string Before, double BeforeProbability, string After, double AfterProbability,
    double Amplification, double Greatest, byte[] Original, byte[] Difference, byte[] Disturbed);

/// <summary>Chooses and draws examples: of each one the weakest strength that changes what it is taken for, or the strongest where none does.</summary>
public static class RobustnessPictures
{
    public static IReadOnlyList<PictureRow> Of(RobustnessAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        int[] before = ConfusionMatrix.PredictedClasses(answers.Clean);
        return [.. answers.Pictures.GroupBy(picture => (picture.Disturbance, picture.Image)).Select(group =>
        {
            bool Fools(ExamplePixels picture) => ConfusionMatrix.PredictedClass(AnswersOf(answers, picture).Of(picture.Image)) != before[picture.Image];
            ExamplePixels[] byStrength = [.. group.OrderBy(picture => Disturbances.Severity(picture.Disturbance, picture.Strength))];
            return RowOf(answers, byStrength.FirstOrDefault(Fools) ?? byStrength[^1], before);
        })];
    }

    private static PictureRow RowOf(RobustnessAnswers answers, ExamplePixels picture, int[] before)
    {
        Predictions clean = answers.Clean;
        ReadOnlySpan<float> now = AnswersOf(answers, picture).Of(picture.Image);
        int was = before[picture.Image];
        int after = ConfusionMatrix.PredictedClass(now);
        double greatest = GreyLevels.FromPrepared(picture.Before.Zip(picture.After, (a, b) => Math.Abs(a - b)).DefaultIfEmpty(0).Max());
        double amplification = greatest > 0 ? Math.Max(1, Math.Floor(127 / greatest)) : 1;
        float[] difference = [.. picture.Before.Zip(picture.After, (a, b) => (float)((b - a) * amplification))];
        byte[] Png(float[] pixels) => GreyLevels.ToPng(pixels, picture.Size);
        return new PictureRow(
            picture.Disturbance, picture.Strength, clean.Classes[clean.Labels[picture.Image]], clean.Classes[was], clean.Of(picture.Image)[was],
            clean.Classes[after], now[after], amplification, greatest, Png(picture.Before), Png(difference), Png(picture.After));
    }

    private static Predictions AnswersOf(RobustnessAnswers answers, ExamplePixels picture) =>
        answers.Points.Single(point => point.Disturbance == picture.Disturbance && point.Strength == picture.Strength).Predictions;
}
