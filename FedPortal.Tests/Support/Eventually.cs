using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace FedPortal.Tests.Support;

/// <summary>Waits for what comes by itself. On a crowded machine that takes a while, and much patience costs nothing where it comes soon.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string said = "") => HoldsAsync(() => Task.FromResult(condition()), said);

    /// <param name="said">The condition as it is written in the test; a failure shows it.</param>
    public static async Task HoldsAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string said = "")
    {
        long started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"After {Patience.TotalMinutes} minutes it does not hold: {said}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
