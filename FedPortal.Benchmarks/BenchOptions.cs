namespace FedPortal.Benchmarks;

/// <summary>What may stand behind a benchmark's name.</summary>
internal static class BenchOptions
{
    /// <param name="options">As they were typed.</param>
    /// <param name="valued">Those with a value behind them.</param>
    /// <param name="flags">Those without, beside <c>--json</c>.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">One is none of these, or its value is missing.</exception>
    public static string[] Checked(string[] options, string[] valued, params string[] flags)
    {
        if (options is [.., var last] && valued.Contains(last))
        {
            throw new ArgumentException($"Expected a value behind {last}.");
        }

        string[] alone = [.. flags, "--json"];
        int at = Array.FindIndex([.. options.Index()], option => !alone.Contains(option.Item) && !valued.Contains(option.Item) && (option.Index == 0 || !valued.Contains(options[option.Index - 1])));
        return at < 0 ? options : throw new ArgumentException($"Expected {string.Join(", ", [.. valued, .. alone])} but got '{options[at]}'.");
    }
}
