namespace FedPortal.Components.Pages.Audit;

/// <summary>Names the resource file of the texts of the audit pages: AuditTexts.resx, and AuditTexts.xx.resx beside it for another language.</summary>
internal sealed class AuditTexts;
