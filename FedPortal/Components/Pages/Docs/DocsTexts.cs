namespace FedPortal.Components.Pages.Docs;

/// <summary>Names the resource file of the texts of the page about the API: DocsTexts.resx, and DocsTexts.xx.resx beside it for another language.</summary>
internal sealed class DocsTexts;
