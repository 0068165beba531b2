using FedPortal.Components.Shared;
using FedPortal.Training.Protocol;

namespace FedPortal.Components;

/// <summary>Where a stage happens.</summary>
internal enum FlowPlace
{
    Institutions,
    Portal,
}

/// <summary>One box of the process flow.</summary>
/// <param name="Stage">One of <see cref="StageNames"/>.</param>
/// <param name="Figure">Time or count, or empty.</param>
/// <param name="Explains">What happens in it, one sentence.</param>
/// <param name="Makes">The type that goes on to the next box.</param>
internal sealed record FlowBox(string Stage, FlowPlace Place, StageFace Face, string Figure, string Explains, string Makes);
