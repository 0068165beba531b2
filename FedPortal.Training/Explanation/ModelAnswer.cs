namespace FedPortal.Training.Explanation;

/// <summary>What the network itself says about one picture, before it is held against anything.</summary>
/// <param name="ImageSize">Width and height of the two pictures.</param>
/// <param name="Logits">By class.</param>
/// <param name="TopClass">The class that <paramref name="Attention"/> explains.</param>
/// <param name="Prepared">What the network saw, −2 black to 2 white, row-major.</param>
/// <param name="Attention">Grad-CAM of the top class, 0…1, row-major. It is computed on the last feature maps, which are a 32nd of the picture's side, and enlarged: it shows regions, not outlines.</param>
/// <param name="Inputs">Statistics of picture and answer.</param>
public sealed record ModelAnswer(int ImageSize, float[] Logits, int TopClass, float[] Prepared, float[] Attention, InputStatistics Inputs)
{
    /// <summary>The class of the largest logit; the first of equals.</summary>
    public static int TopOf(float[] logits) => Array.IndexOf(logits, logits.Max());

    /// <summary>Fills in what follows from picture and logits.</summary>
    public static ModelAnswer Of(int imageSize, float[] logits, float[] prepared, float[] attention) =>
        new(imageSize, logits, TopOf(logits), prepared, attention, InputStatistics.Of(prepared, imageSize, logits));
}
