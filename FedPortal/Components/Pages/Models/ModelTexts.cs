namespace FedPortal.Components.Pages.Models;

/// <summary>Names the resource file of the texts of the models' pages: ModelTexts.resx, and ModelTexts.xx.resx beside it for another language.</summary>
internal sealed class ModelTexts;
