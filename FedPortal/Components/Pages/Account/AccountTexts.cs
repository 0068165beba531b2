namespace FedPortal.Components.Pages.Account;

/// <summary>Names the resource file of the account pages' texts: AccountTexts.resx, and AccountTexts.xx.resx beside it for another language.</summary>
internal sealed class AccountTexts;
