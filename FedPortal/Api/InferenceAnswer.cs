using System.Text.Json;
using FedPortal.Inference;
using FedPortal.Jobs.Inference;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;

namespace FedPortal.Api;

/// <summary>The answer of the inference API. The names are part of the API and do not change.</summary>
/// <param name="Prediction">The likeliest class.</param>
/// <param name="Probabilities">By class, as the network gives them.</param>
/// <param name="Calibrated">By class, after temperature scaling; null when it could not be fitted.</param>
/// <param name="Calibration">What the calibration rests on; null without one.</param>
/// <param name="ConfidenceBin">Hold-out pictures with the same confidence; null when there were none.</param>
/// <param name="Novelty">Whether the picture is like the hold-outs; null when it cannot be said.</param>
/// <param name="Notes">What is missing, and why.</param>
/// <param name="Attention">Where the network looked, when asked for with <c>?attention=true</c>.</param>
internal sealed record InferenceAnswer(
    Guid Study, int ModelVersion, string ModelHash, bool ModelSynthetic, string Prediction, IReadOnlyDictionary<string, double> Probabilities,
    IReadOnlyDictionary<string, double>? Calibrated, InferenceCalibration? Calibration, InferenceBin? ConfidenceBin, InferenceNovelty? Novelty, IReadOnlyList<string> Notes,
    InferenceAttention? Attention, string Notice)
{
    public const string NotADevice = "Not a medical device. Research use only; it must not decide about a patient.";

    public static InferenceAnswer Of(ServedVersion model, PictureOpinion picture, bool withAttention)
    {
        ModelOpinion opinion = picture.Opinion;
        return new InferenceAnswer(
            model.StudyId, model.Version, model.BlobHash, model.IsSynthetic, opinion.Classes[opinion.TopClass], ByClass(opinion, opinion.Raw),
            opinion.Calibrated is { } calibrated ? ByClass(opinion, calibrated) : null,
            picture.Reference?.Calibration is { } fitted ? new InferenceCalibration(fitted.Temperature, fitted.Count) : null,
            opinion.Bin is { } bin ? InferenceBin.Of(bin) : null,
            opinion.Novelty is { } novelty ? InferenceNovelty.Of(novelty, picture.Reference!.Inputs!.Count) : null, opinion.Notes,
            withAttention ? new InferenceAttention(picture.Drawn.ImageSize, picture.Drawn.Picture, picture.Drawn.Attention) : null, NotADevice);
    }

    private static Dictionary<string, double> ByClass(ModelOpinion opinion, IReadOnlyList<double> values) =>
        opinion.Classes.Select((name, c) => KeyValuePair.Create(name, values[c])).ToDictionary(StringComparer.Ordinal);
}

internal sealed record InferenceCalibration(double Temperature, int HoldoutImages);

/// <param name="Right">Share of these images whose class was the predicted one, with its 95 % interval.</param>
internal sealed record InferenceBin(double From, double To, int Images, double Right, double Lower, double Upper)
{
    public static InferenceBin Of(ReliabilityBin bin) => new(bin.From, bin.From + 0.1, bin.Count, bin.Accuracy, bin.Lower, bin.Upper);
}

/// <param name="Beyond">Statistics beyond the threshold, farthest first.</param>
internal sealed record InferenceNovelty(double Score, double Threshold, bool Unlike, IReadOnlyList<string> Beyond, int HoldoutImages)
{
    public static InferenceNovelty Of(Novelty novelty, int holdouts) => new(
        novelty.Score, novelty.Threshold, novelty.IsUnlike, [.. novelty.Beyond.Select(distance => JsonNamingPolicy.CamelCase.ConvertName($"{distance.Statistic}"))], holdouts);
}

/// <param name="Picture">What the network saw: PNG, base64.</param>
/// <param name="Layer">Grad-CAM of the prediction to lay over it: PNG with opacity, base64.</param>
internal sealed record InferenceAttention(int Size, byte[] Picture, byte[] Layer);
