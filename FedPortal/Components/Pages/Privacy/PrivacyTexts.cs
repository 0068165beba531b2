namespace FedPortal.Components.Pages.Privacy;

/// <summary>Names the resource file of the texts of the pages of privacy: PrivacyTexts.resx, and PrivacyTexts.xx.resx beside it for another language.</summary>
internal sealed class PrivacyTexts;
