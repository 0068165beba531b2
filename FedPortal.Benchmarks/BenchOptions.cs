using System.Globalization;

namespace FedPortal.Benchmarks;

/// <summary>What was typed is not what a benchmark takes.</summary>
internal sealed class BenchUsageException(string message) : Exception(message);

/// <summary>What may stand behind a benchmark's name.</summary>
internal sealed class BenchOptions
{
    private readonly string[] _typed;

    /// <param name="typed">As they were typed.</param>
    /// <param name="valued">Those with a value behind them.</param>
    /// <param name="flags">Those without, beside <c>--json</c>.</param>
    /// <exception cref="BenchUsageException">One is none of these, or its value is missing.</exception>
    public BenchOptions(string[] typed, string[] valued, params string[] flags)
    {
        string[] alone = [.. flags, "--json"];
        for (int at = 0; at < typed.Length; at++)
        {
            if (valued.Contains(typed[at]))
            {
                if (++at == typed.Length)
                {
                    throw new BenchUsageException($"Expected a value behind {typed[^1]}.");
                }
            }
            else if (!alone.Contains(typed[at]))
            {
                throw new BenchUsageException($"Expected {string.Join(", ", [.. valued, .. alone])} but got '{typed[at]}'.");
            }
        }

        _typed = typed;
    }

    public bool IsJson => Has("--json");

    public bool Has(string flag) => _typed.Contains(flag);

    /// <returns>The value behind an option; null where it was not given.</returns>
    public string? Text(string option) => Array.IndexOf(_typed, option) is var at and >= 0 ? _typed[at + 1] : null;

    /// <exception cref="BenchUsageException">It is no whole number above 0.</exception>
    public int Number(string option, int otherwise) =>
        Text(option) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number
        : throw new BenchUsageException($"Expected a whole number above 0 behind {option} but got '{text}'.");
}
