namespace FedPortal.Training.Perturbation;

/// <summary>Vose's alias table in exact integer arithmetic.</summary>
internal static class AliasColumns
{
    /// <summary>
    /// Spreads weights that sum to 2^<paramref name="weightBits"/> over 2^<see cref="NoiseTable.ColumnBits"/> columns of equal capacity: a
    /// column belongs to its own number below its threshold, and to its alias from there on.
    /// </summary>
    public static void Fill(IReadOnlyList<UInt128> weights, int weightBits, Action<int, UInt128, int> setColumn)
    {
        const int columns = 1 << NoiseTable.ColumnBits;
        if (weights.Count > columns)
        {
            throw new ArgumentException($"Expected at most {columns} weights but got {weights.Count}.", nameof(weights));
        }

        UInt128 capacity = UInt128.One << (weightBits - NoiseTable.ColumnBits);
        UInt128[] left = [.. weights, .. Enumerable.Repeat(UInt128.Zero, columns - weights.Count)];
        var small = new Stack<int>(Enumerable.Range(0, columns).Where(column => left[column] < capacity));
        var large = new Stack<int>(Enumerable.Range(0, columns).Where(column => left[column] >= capacity));
        while (small.TryPop(out int column))
        {
            int giver = large.Peek();
            setColumn(column, left[column], giver);
            left[giver] -= capacity - left[column];
            if (left[giver] < capacity)
            {
                small.Push(large.Pop());
            }
        }

        foreach (int column in large)
        {
            setColumn(column, capacity, column);
        }
    }
}
