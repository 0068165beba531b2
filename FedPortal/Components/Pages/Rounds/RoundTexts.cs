namespace FedPortal.Components.Pages.Rounds;

/// <summary>Names the resource file of the texts of the pages of rounds: RoundTexts.resx, and RoundTexts.xx.resx beside it for another language.</summary>
internal sealed class RoundTexts;
