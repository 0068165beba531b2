namespace FedPortal.Components.Pages.Comparisons;

/// <summary>Names the resource file of the texts of the comparison's page: ComparisonTexts.resx, and ComparisonTexts.xx.resx beside it for another language.</summary>
internal sealed class ComparisonTexts;
