namespace FedPortal.Site.Hosted;

/// <summary>This house does not do what it was asked for: its policy, its budget or its pins say no. Trying again cannot help; both sides are told.</summary>
internal sealed class SiteRefusedException(string reason) : Exception(reason);
