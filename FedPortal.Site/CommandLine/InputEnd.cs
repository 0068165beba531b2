using System.CommandLine;

namespace FedPortal.Site.CommandLine;

/// <summary>For a parent that may die: with the hidden option <c>--end-with-input</c> a verb is cancelled when its standard input ends.</summary>
internal static class InputEnd
{
    public static Option<bool> Option { get; } = new("--end-with-input") { Hidden = true, Recursive = true };

    /// <summary>Runs the work until it is done, cancelled, or the parent is gone.</summary>
    public static async Task<int> WatchAsync(ParseResult parsed, Func<CancellationToken, Task<int>> work, CancellationToken ct)
    {
        if (!parsed.GetValue(Option))
        {
            return await work(ct);
        }

        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task<int> working = work(linked.Token);
        // Reads of the console's reader are synchronous whatever they are called, and would hold the thread that must return the exit code.
        Task ended = Task.Run(ReadToEnd, CancellationToken.None);
        if (await Task.WhenAny(working, ended) == ended)
        {
            await linked.CancelAsync();
        }

        int code = await working;
        await linked.CancelAsync();
        return code;
    }

    private static void ReadToEnd()
    {
        using Stream input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[256];
        while (input.Read(ignored) > 0)
        {
        }
    }
}
