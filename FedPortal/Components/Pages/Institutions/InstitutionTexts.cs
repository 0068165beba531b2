namespace FedPortal.Components.Pages.Institutions;

/// <summary>Names the resource file of the texts of the pages of institutions: InstitutionTexts.resx, and InstitutionTexts.xx.resx beside it for another language.</summary>
internal sealed class InstitutionTexts;
