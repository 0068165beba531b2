using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Training.Accounting;

namespace FedPortal.Site.CommandLine.Privacy;

/// <summary><c>privacy epsilon|plan|curve</c>: what-if questions to the accountant. Nothing is read or written.</summary>
internal static class PrivacyCommand
{
    public static Command Create() => new("privacy", "Answers what-if questions about noise and ε.") { Epsilon(), Plan(), Curve() };

    private static Command Epsilon()
    {
        var options = new PrivacyOptions();
        var tight = new Option<bool>("--tight") { Description = "for gaussian: also the exact value, or with sampling a numerical one" };
        var command = new Command("epsilon", "The ε of a mechanism after some rounds.") { tight };
        options.AddTo(command, withNoise: true);
        command.SetAction(parsed =>
        {
            PrivacyQuestion question = options.Read(parsed, withNoise: true);
            Print("privacy epsilon", question, parsed.GetValue(options.Json), parsed.GetValue(tight), []);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Plan()
    {
        var options = new PrivacyOptions();
        var epsilon = new Option<double>("--epsilon") { HelpName = "E", Required = true, Description = "the most that may be spent over all rounds" };
        var command = new Command("plan", "The least noise that keeps a promise; for --view all it holds against the colluders, and so against whoever sees less.") { epsilon };
        options.AddTo(command, withNoise: false);
        command.SetAction(parsed =>
        {
            double target = PrivacyOptions.Positive(parsed.GetValue(epsilon), "--epsilon");
            PrivacyQuestion question = options.Read(parsed, withNoise: false);
            PrivacyView view = question.Views.Count == 1 ? question.Views[0] : PrivacyView.Colluders;
            double noise = NoisePlanner.SmallestNoise(target, question.Scope.Delta, z => question.WithNoise(z).Cost(view, question.Rounds));
            if (double.IsInfinity(noise))
            {
                throw new CommandException(
                    $"No amount of noise keeps ε = {target.ToString(CultureInfo.InvariantCulture)} with {question.Mechanism}: {PrivacyWording.Of(question.Statement(view, 1))}.");
            }

            Print("privacy plan", question.WithNoise(noise), parsed.GetValue(options.Json), tight: false, [("targetEpsilon", target), ("noiseMultiplier", noise)]);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Curve()
    {
        var options = new PrivacyOptions();
        var command = new Command("curve", "The ε after every round.");
        options.AddTo(command, withNoise: true);
        command.SetAction(parsed =>
        {
            PrivacyQuestion question = options.Read(parsed, withNoise: true);
            PrintCurve(question, parsed.GetValue(options.Json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(string command, PrivacyQuestion question, bool json, bool tight, IReadOnlyList<(string Name, double Value)> extra)
    {
        if (json)
        {
            JsonObject document = PrivacyJson.Of(command, question);
            foreach ((string name, double value) in extra)
            {
                document[name] = value;
            }

            document["views"] = JsonOutput.Objects(question.Views.Select(view => PrivacyJson.View(question, view, tight)));
            JsonOutput.Write(document);
            return;
        }

        Console.WriteLine(question.Summary());
        foreach (PrivacyView view in question.Views)
        {
            Console.WriteLine($"{PrivacyQuestion.NameOf(view),-10} {question.Claim(view)}");
            if (tight && question.TightEpsilon(view) is { } exact)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-10} exact: ε = {exact:0.####}"));
            }
        }

        string remark = question.MechanismOf(question.Views[0]).Remark;
        if (remark.Length > 0)
        {
            Console.WriteLine(remark);
        }
    }

    private static void PrintCurve(PrivacyQuestion question, bool json)
    {
        IEnumerable<int> rounds = Enumerable.Range(1, question.Rounds);
        if (json)
        {
            JsonObject document = PrivacyJson.Of("privacy curve", question);
            document["curve"] = JsonOutput.Objects(rounds.Select(round => PrivacyJson.Point(question, round)));
            JsonOutput.Write(document);
            return;
        }

        var table = new TextTable(["rounds", .. question.Views.Select(PrivacyQuestion.NameOf)]);
        foreach (int round in rounds)
        {
            table.Add([round.ToString(CultureInfo.InvariantCulture), .. question.Views.Select(view => PrivacyWording.Of(question.Statement(view, round)))]);
        }

        Console.WriteLine(question.Summary());
        foreach (string line in table.Lines())
        {
            Console.WriteLine(line);
        }
    }
}
