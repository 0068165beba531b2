using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Policy;

/// <summary><c>site policy set</c>: changes what is named and leaves the rest.</summary>
internal static class PolicySetVerb
{
    private const string None = "none";

    private static readonly Option<string[]> Studies = Texts("--study", "ID", "ids of accepted studies, or all, or none");
    private static readonly Option<string[]> ParameterSets = Texts("--parameter-set", "NAME", "accepted parameter sets, or all");
    private static readonly Option<string[]> Modes = Texts("--encryption-mode", "NAME", "accepted encryption modes, or all");
    private static readonly Option<string[]> Folders = Texts("--data-folder", "DIR", "folders that images may come from, or none for any");
    private static readonly Option<string[]> Hours = Texts("--hours", "FROM-TO", "when training may begin, such as 20:00-06:00, or none for always");
    private static readonly Option<bool?> Plain = new("--allow-plain") { HelpName = "true|false", Description = "whether studies may add updates in the clear" };
    private static readonly Option<bool?> Gpu = new("--allow-gpu") { HelpName = "true|false", Description = "whether a graphics processor may be used" };
    private static readonly Option<int?> Institutions = CommonOptions.Number("--minimum-institutions", "N", 1, 1024, "fewest institutions in a sum");
    private static readonly Option<int?> Threads = CommonOptions.Number("--threads", "N", 0, 1024, "processor threads, 0 for all");
    private static readonly Option<string?> PerStudy = new("--epsilon-per-study") { HelpName = "X|none", Description = "largest ε of one study" };
    private static readonly Option<string?> Total = new("--epsilon-total") { HelpName = "X|none", Description = "largest ε of all studies together" };

    public static Command Create()
    {
        Option<string> home = SiteOptions.Home();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("set", "Changes what is named and leaves the rest. An option for a list replaces the list and may be given several times.")
        {
            Studies, Plain, Institutions, PerStudy, Total, ParameterSets, Modes, Folders, Hours, Threads, Gpu, home, json,
        };
        command.SetAction(parsed =>
        {
            SiteHome site = SiteOptions.Open(parsed.GetValue(home)!);
            SitePolicy changed = Change(SitePolicyFile.LoadOrCreate(site, new SitePolicy()), parsed);
            if (changed.Problems() is { Count: > 0 } problems)
            {
                throw new UsageException(string.Join(" ", problems));
            }

            SitePolicyFile.Save(site, changed);
            PolicyVerb.Print("site policy set", site, changed, parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static SitePolicy Change(SitePolicy policy, ParseResult parsed) => policy with
    {
        Studies = List(parsed, Studies) ?? policy.Studies,
        AllowPlain = parsed.GetValue(Plain) ?? policy.AllowPlain,
        MinimumInstitutions = parsed.GetValue(Institutions) ?? policy.MinimumInstitutions,
        EpsilonPerStudy = Cap(parsed, PerStudy, policy.EpsilonPerStudy),
        EpsilonTotal = Cap(parsed, Total, policy.EpsilonTotal),
        ParameterSets = List(parsed, ParameterSets) ?? policy.ParameterSets,
        EncryptionModes = List(parsed, Modes) ?? policy.EncryptionModes,
        DataFolders = List(parsed, Folders)?.Select(Path.GetFullPath).ToArray() ?? policy.DataFolders,
        Hours = List(parsed, Hours) ?? policy.Hours,
        Threads = parsed.GetValue(Threads) ?? policy.Threads,
        AllowGpu = parsed.GetValue(Gpu) ?? policy.AllowGpu,
    };

    private static string[]? List(ParseResult parsed, Option<string[]> option) => parsed.GetResult(option) is OptionResult { Implicit: false }
        ? parsed.GetValue(option) is [None] ? [] : parsed.GetValue(option)
        : null;

    private static double? Cap(ParseResult parsed, Option<string?> option, double? present) => parsed.GetValue(option) switch
    {
        null => present,
        None => null,
        var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new UsageException($"{option.Name}: expected a number or none but got {text}."),
    };

    private static Option<string[]> Texts(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description, AllowMultipleArgumentsPerToken = true };
}
