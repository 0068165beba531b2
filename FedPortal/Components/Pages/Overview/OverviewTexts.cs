namespace FedPortal.Components.Pages.Overview;

/// <summary>Names the resource file of the first page's texts: OverviewTexts.resx, and OverviewTexts.xx.resx beside it for another language.</summary>
internal sealed class OverviewTexts;
