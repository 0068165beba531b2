namespace FedPortal.Training.Evaluation;

/// <summary>Images in falling order of one class's probability, sorted once, so that every bootstrap replicate is a single pass.</summary>
internal sealed class ScoreRanking
{
    private readonly int[] _order;
    private readonly bool[] _positive;
    private readonly bool[] _lastOfTie;

    public ScoreRanking(Predictions predictions, int positiveClass)
    {
        float[] scores = new float[predictions.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = -predictions.Of(i)[positiveClass];
        }

        _order = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort(scores, _order);
        _positive = Array.ConvertAll(_order, image => predictions.Labels[image] == positiveClass);
        _lastOfTie = new bool[scores.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            _lastOfTie[i] = i == scores.Length - 1 || scores[i] != scores[i + 1];
        }
    }

    /// <summary>
    /// Area under the ROC curve, ties counted half (Mann–Whitney), and average precision Σ (Rₖ − Rₖ₋₁)Pₖ over the distinct thresholds.
    /// NaN without positive or without negative images.
    /// </summary>
    /// <param name="weights">How often each image counts.</param>
    public (double Auroc, double Auprc) Areas(ReadOnlySpan<int> weights)
    {
        double positives = 0;
        double negatives = 0;
        double tiedPositives = 0;
        double tiedNegatives = 0;
        double rankSum = 0;
        double precisionSum = 0;
        for (int i = 0; i < _order.Length; i++)
        {
            int weight = weights[_order[i]];
            tiedPositives += _positive[i] ? weight : 0;
            tiedNegatives += _positive[i] ? 0 : weight;
            if (_lastOfTie[i] && tiedPositives + tiedNegatives > 0)
            {
                rankSum += tiedNegatives * (positives + (0.5 * tiedPositives));
                positives += tiedPositives;
                negatives += tiedNegatives;
                precisionSum += tiedPositives * positives / (positives + negatives);
                tiedPositives = 0;
                tiedNegatives = 0;
            }
        }

        return positives > 0 && negatives > 0 ? (rankSum / (positives * negatives), precisionSum / positives) : (double.NaN, double.NaN);
    }

    /// <summary>
    /// Variance of the area under the ROC curve (DeLong, DeLong and Clarke-Pearson 1988): the variance of the share of negatives below
    /// each positive over their number, plus the like for negatives. NaN with fewer than two of either.
    /// </summary>
    public double DeLongVariance()
    {
        int positives = _positive.Count(positive => positive);
        int negatives = _positive.Length - positives;
        var ofPositives = new RunningVariance();
        var ofNegatives = new RunningVariance();
        int positivesAbove = 0;
        int negativesAbove = 0;
        for (int start = 0; start < _order.Length;)
        {
            int end = start;
            while (!_lastOfTie[end])
            {
                end++;
            }

            int tiedPositives = _positive.AsSpan(start, end + 1 - start).Count(true);
            int tiedNegatives = end + 1 - start - tiedPositives;
            ofPositives.Add((negatives - negativesAbove - (0.5 * tiedNegatives)) / negatives, tiedPositives);
            ofNegatives.Add((positivesAbove + (0.5 * tiedPositives)) / positives, tiedNegatives);
            positivesAbove += tiedPositives;
            negativesAbove += tiedNegatives;
            start = end + 1;
        }

        return (ofPositives.Value / positives) + (ofNegatives.Value / negatives);
    }

    /// <summary>Unbiased variance of repeated values.</summary>
    private struct RunningVariance
    {
        private double _count;
        private double _mean;
        private double _squares;

        public readonly double Value => _count < 2 ? double.NaN : _squares / (_count - 1);

        public void Add(double value, int times)
        {
            if (times == 0)
            {
                return;
            }

            double shift = value - _mean;
            _squares += shift * shift * _count * times / (_count + times);
            _count += times;
            _mean += shift * times / _count;
        }
    }
}
