using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Policy;

/// <summary><c>site policy</c>: what this house allows.</summary>
internal static class PolicyVerb
{
    public static Command Create() => new("policy", "Shows, checks and changes what this house allows.") { Show(), Check(), PolicySetVerb.Create() };

    private static Command Show()
    {
        Option<string> home = SiteOptions.Home();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("show", "Prints the policy file, which is JSON in any case.") { home, json };
        command.SetAction(parsed =>
        {
            SiteHome site = SiteOptions.Open(parsed.GetValue(home)!);
            Print("site policy show", site, SitePolicyFile.LoadOrCreate(site, new SitePolicy()), parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Check()
    {
        var file = new Argument<string?>("FILE") { Description = "a policy to check before it is put in place; without it, the site's own", Arity = ArgumentArity.ZeroOrOne };
        Option<string> home = SiteOptions.Home();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("check", "Says what is wrong with a policy file; changes nothing.") { file, home, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file) is { } given ? CommonOptions.Existing(given, "FILE") : SiteOptions.Open(parsed.GetValue(home)!).PolicyFile;
            string? problem = ProblemOf(path);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(new JsonObject { ["command"] = "site policy check", ["file"] = path, ["valid"] = problem is null, ["problem"] = problem });
            }
            else
            {
                Console.WriteLine(problem ?? $"{path} is a valid policy.");
            }

            return problem is null ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    internal static void Print(string command, SiteHome site, SitePolicy policy, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(new JsonObject { ["command"] = command, ["file"] = site.PolicyFile, ["policy"] = JsonNode.Parse(SitePolicyFile.ToJson(policy)) });
        }
        else
        {
            Console.WriteLine(site.PolicyFile);
            Console.WriteLine(SitePolicyFile.ToJson(policy));
        }
    }

    private static string? ProblemOf(string path)
    {
        try
        {
            SitePolicyFile.Parse(File.ReadAllText(path), path);
            return null;
        }
        catch (Exception bad) when (bad is InvalidDataException or IOException)
        {
            return bad.Message;
        }
    }
}
