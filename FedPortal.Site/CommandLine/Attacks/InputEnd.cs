using System.CommandLine;

namespace FedPortal.Site.CommandLine.Attacks;

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
        Task ended = Console.In.ReadToEndAsync(linked.Token);
        if (await Task.WhenAny(working, ended) == ended)
        {
            await linked.CancelAsync();
        }

        int code = await working;
        await linked.CancelAsync();
        return code;
    }
}
