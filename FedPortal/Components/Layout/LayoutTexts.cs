namespace FedPortal.Components.Layout;

/// <summary>Names the resource file of the frame around every page: LayoutTexts.resx, and LayoutTexts.xx.resx beside it for another language.</summary>
internal sealed class LayoutTexts;
