using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>Sees a simulation while it runs. Calls may come from several threads.</summary>
internal interface ISimulationWatcher
{
    void Loaded(InstitutionSummary institution);

    void Started(string deviceName, ModelLayout layout);

    void Training(string institution, int processId, int round, TrainingProgress progress);

    void Completed(RoundResult round);
}
