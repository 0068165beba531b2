using System.CommandLine;

namespace FedPortal.Site.CommandLine.Robustness;

/// <summary><c>robustness fgsm|pgd|noise|labels|inversion</c>: what becomes of a model's answers when images or labels are not what they should be.</summary>
internal static class RobustnessCommand
{
    public static Command Create()
    {
        var command = new Command("robustness", "Disturbs images or labels, more and more, and measures what a model still gets right.")
        {
            SweepVerb.Fgsm(), SweepVerb.Pgd(), SweepVerb.Noise(), SweepVerb.Labels(), ClassInversionVerb.Create(),
        };
        command.Options.Add(InputEnd.Option);
        return command;
    }
}
