namespace FedPortal.Operation;

/// <summary>Something the scheduler does now or will do.</summary>
/// <param name="Group">What kind of work: a group of jobs.</param>
/// <param name="Name">Which one of it, often an id.</param>
public sealed record ScheduledWork(string Group, string Name, DateTimeOffset At);

/// <summary>How the scheduler is.</summary>
/// <param name="IsRunning">False while it starts, stands by or has ended.</param>
/// <param name="LateCount">Firings that came too late since the portal began.</param>
/// <param name="BrokenCount">Triggers that will never fire again because of an error.</param>
/// <param name="Next">The nearest firings, soonest first.</param>
public sealed record SchedulerView(
    bool IsRunning, DateTimeOffset? RunningSince, long JobsExecuted, int Threads, IReadOnlyList<ScheduledWork> Executing, int LateCount, DateTimeOffset? LastLateAt, int BrokenCount,
    IReadOnlyList<ScheduledWork> Next);
