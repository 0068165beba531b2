using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;

namespace FedPortal.Jobs.Inference;

/// <summary>Why a picture got no answer.</summary>
internal enum InferenceProblem
{
    /// <summary>The file gave no picture.</summary>
    Unreadable,

    /// <summary>The file or its picture is too large.</summary>
    TooLarge,

    /// <summary>Too many wait already, or every place for a model is taken.</summary>
    Busy,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>The model's process ended, or could not be started.</summary>
    Unavailable,
}

/// <summary>A picture's answer, or why there is none, in words that name nothing of the picture.</summary>
internal sealed record InferenceOutcome(DrawnAnswer? Answer, InferenceProblem Problem, string Reason)
{
    public static InferenceOutcome Of(DrawnAnswer answer) => new(answer, default, "");

    public static InferenceOutcome Without(InferenceProblem problem, string reason) => new(null, problem, reason);

    public static InferenceOutcome Of(DecodeRefusal refusal) =>
        Without(refusal.Kind == RefusalKind.OverLimit ? InferenceProblem.TooLarge : InferenceProblem.Unreadable, refusal.Reason);
}
