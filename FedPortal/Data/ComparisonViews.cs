using FedPortal.Comparisons;
using FedPortal.Runs;
using FedPortal.Training.Comparison;

namespace FedPortal.Data;

/// <summary>One comparison in a list.</summary>
/// <param name="Finished">Methods that are measured.</param>
public sealed record ComparisonRunRow(
    Guid Id, RunState State, string Subject, bool IsSynthetic, int Finished, int Methods, double Progress, string Method, string Stage, string? FailureReason, string StartedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? BegunAt, DateTimeOffset ChangedAt)
{
    public bool IsOver => State.IsFinal();
}

/// <param name="Row">As in a list.</param>
/// <param name="Order">What was asked for.</param>
/// <param name="Report">What is finished; null before the data are taken in.</param>
public sealed record ComparisonDetail(ComparisonRunRow Row, ComparisonOrder Order, ComparisonReport? Report);

/// <summary>A data set that a comparison may use.</summary>
/// <param name="Site">What goes into the order.</param>
/// <param name="TrainImages">To train on.</param>
/// <param name="HoldoutImages">Held out.</param>
public sealed record ComparisonChoice(ComparisonSite Site, int TrainImages, int HoldoutImages);
