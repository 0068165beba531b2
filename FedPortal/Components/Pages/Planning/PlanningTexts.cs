namespace FedPortal.Components.Pages.Planning;

/// <summary>Names the resource file of the planning pages' texts: PlanningTexts.resx, and PlanningTexts.xx.resx beside it for another language.</summary>
internal sealed class PlanningTexts;
