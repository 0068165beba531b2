using System.CommandLine;

namespace FedPortal.Site.CommandLine.Attacks;

/// <summary><c>attack membership|lira|canary|inversion</c>: what somebody could learn about patients. An attack finds at least; it never proves at most.</summary>
internal static class AttackCommand
{
    public static Command Create()
    {
        var command = new Command("attack", "Attacks models, to see what they give away about patients.")
        {
            MembershipVerb.Create(), ShadowVerb.LikelihoodRatio(), ShadowVerb.Canary(), InversionVerb.Create(),
        };
        command.Options.Add(InputEnd.Option);
        return command;
    }
}
