namespace FedPortal.Components.Pages.Public;

/// <summary>Names the resource file of the public pages' texts: PublicTexts.resx, and PublicTexts.xx.resx beside it for another language.</summary>
internal sealed class PublicTexts;
