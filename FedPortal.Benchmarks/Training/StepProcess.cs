using System.Diagnostics;
using System.Globalization;
using FedPortal.Training.Native;
using FedPortal.Training.Processes;

namespace FedPortal.Benchmarks.Training;

/// <summary>One side of the benchmark: a child process that takes a training step when told to, and is idle otherwise.</summary>
internal sealed class StepProcess : IDisposable
{
    private readonly Process _process;

    private StepProcess(Process process, string name)
    {
        _process = process;
        Name = name;
    }

    /// <summary>What the process calls itself.</summary>
    public string Name { get; }

    /// <param name="program">What to start.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="preloadAllocator">True to preload tcmalloc, as our site program does; false for the program's own allocator.</param>
    public static async Task<StepProcess> StartAsync(string program, IEnumerable<string> arguments, bool preloadAllocator)
    {
        ProcessStartInfo start = ChildProgram.Of(program, arguments, pipes: ChildPipes.Input | ChildPipes.Output);
        start.Environment.Remove("LD_PRELOAD");
        NativeEnvironment.ApplyTo(start);
        if (!preloadAllocator)
        {
            start.Environment.Remove("LD_PRELOAD");
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        string name = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{program} ended before it was ready.");
        return new StepProcess(process, name);
    }

    public async Task<StepTime> StepAsync()
    {
        await _process.StandardInput.WriteLineAsync("step");
        await _process.StandardInput.FlushAsync();
        string line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{Name} ended during a step.");
        double[] times = [.. line.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        return new StepTime(times[0], times[1]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
