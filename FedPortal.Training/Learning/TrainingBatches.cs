using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Learning;

/// <summary>The batches of one local training: sampled, gathered and, when the plan says so, augmented.</summary>
internal sealed class TrainingBatches
{
    private readonly PreparedDataset _data;
    private readonly BatchSampler _sampler;
    private readonly ImageAugmentation? _augmentation;
    private readonly PhotonAugmentation? _photons;

    public TrainingBatches(PreparedDataset data, TrainingPlan plan, int seed)
    {
        Labels = [.. Enumerable.Range(0, data.Count).Select(data.Label)];
        _data = data;
        _sampler = new BatchSampler(Labels, plan.BatchSize, plan.Balance == ClassBalance.BalancedSampling, Seeds.Mix(seed, 1));
        _photons = plan.PhotonCount is { } photons ? new PhotonAugmentation(photons, Seeds.Mix(seed, 3)) : null;
        _augmentation = plan.Augment ? new ImageAugmentation(data.ImageSize, Seeds.Mix(seed, 2)) : null;
    }

    /// <summary>Class number of each image.</summary>
    public int[] Labels { get; }

    public int CountPerEpoch => _sampler.BatchCount;

    /// <summary>The batches of the next epoch, each made when it is asked for.</summary>
    public IEnumerable<ImageBatch> NextEpoch() => _sampler.NextEpoch().Select(Gather);

    /// <summary>A batch of the given images, changed as the plan says.</summary>
    public ImageBatch Gather(int[] images)
    {
        int pixelsPerImage = _data.ImageSize * _data.ImageSize;
        float[] pixels = new float[images.Length * pixelsPerImage];
        for (int i = 0; i < images.Length; i++)
        {
            Span<float> destination = pixels.AsSpan(i * pixelsPerImage, pixelsPerImage);
            ReadOnlySpan<float> source = _photons is null ? _data.Pixels(images[i]) : _photons.Apply(_data.Pixels(images[i]));
            if (_augmentation is null)
            {
                source.CopyTo(destination);
            }
            else
            {
                _augmentation.Apply(source, destination);
            }
        }

        return new ImageBatch(_data.ImageSize, pixels, Array.ConvertAll(images, image => Labels[image]));
    }
}
