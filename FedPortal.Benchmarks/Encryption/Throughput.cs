using System.Diagnostics;

namespace FedPortal.Benchmarks.Encryption;

/// <summary>How many values a step handles in a second.</summary>
internal static class Throughput
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(250);

    // One worker: short rounds, so that some fall between what else the machine does. Several: long ones, so that all run at the same time.
    private static readonly (TimeSpan Time, int Count) Alone = (TimeSpan.FromMilliseconds(10), 50);
    private static readonly (TimeSpan Time, int Count) Together = (TimeSpan.FromMilliseconds(100), 5);

    /// <returns>The best of several rounds, all workers together, in million values a second.</returns>
    public static double MillionsPerSecond<TWorker>(TWorker[] workers, Action<TWorker> step, int valuesPerStep)
    {
        Measure(workers, step, WarmUp);
        (TimeSpan time, int count) = workers.Length == 1 ? Alone : Together;
        double best = 0;
        for (int round = 0; round < count; round++)
        {
            best = Math.Max(best, Measure(workers, step, time));
        }

        return best * valuesPerStep / 1e6;
    }

    // Steps a second of all workers: each runs on a thread of its own until the time is over.
    private static double Measure<TWorker>(TWorker[] workers, Action<TWorker> step, TimeSpan time)
    {
        double[] rates = new double[workers.Length];
        Thread[] threads = [.. workers.Select((worker, index) => new Thread(() => rates[index] = Rate(worker, step, time)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return rates.Sum();
    }

    private static double Rate<TWorker>(TWorker worker, Action<TWorker> step, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        int steps = 0;
        TimeSpan elapsed;
        do
        {
            step(worker);
            steps++;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < time);

        return steps / elapsed.TotalSeconds;
    }
}
