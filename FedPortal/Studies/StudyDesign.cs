using FedPortal.Training.Accounting;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.PrivateHead;
using FedPortal.Training.Protection;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Studies;

/// <summary>Everything a study agrees on beforehand. Never changed once the study has started.</summary>
public sealed record StudyDesign
{
    public required string Name { get; init; }

    public required string Question { get; init; }

    /// <summary>Labels, in the order of the network's outputs.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public ClassifierArchitecture Architecture { get; init; } = ClassifierArchitecture.ResNet50Slim;

    /// <summary>Size, noise reduction and normalisation, the same at every institution.</summary>
    public PreprocessingPipeline Preprocessing { get; init; } = PreprocessingPipeline.Default(64);

    public FederatedStrategy Strategy { get; init; } = FederatedStrategy.ProtectedFedAvg;

    /// <summary>Clipping, noise and the budget. Used by protected strategies only.</summary>
    public PrivacyProfile Privacy { get; init; } = new();

    /// <summary>How updates are encrypted, weighted and compressed. Used by protected strategies only.</summary>
    public EncryptionProfile Encryption { get; init; } = new();

    /// <summary>When an update is left out before anything is opened. Used by protected strategies only.</summary>
    public ScreeningProfile Screening { get; init; } = new();

    public TrainingPlan Training { get; init; } = new();

    public int Rounds { get; init; } = 8;

    /// <summary>The server's half of the strategy; unless given, the strategy's usual values.</summary>
    public ServerOptimizerOptions Server
    {
        get => field ?? ServerOptimizerOptions.For(Strategy, Rounds);
        init;
    }

    /// <summary>
    /// The server's half in one round. A private head takes a step of gradient descent: what arrives is the mean over institutions of sums over
    /// patients, so it is brought to a mean over the expected patients, q times the declared images, and multiplied with the learning rate.
    /// </summary>
    /// <param name="contributors">Institutions in the mean.</param>
    /// <param name="declaredImages">Training images that they declared.</param>
    public ServerOptimizerOptions ServerFor(int contributors, long declaredImages) => Strategy.IsProtected() && Privacy.Regime == PrivacyRegime.PrivateHead
        ? Server with { LearningRate = Server.LearningRate * Training.LearningRate * contributors / (Privacy.SamplingRate * declaredImages) }
        : Server;

    /// <summary>Fewest accepted updates a round may go on with.</summary>
    public int Quorum { get; init; } = 2;

    /// <summary>How long a round waits for updates, and again for evaluations.</summary>
    public int DeadlineMinutes { get; init; } = 60;

    /// <summary>Seeds the first global model.</summary>
    public int Seed { get; init; } = 1;

    public ModelDescription Model => new(Architecture, Classes.Count);

    /// <summary>What is wrong with the design, in words for a person; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems(int rosterSize) => [.. AllProblems(rosterSize)];

    private IEnumerable<string> AllProblems(int rosterSize)
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 100)
        {
            yield return "A study needs a name of 1 to 100 characters.";
        }

        if (Classes.Count < 2 || Classes.Distinct(StringComparer.Ordinal).Count() != Classes.Count || Classes.Any(string.IsNullOrWhiteSpace))
        {
            yield return $"A study needs at least two different labels, but has [{string.Join(", ", Classes)}].";
        }

        if (Preprocessing.Size is < 32 or > 512 || Preprocessing.Size % 32 != 0)
        {
            yield return $"The image size must be a multiple of 32 from 32 to 512, but is {Preprocessing.Size}.";
        }
        else if (PreprocessingProblem() is { } problem)
        {
            yield return problem;
        }

        if (Rounds is < 1 or > 1000)
        {
            yield return $"A study has 1 to 1000 rounds, but this one has {Rounds}.";
        }
        else if (Server.Rounds != Rounds)
        {
            yield return $"The study has {Rounds} rounds but its server schedule {Server.Rounds}.";
        }

        if (rosterSize < 1)
        {
            yield return "A study needs at least one institution.";
        }

        if (Quorum < 1 || Quorum > rosterSize)
        {
            yield return $"The quorum must be from 1 to the {rosterSize} institutions of the roster, but is {Quorum}.";
        }

        if (DeadlineMinutes is < 1 or > 7 * 24 * 60)
        {
            yield return $"The deadline of a round must be from 1 minute to 7 days, but is {DeadlineMinutes} minutes.";
        }

        foreach (string problem in TrainingProblems().Concat(Strategy.IsProtected() ? ProtectionProblems(rosterSize) : []))
        {
            yield return problem;
        }
    }

    private IEnumerable<string> ProtectionProblems(int rosterSize)
    {
        if (rosterSize < 3)
        {
            yield return $"A protected study needs at least 3 institutions, so that a sum hides each of them, but this one has {rosterSize}.";
            yield break;
        }

        foreach (string problem in RoundProtection.Problems(Privacy, Encryption, Screening, rosterSize))
        {
            yield return problem;
        }

        if (Privacy.Regime == PrivacyRegime.PrivateHead && (Strategy.Base() != StrategyBase.FedAvg || Architecture != PhantomBackbone.Architecture))
        {
            yield return $"A private head goes with FedAvg and the network {PhantomBackbone.Architecture}, whose frozen part is trained on phantoms, but the study has {Strategy} and {Architecture}.";
        }
    }

    private string? PreprocessingProblem()
    {
        try
        {
            Preprocessing.Check();
            return null;
        }
        catch (ArgumentException bad)
        {
            return bad.Message;
        }
    }

    private IEnumerable<string> TrainingProblems()
    {
        if (Training.Epochs is < 1 or > 100)
        {
            yield return $"Local training takes 1 to 100 epochs, but has {Training.Epochs}.";
        }

        if (Training.BatchSize is < 1 or > 512)
        {
            yield return $"A batch has 1 to 512 images, but has {Training.BatchSize}.";
        }

        if (!(Training.LearningRate > 0 && double.IsFinite(Training.LearningRate)))
        {
            yield return $"The learning rate must be above zero, but is {Training.LearningRate}.";
        }

        if (!(Server.LearningRate > 0 && double.IsFinite(Server.LearningRate)))
        {
            yield return $"The server learning rate must be above zero, but is {Server.LearningRate}.";
        }

        if (Strategy.Base() == StrategyBase.FedProx != Training.ProximalTerm > 0)
        {
            yield return $"A proximal term above zero belongs to FedProx and to nothing else, but {Strategy} has {Training.ProximalTerm}.";
        }
    }
}
