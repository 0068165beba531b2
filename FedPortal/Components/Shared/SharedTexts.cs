namespace FedPortal.Components.Shared;

/// <summary>Names the resource file of what pages share: SharedTexts.resx, and SharedTexts.xx.resx beside it for another language.</summary>
internal sealed class SharedTexts;
