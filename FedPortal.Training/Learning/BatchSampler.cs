namespace FedPortal.Training.Learning;

/// <summary>Decides which images make which batch of an epoch. Equal seeds give equal batches.</summary>
internal sealed class BatchSampler
{
    private readonly int[] _labels;
    private readonly int _batchSize;
    private readonly bool _balanced;
    private readonly Random _random;

    /// <param name="labels">Class number of each image; at least one image.</param>
    /// <param name="batchSize">At least 1.</param>
    /// <param name="balanced">Draw every class that occurs equally often, repeating images of rare classes.</param>
    /// <param name="seed">Of the order.</param>
    public BatchSampler(int[] labels, int batchSize, bool balanced, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels.Length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _labels = labels;
        _batchSize = batchSize;
        _balanced = balanced;
        _random = new Random(seed);
    }

    /// <summary>
    /// Batches of an epoch: all of the batch size but the last, which takes the rest. A rest of one image joins the batch before, because
    /// a network with BatchNorm has no variance over a single value.
    /// </summary>
    public int BatchCount
    {
        get
        {
            int full = _labels.Length / _batchSize;
            int rest = _labels.Length % _batchSize;
            return full + (rest == 0 || (rest == 1 && full > 0) ? 0 : 1);
        }
    }

    /// <summary>Image numbers of each batch of the next epoch; as many draws as there are images.</summary>
    public IReadOnlyList<int[]> NextEpoch()
    {
        int[] order = _balanced ? BalancedOrder() : ShuffledOrder();
        int count = BatchCount;
        int[][] batches = new int[count][];
        for (int b = 0; b < count; b++)
        {
            int end = b == count - 1 ? order.Length : (b + 1) * _batchSize;
            batches[b] = order[(b * _batchSize)..end];
        }

        return batches;
    }

    private int[] ShuffledOrder()
    {
        int[] order = [.. Enumerable.Range(0, _labels.Length)];
        _random.Shuffle(order);
        return order;
    }

    /// <summary>Takes the classes in turn; each class deals its images from a shuffled pile and reshuffles when the pile is empty.</summary>
    private int[] BalancedOrder()
    {
        int[][] piles = [.. Enumerable.Range(0, _labels.Length).GroupBy(image => _labels[image]).OrderBy(group => group.Key).Select(group => group.ToArray())];
        int[] next = new int[piles.Length];
        int[] order = new int[_labels.Length];
        for (int i = 0; i < order.Length; i++)
        {
            int c = i % piles.Length;
            int at = next[c] % piles[c].Length;
            if (at == 0)
            {
                _random.Shuffle(piles[c]);
            }

            order[i] = piles[c][at];
            next[c]++;
        }

        return order;
    }
}
