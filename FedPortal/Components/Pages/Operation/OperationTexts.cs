namespace FedPortal.Components.Pages.Operation;

/// <summary>Names the resource file of the texts of the operation's pages: OperationTexts.resx, and OperationTexts.xx.resx beside it for another language.</summary>
internal sealed class OperationTexts;
