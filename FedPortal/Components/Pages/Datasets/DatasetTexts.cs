namespace FedPortal.Components.Pages.Datasets;

/// <summary>Names the resource file of the texts of the pages of data sets: DatasetTexts.resx, and DatasetTexts.xx.resx beside it for another language.</summary>
internal sealed class DatasetTexts;
