using System.CommandLine;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Attacks;
using FedPortal.Site.CommandLine.Audit;
using FedPortal.Site.CommandLine.Ckks;
using FedPortal.Site.CommandLine.Comparison;
using FedPortal.Site.CommandLine.Privacy;
using FedPortal.Site.CommandLine.Robustness;
using FedPortal.Site.CommandLine.SecureAggregation;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Site.Hosted;
using FedPortal.Site.Inference;
using FedPortal.Site.Service;

var root = new RootCommand("FedPortal's program for a hospital's machine, and its training engine on the command line.")
{
    SimulateVerb.Create(),
    EvaluateVerb.Create(),
    PredictVerb.Create(),
    ExportVerb.Create(),
    DataVerb.Create(),
    BenchVerb.Create(),
    CkksCommand.Create(),
    SecaggCommand.Create(),
    PrivacyCommand.Create(),
    AttackCommand.Create(),
    CompareVerb.Create(),
    RobustnessCommand.Create(),
    EpsilonCommand.Create(),
    AuditCommand.Create(),
    EngineVerb.Create(),
    RunVerb.Create(),
    ServeModelVerb.Create(),
    SiteCommand.Create(),
};
return await CommandLineProgram.RunAsync(root, args);
