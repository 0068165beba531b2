using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Learning;

/// <summary>The batches of one local training: sampled, gathered and, when the plan says so, augmented.</summary>
internal sealed class TrainingBatches
{
    private readonly PreparedDataset _data;
    private readonly BatchSampler _sampler;
    private readonly ImageAugmentation? _augmentation;

    public TrainingBatches(PreparedDataset data, TrainingPlan plan, int seed)
    {
        Labels = [.. Enumerable.Range(0, data.Count).Select(data.Label)];
        _data = data;
        _sampler = new BatchSampler(Labels, plan.BatchSize, plan.Balance == ClassBalance.BalancedSampling, Seeds.Mix(seed, 1));
        _augmentation = plan.Augment ? new ImageAugmentation(data.ImageSize, Seeds.Mix(seed, 2)) : null;
    }

    /// <summary>Class number of each image.</summary>
    public int[] Labels { get; }

    public int CountPerEpoch => _sampler.BatchCount;

    /// <summary>The batches of the next epoch, each made when it is asked for.</summary>
    public IEnumerable<ImageBatch> NextEpoch() => _sampler.NextEpoch().Select(Gather);

    private ImageBatch Gather(int[] images)
    {
        int pixelsPerImage = _data.ImageSize * _data.ImageSize;
        float[] pixels = new float[images.Length * pixelsPerImage];
        for (int i = 0; i < images.Length; i++)
        {
            Span<float> destination = pixels.AsSpan(i * pixelsPerImage, pixelsPerImage);
            if (_augmentation is null)
            {
                _data.Pixels(images[i]).CopyTo(destination);
            }
            else
            {
                _augmentation.Apply(_data.Pixels(images[i]), destination);
            }
        }

        return new ImageBatch(_data.ImageSize, pixels, Array.ConvertAll(images, image => Labels[image]));
    }
}
