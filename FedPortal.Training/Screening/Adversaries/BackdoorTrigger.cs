using FedPortal.Training.Datasets;

namespace FedPortal.Training.Screening.Adversaries;

/// <summary>The mark that a backdoor reacts to: a bright square in the lower right corner, a tenth of the picture wide.</summary>
public static class BackdoorTrigger
{
    /// <summary>The class that marked images are to be taken for.</summary>
    public const int Target = 0;

    /// <summary>The images that are not of the target class, with the mark on them.</summary>
    public static PreparedDataset Marked(PreparedDataset data) => data
        .Subset([.. Enumerable.Range(0, data.Count).Where(image => data.Label(image) != Target)])
        .With((label, pixels, _) => (label, Stamp(pixels, data.ImageSize)));

    /// <summary>Whether the target class is the most probable.</summary>
    public static bool Fooled(ReadOnlySpan<float> probabilities)
    {
        float most = 0;
        foreach (float probability in probabilities)
        {
            most = Math.Max(most, probability);
        }

        return probabilities[Target] >= most;
    }

    /// <summary>A copy with the mark, as bright as the picture's brightest pixel.</summary>
    /// <param name="pixels">Row by row.</param>
    /// <param name="size">Width and height.</param>
    public static float[] Stamp(float[] pixels, int size)
    {
        float[] marked = [.. pixels];
        float brightest = marked.Max();
        int width = Math.Max(3, size / 10);
        for (int row = size - width - 1; row < size - 1; row++)
        {
            marked.AsSpan((row * size) + size - width - 1, width).Fill(brightest);
        }

        return marked;
    }
}
