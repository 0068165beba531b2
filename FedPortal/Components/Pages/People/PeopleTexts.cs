namespace FedPortal.Components.Pages.People;

/// <summary>Names the resource file of the texts of the pages of people: PeopleTexts.resx, and PeopleTexts.xx.resx beside it for another language.</summary>
internal sealed class PeopleTexts;
