namespace FedPortal.Encryption.SecureAggregation.Sharing;

/// <summary>
/// Finds the helpers whose sums do not lie on the common polynomials: with a answers and threshold t up to ⌊(a−t)/2⌋ of them.
/// </summary>
/// <remarks>
/// The answers are a Reed–Solomon codeword for every coefficient. A random combination of all coefficients is a codeword with an error
/// where a helper lied in any of them, except with probability 1/p; eight combinations miss a liar with probability 2^−128. Each is
/// decoded by Berlekamp and Welch's key equation Q(x_i) = y_i·E(x_i), deg E = e, deg Q &lt; t + e.
/// </remarks>
internal static class LiarLocator
{
    private const int Combinations = 8;

    /// <returns>The points of the liars, ascending; null when there are more than the surplus can locate.</returns>
    public static IReadOnlyList<int>? Locate(IReadOnlyList<SummedShare> shares, int threshold)
    {
        int[] points = [.. shares.Select(share => share.Point)];
        var liars = new SortedSet<int>();
        for (int k = 0; k < Combinations; k++)
        {
            int[] factors = ShamirField.RandomElements(shares[0].Elements.Count);
            int[] word = [.. shares.Select(share => Combine(share.Elements, factors))];
            IReadOnlyList<int>? errors = Decode(points, word, threshold);
            if (errors is null)
            {
                return null;
            }

            liars.UnionWith(errors);
        }

        return liars.Count <= (shares.Count - threshold) / 2 ? [.. liars] : null;
    }

    /// <returns>The points where the word differs from the nearest codeword; null when none is near enough.</returns>
    internal static IReadOnlyList<int>? Decode(int[] points, int[] word, int threshold)
    {
        int errors = (points.Length - threshold) / 2;
        int[]? locator = SolveKeyEquation(points, word, threshold, errors);
        if (locator is null)
        {
            return null;
        }

        int[] trusted = [.. Enumerable.Range(0, points.Length).Where(i => Evaluate(locator, points[i]) != 0).Take(threshold)];
        if (trusted.Length < threshold)
        {
            return null;
        }

        int[] from = [.. trusted.Select(i => points[i])];
        int[] wrong = [.. Enumerable.Range(0, points.Length).Where(i => Predict(from, trusted, word, points[i]) != word[i])];
        return wrong.Length <= errors ? [.. wrong.Select(i => points[i])] : null;
    }

    private static int Predict(int[] from, int[] trusted, int[] word, int at)
    {
        int[] weights = ShamirField.LagrangeWeights(from, at);
        return weights.Index().Aggregate(0, (sum, weight) =>
            ShamirField.Add(sum, ShamirField.Multiply(weight.Item, word[trusted[weight.Index]])));
    }

    private static int Combine(IReadOnlyList<int> elements, int[] factors)
    {
        long sum = 0;
        for (int i = 0; i < factors.Length; i++)
        {
            sum += (long)elements[i] * factors[i];
        }

        return (int)(sum % ShamirField.Prime);
    }

    private static int Evaluate(int[] polynomial, int at)
    {
        int y = 0;
        for (int i = polynomial.Length - 1; i >= 0; i--)
        {
            y = ShamirField.Add(ShamirField.Multiply(y, at), polynomial[i]);
        }

        return y;
    }

    /// <returns>The error locator E with leading coefficient 1; null when the equations contradict each other.</returns>
    private static int[]? SolveKeyEquation(int[] points, int[] word, int threshold, int errors)
    {
        int unknowns = threshold + (2 * errors);
        int[][] rows = [.. points.Select((point, i) => KeyEquation(point, word[i], threshold + errors, errors))];
        int[] pivots = new int[unknowns];
        Array.Fill(pivots, -1);
        int next = 0;
        for (int column = 0; column < unknowns; column++)
        {
            int found = Array.FindIndex(rows, next, row => row[column] != 0);
            if (found >= 0)
            {
                (rows[next], rows[found]) = (rows[found], rows[next]);
                Eliminate(rows, next, column);
                pivots[column] = next++;
            }
        }

        if (rows[next..].Any(row => row[unknowns] != 0))
        {
            return null;
        }

        // Unknowns without a pivot are free: 0 will do.
        IEnumerable<int> low = pivots[(threshold + errors)..].Select(pivot => pivot < 0 ? 0 : rows[pivot][unknowns]);
        return [.. low, 1];
    }

    private static int[] KeyEquation(int point, int value, int quotients, int errors)
    {
        int[] row = new int[quotients + errors + 1];
        for (int k = 0, power = 1; k < quotients; k++, power = ShamirField.Multiply(power, point))
        {
            row[k] = power;
        }

        for (int k = 0, power = 1; k <= errors; k++, power = ShamirField.Multiply(power, point))
        {
            int product = ShamirField.Multiply(value, power);
            row[quotients + k] = k == errors ? product : ShamirField.Subtract(0, product);
        }

        return row;
    }

    private static void Eliminate(int[][] rows, int pivot, int column)
    {
        int inverse = ShamirField.Inverse(rows[pivot][column]);
        rows[pivot] = [.. rows[pivot].Select(x => ShamirField.Multiply(x, inverse))];
        for (int i = 0; i < rows.Length; i++)
        {
            int factor = rows[i][column];
            if (i != pivot && factor != 0)
            {
                rows[i] = [.. rows[i].Zip(rows[pivot], (x, y) => ShamirField.Subtract(x, ShamirField.Multiply(factor, y)))];
            }
        }
    }
}
