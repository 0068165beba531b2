namespace FedPortal.Components.Pages.Robustness;

/// <summary>Names the resource file of the texts of the robustness lab: RobustnessTexts.resx, and RobustnessTexts.xx.resx beside it for another language.</summary>
internal sealed class RobustnessTexts;
