namespace FedPortal.Operation.Monitoring;

/// <summary>Counts observations in buckets, apart for each set of label values. May be used from many threads.</summary>
/// <param name="name">Of the family; the unit is its last word.</param>
/// <param name="labels">Names of the labels; every value of them makes a line for each bucket, so they take few values.</param>
/// <param name="bounds">Upper bounds of the buckets, rising, without the infinite one.</param>
public sealed class LabelledHistogram(string name, string help, IReadOnlyList<string> labels, IReadOnlyList<double> bounds)
{
    /// <summary>Beyond this many sets of label values further ones are counted as "other": a scan of addresses must not fill the memory.</summary>
    private const int MostSeries = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);

    /// <param name="values">One for each label.</param>
    public void Observe(double observed, params ReadOnlySpan<string> values)
    {
        string[] key = values.ToArray();
        if (key.Length != labels.Count)
        {
            throw new ArgumentException($"Expected {labels.Count} label values but got {key.Length}.", nameof(values));
        }

        lock (_gate)
        {
            string joined = string.Join('\u001f', key);
            if (!_series.TryGetValue(joined, out Series? series))
            {
                if (_series.Count >= MostSeries)
                {
                    Array.Fill(key, "other");
                    joined = string.Join('\u001f', key);
                }

                if (!_series.TryGetValue(joined, out series))
                {
                    _series[joined] = series = new Series(key, new long[bounds.Count + 1]);
                }
            }

            int bucket = 0;
            while (bucket < bounds.Count && observed > bounds[bucket])
            {
                bucket++;
            }

            series.Counts[bucket]++;
            series.Sum += observed;
        }
    }

    public void WriteTo(PrometheusText text)
    {
        text.Family(name, "histogram", help);
        lock (_gate)
        {
            foreach (Series series in _series.Values.OrderBy(series => string.Join('\u001f', series.Key), StringComparer.Ordinal))
            {
                (string, string)[] pairs = [.. labels.Zip(series.Key)];
                long total = 0;
                for (int bucket = 0; bucket <= bounds.Count; bucket++)
                {
                    total += series.Counts[bucket];
                    text.Sample($"{name}_bucket", total, [.. pairs, ("le", PrometheusText.Number(bucket < bounds.Count ? bounds[bucket] : double.PositiveInfinity))]);
                }

                text.Sample($"{name}_sum", series.Sum, pairs).Sample($"{name}_count", total, pairs);
            }
        }
    }

    private sealed class Series(string[] key, long[] counts)
    {
        public string[] Key { get; } = key;

        public long[] Counts { get; } = counts;

        public double Sum { get; set; }
    }
}
